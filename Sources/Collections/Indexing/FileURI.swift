/// `file://` URIs (RFC 8089) and paths.
public enum FileURI {
  private static let prefix = "file://"

  /// The URI of an absolute path: everything but letters, digits and `-._~/` as `%` and two hexadecimal digits.
  public static func uri(ofPath path: String) -> String {
    var bytes = Array(prefix.utf8)
    for byte in path.utf8 {
      if isPlain(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 15)]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The absolute path that a URI names, or that `text` is; nil for anything else, such as another scheme or host.
  public static func path(of text: String) -> String? {
    if text.utf8.first == UInt8(ascii: "/") { return text }
    guard text.utf8.count > 7, text.prefix(7).lowercased() == prefix else { return nil }
    var rest = Array(text.utf8.dropFirst(7))[...]
    if rest.starts(with: "localhost/".utf8) { rest = rest.dropFirst(9) }
    guard rest.first == UInt8(ascii: "/") else { return nil }
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(value), let low = rest.popFirst().flatMap(value) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
  }

  /// A URI in the spelling of ``uri(ofPath:)`` where it names a file, so that what editors escape differently is the
  /// same document; others as they are.
  public static func normalized(_ uri: String) -> String {
    guard uri.utf8.first != UInt8(ascii: "/"), let path = path(of: uri) else { return uri }
    return self.uri(ofPath: path)
  }

  /// The absolute path without links of a path; nil where there is nothing.
  public static func realPath(_ path: String) -> String? {
    SourceFile.realPath(path)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || "-._~/".utf8.contains(byte)
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
