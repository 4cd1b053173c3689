import JSON

/// Who may ask: checks that stand before every request, whatever it asks for.
///
/// A web page cannot forge `Host` or `Origin`. A page that has made its own name lead to this machine (DNS rebinding) is known by
/// the first, one that asks from elsewhere by the second.
package struct RequestGuard: Sendable {
  private let options: HTTPOptions
  private let hosts: Set<String>

  package init(_ options: HTTPOptions) {
    self.options = options
    hosts = Set((["localhost", "127.0.0.1", "[::1]"] + options.hosts).map { $0.lowercased() })
  }

  /// Nil where the request may be looked at.
  package func refusal(of head: RequestHead) -> HTTPFailure? {
    guard head.path.hasPrefix("/") || head.path == "*" else {
      return HTTPFailure(.badRequest, "the target of a request is a path")
    }
    if let failure = hostRefusal(head) ?? originRefusal(head) { return failure }
    if options.page?.isAt(head.path) ?? false { return nil }
    guard let key = options.key, head.path != "/health", head.method != "OPTIONS" else { return nil }
    guard let shown = shown(head), key.matches(shown) else {
      var failure = HTTPFailure(.unauthorized, "the server's key (AKIN_API_KEY) is missing or another one")
      failure.fields["WWW-Authenticate"] = "Bearer"
      return failure
    }
    return nil
  }

  /// What lets pages of a permitted origin read an answer; empty where none asks.
  package func crossOriginFields(_ head: RequestHead) -> [(name: String, value: String)] {
    guard let origin = head["origin"], options.origins.contains(origin) else { return [] }
    return [
      ("Access-Control-Allow-Origin", origin), ("Vary", "Origin"), ("Access-Control-Allow-Methods", "GET, POST"),
      ("Access-Control-Allow-Headers", "Authorization, Content-Type, X-API-Key"), ("Access-Control-Max-Age", "600"),
    ]
  }

  private func hostRefusal(_ head: RequestHead) -> HTTPFailure? {
    guard (head.fields["host"]?.count ?? 0) <= 1 else { return HTTPFailure(.badRequest, "more than one Host") }
    // Nobody reaches a socket by a name, and an address that others reach has names of its own; there the key decides.
    guard options.address.isPrivate || !options.hosts.isEmpty, case .network = options.address else { return nil }
    guard let host = head["host"] else { return HTTPFailure(.badRequest, "a request names its Host") }
    guard isOwn(Self.name(ofHost: host.lowercased())) else {
      return HTTPFailure(.forbidden, "\"\(host.prefix(64))\" is no name of this server (--http-host adds one)")
    }
    return nil
  }

  /// Whether a name is one of this server. A numeric address of this machine is, whichever it is: no page makes it lead elsewhere.
  private func isOwn(_ name: String) -> Bool {
    // The dot of the root of all names may stand behind one.
    if hosts.contains(name.hasSuffix(".") ? String(name.dropLast()) : name) { return true }
    let isBracketed = name.hasPrefix("[") && name.hasSuffix("]")
    return HTTPAddress.network(host: isBracketed ? String(name.dropFirst().dropLast()) : name, port: 0).isPrivate
  }

  private func originRefusal(_ head: RequestHead) -> HTTPFailure? {
    guard let origins = head.fields["origin"] else { return nil }
    if origins.count == 1, options.origins.contains(origins[0]) { return nil }
    if origins.count == 1, let host = head["host"], origins[0].lowercased() == "http://" + host.lowercased() {
      return nil
    }
    return HTTPFailure(.forbidden, "web pages may not ask this server (--http-origin lets an origin)")
  }

  /// A host without its port.
  private static func name(ofHost host: String) -> String {
    guard let colon = host.lastIndex(of: ":"),
      host[host.index(after: colon)...].utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return host }
    return String(host[..<colon])
  }

  private func shown(_ head: RequestHead) -> Substring? {
    if let text = head["x-api-key"] ?? head["api-key"] { return text[...] }
    guard let text = head["authorization"], let blank = text.firstIndex(of: " ") else { return nil }
    let rest = text[text.index(after: blank)...]
    switch text[..<blank].lowercased() {
    case "bearer": return rest
    case "basic":
      // Of clients that know no key but an address with a name and a password in it: the password, whatever the name.
      guard let bytes = Base64.decode(String(rest)), let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
        return nil
      }
      return String(decoding: bytes[(colon + 1)...], as: UTF8.self)[...]
    default: return nil
    }
  }
}
