/// Pages that were written as XML, for a parser of HTML: an element that ends where it begins (`<title/>`) would hold all that follows.
enum XHTML {
  /// Elements that have no end tag in HTML.
  private static let void: Set<String> = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
  ]

  /// Whether a page says that it is XML.
  static func isMeant(_ bytes: [UInt8]) -> Bool {
    let head = bytes.prefix(2048)
    return head.contains("<?xml") || head.contains("www.w3.org/1999/xhtml")
  }

  /// The page with an end tag behind every tag that is both.
  static func withEndTags(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 16)
    var rest = bytes[...]
    while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
      result += rest[..<open]
      rest = rest[open...]
      let end = endOfMarkup(rest)
      var tag = rest[..<end]
      rest = rest[end...]
      let name = tag.dropFirst().prefix { $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ">") }
      let isBoth = tag.suffix(2).elementsEqual("/>".utf8) && (name.first ?? 0) | 0x20 >= UInt8(ascii: "a")
      guard isBoth, !void.contains(String(decoding: name, as: UTF8.self).lowercased()) else {
        result += tag
        continue
      }
      tag.removeLast(2)
      result += tag + [UInt8(ascii: ">")] + "</".utf8 + name + [UInt8(ascii: ">")]
    }
    return result + rest
  }

  /// Behind the tag, the comment or whatever begins there.
  private static func endOfMarkup(_ bytes: ArraySlice<UInt8>) -> Int {
    for (start, end) in [("<!--", "-->"), ("<![CDATA[", "]]>")] where bytes.starts(with: start.utf8) {
      let last = Array(end.utf8)
      var rest = bytes.dropFirst(start.utf8.count)
      while let index = rest.firstIndex(of: last[0]) {
        if rest[index...].starts(with: last) { return index + last.count }
        rest = rest[(index + 1)...]
      }
      return bytes.endIndex
    }
    var quote: UInt8?
    for index in bytes.indices {
      switch bytes[index] {
      case let byte where byte == quote: quote = nil
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        if quote == nil, bytes[index - 1] == UInt8(ascii: "=") { quote = bytes[index] }
      case UInt8(ascii: ">"): if quote == nil { return index + 1 }
      default: break
      }
    }
    // A quote that nothing closes.
    return (bytes.firstIndex(of: UInt8(ascii: ">")) ?? bytes.endIndex - 1) + 1
  }
}
