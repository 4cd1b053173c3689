/// `file:` URIs of RFC 8089 and the absolute paths that they stand for.
public enum FileURI {
  /// Bytes of a path that a URI holds as they are: RFC 3986, `unreserved`, and the slash.
  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "-._~/".utf8.contains(byte)
  }

  /// The URI of an absolute path: `/a b` is `file:///a%20b`.
  public static func uri(ofPath path: String) -> String {
    var uri = Array("file://".utf8)
    for byte in path.utf8 {
      if isPlain(byte) {
        uri.append(byte)
      } else {
        uri.append(UInt8(ascii: "%"))
        for digit in [byte >> 4, byte & 15] { uri.append(Array("0123456789ABCDEF".utf8)[Int(digit)]) }
      }
    }
    return String(decoding: uri, as: UTF8.self)
  }

  /// The URI of a folder, with which those of all that is in it begin: it ends with a slash.
  public static func uri(ofFolder path: String) -> String {
    uri(ofPath: path.utf8.last == UInt8(ascii: "/") ? path : path + "/")
  }

  /// The path of a URI; nil for another scheme, another machine, a relative path, a NUL, or escapes that are not UTF-8.
  public static func path(ofURI uri: String) -> String? {
    guard uri.prefix(5).lowercased() == "file:" else { return nil }
    var rest = Array(uri.utf8.dropFirst(5))
    if rest.starts(with: "//".utf8) {
      rest.removeFirst(2)
      guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return nil }
      let host = String(decoding: rest[..<slash], as: UTF8.self).lowercased()
      guard host.isEmpty || host == "localhost" else { return nil }
      rest.removeFirst(slash)
    }
    guard rest.first == UInt8(ascii: "/"), let path = unescaped(rest), !path.utf8.contains(0) else { return nil }
    return path
  }

  /// A URI in the spelling of ``uri(ofPath:)`` where it stands for a path, so that what clients escape differently is the
  /// same document; others as they are.
  public static func normalized(_ uri: String) -> String {
    path(ofURI: uri).map(self.uri(ofPath:)) ?? uri
  }

  private static func unescaped(_ text: [UInt8]) -> String? {
    var bytes: [UInt8] = []
    var index = 0
    while index < text.count {
      guard text[index] == UInt8(ascii: "%") else {
        bytes.append(text[index])
        index += 1
        continue
      }
      guard index + 2 < text.count, let high = Character(Unicode.Scalar(text[index + 1])).hexDigitValue,
        let low = Character(Unicode.Scalar(text[index + 2])).hexDigitValue
      else { return nil }
      bytes.append(UInt8(high << 4 | low))
      index += 3
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
