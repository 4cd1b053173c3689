/// A server's address as a URI, read as libpq reads it: a user and a password end at the first `@` before the first slash.
package struct PostgresAddress {
  private let scheme: Substring
  /// Up to the first slash.
  private let authority: Substring
  private let rest: Substring

  /// - Parameter text: nil where it has no scheme.
  package init?(_ text: String) {
    guard let mark = text.firstRange(of: "://") else { return nil }
    scheme = text[..<mark.upperBound]
    authority = text[mark.upperBound...].prefix { $0 != "/" }
    rest = text[authority.endIndex...]
  }

  /// Whether a password is not escaped, so that libpq takes some of it for a host, a port or a database, and tells of them.
  package var isTorn: Bool {
    switch authority.count(where: { $0 == "@" }) {
    case 0: authority.contains(":") && rest.prefix { $0 != "?" }.contains("@")
    case 1: authority.prefix { $0 != "@" }.contains("?") && authority.contains("=")
    default: true
    }
  }

  /// The address as it may be shown: nothing of the password, wherever it stands.
  package var shown: String {
    if isTorn { return String(scheme + authority.prefix { !":?@".contains($0) }) }
    let at = authority.firstIndex(of: "@") ?? authority.startIndex
    return String(scheme + authority[..<at].prefix { $0 != ":" } + (authority[at...] + rest).prefix { $0 != "?" })
  }
}
