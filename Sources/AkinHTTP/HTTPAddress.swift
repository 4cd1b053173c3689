import Platform

/// Where a server listens: an address and port of this machine, or a socket in the file system.
public enum HTTPAddress: Sendable, Equatable, CustomStringConvertible {
  /// A numeric address and a port; port 0 lets the system choose.
  case network(host: String, port: Int)
  /// A socket that only its user can open.
  case unixSocket(path: String)

  /// Reads `127.0.0.1:8711`, `[::1]:8711`, `localhost:8711`, `:8711` and `8711` (both on loopback), all of them also as clients are
  /// given them (`http://127.0.0.1:8711/`), and `unix:PATH` or anything else with a slash in it.
  public init?(_ text: String) {
    let scheme = text.prefix { $0 != "/" }
    if scheme.hasSuffix(":"), scheme != "unix:", text.dropFirst(scheme.count).hasPrefix("//") {
      var place = text.dropFirst(scheme.count + 2)
      if place.hasSuffix("/") { place = place.dropLast() }
      guard scheme.lowercased() == "http:", !place.contains("/"), !place.hasPrefix("unix:") else { return nil }
      self.init(String(place))
      return
    }
    if text.hasPrefix("unix:") || text.contains("/") {
      let path = text.hasPrefix("unix:") ? String(text.dropFirst("unix:".count)) : text
      guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
      self = .unixSocket(path: path)
      return
    }
    let colon = text.lastIndex(of: ":")
    var host = colon.map { String(text[..<$0]) } ?? ""
    let digits = colon.map { text[text.index(after: $0)...] } ?? text[...]
    guard let port = Int(digits), (0...65_535).contains(port), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
      guard host.contains(":") else { return nil }
    } else if host.contains(":") {
      return nil
    }
    if host.isEmpty || host.lowercased() == "localhost" { host = "127.0.0.1" }
    guard Self.bytes(of: host) != nil else { return nil }
    self = .network(host: host, port: port)
  }

  /// Whether nobody but this machine's users can reach it.
  public var isPrivate: Bool {
    guard case .network(let host, _) = self else { return true }
    guard let bytes = Self.bytes(of: host) else { return false }
    return bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
  }

  /// The address as clients are given it.
  public var description: String {
    switch self {
    case .network(let host, let port): host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
    case .unixSocket(let path): "unix:\(path)"
    }
  }

  /// The bytes of a numeric address, 4 or 16; nil for a name.
  private static func bytes(of host: String) -> [UInt8]? {
    var four = [UInt8](repeating: 0, count: 4)
    if inet_pton(AF_INET, host, &four) == 1 { return four }
    var sixteen = [UInt8](repeating: 0, count: 16)
    return inet_pton(AF_INET6, host, &sixteen) == 1 ? sixteen : nil
  }
}
