import JSON

/// A JSON text as people keep it, with comments and trailing commas: where its values stand, so that a few bytes can be put
/// into it and all others stay as they are.
package struct JSONText {
  /// A value and the bytes that it takes.
  struct Value {
    enum Kind {
      case object([Member])
      case array([Value])
      case scalar
    }

    let kind: Kind
    let range: Range<Int>
  }

  /// A member of an object.
  struct Member {
    let name: String
    /// Where its name begins.
    let start: Int
    let value: Value
  }

  let bytes: [UInt8]
  /// nil for a text of nothing but blanks and comments.
  let root: Value?
  /// Commas before a closing bracket, which not every program takes.
  let trailingCommas: Int

  /// - Throws: `SetupError.broken`, with the line.
  package init(_ bytes: [UInt8]) throws(SetupError) {
    self.bytes = bytes
    var scanner = Scanner(bytes)
    root = try scanner.document()
    trailingCommas = scanner.trailingCommas
  }

  /// Whether a text has a comma before a closing bracket now that it had not before.
  static func leavesComma(_ now: [UInt8], of before: [UInt8]) -> Bool {
    guard let old = try? JSONText(before), let new = try? JSONText(now) else { return false }
    return new.trailingCommas > old.trailingCommas
  }

  private struct Scanner {
    private static let deepest = 200
    private let bytes: [UInt8]
    private var position: Int
    private(set) var trailingCommas = 0

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      // A byte order mark.
      position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    mutating func document() throws(SetupError) -> Value? {
      try skipBlanks()
      guard position < bytes.count else { return nil }
      let value = try value(depth: 0)
      try skipBlanks()
      guard position == bytes.count else { throw broken("something stands behind the end") }
      return value
    }

    private func broken(_ what: String) -> SetupError {
      let line = bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1
      return .broken("line \(line): \(what)")
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() throws(SetupError) {
      while let byte = next {
        if [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
          position += 1
        } else if bytes[position...].starts(with: "//".utf8) {
          position = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        } else if bytes[position...].starts(with: "/*".utf8) {
          var end = position + 2
          while end + 1 < bytes.count, !bytes[end...].starts(with: "*/".utf8) { end += 1 }
          guard end + 1 < bytes.count else { throw broken("a comment does not end") }
          position = end + 2
        } else {
          return
        }
      }
    }

    private mutating func value(depth: Int) throws(SetupError) -> Value {
      guard depth < Self.deepest else { throw broken("values are nested too deep") }
      let start = position
      switch next {
      case UInt8(ascii: "{"):
        let members = try items(until: UInt8(ascii: "}")) { scanner throws(SetupError) in
          try scanner.member(depth: depth)
        }
        return Value(kind: .object(members), range: start..<position)
      case UInt8(ascii: "["):
        let values = try items(until: UInt8(ascii: "]")) { scanner throws(SetupError) in
          try scanner.value(depth: depth + 1)
        }
        return Value(kind: .array(values), range: start..<position)
      case UInt8(ascii: "\""):
        _ = try string()
      default:
        while let byte = next, Self.isWordByte(byte) { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        guard ["true", "false", "null"].contains(word) || Self.isNumber(word) else { throw broken("expected a value") }
      }
      return Value(kind: .scalar, range: start..<position)
    }

    private static func isNumber(_ word: String) -> Bool {
      // Swift also reads the hexadecimal and the infinite, which JSON has not.
      Double(word) != nil && word.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || [0x2B, 0x2D, 0x2E].contains(byte)
    }

    private mutating func items<Item>(
      until end: UInt8, _ read: (inout Scanner) throws(SetupError) -> Item
    ) throws(SetupError) -> [Item] {
      position += 1
      var found: [Item] = []
      var isBehindComma = false
      while true {
        try skipBlanks()
        guard let byte = next else { throw broken("a bracket is not closed") }
        if byte == end { break }
        found.append(try read(&self))
        try skipBlanks()
        isBehindComma = next == UInt8(ascii: ",")
        if isBehindComma {
          position += 1
        } else if next != end {
          throw broken("expected a comma or a closing bracket")
        }
      }
      if isBehindComma { trailingCommas += 1 }
      position += 1
      return found
    }

    private mutating func member(depth: Int) throws(SetupError) -> Member {
      let start = position
      guard next == UInt8(ascii: "\"") else { throw broken("expected a name in quotes") }
      let name = try plain(try string())
      try skipBlanks()
      guard next == UInt8(ascii: ":") else { throw broken("expected a colon") }
      position += 1
      try skipBlanks()
      return Member(name: name, start: start, value: try value(depth: depth + 1))
    }

    /// A name without its escapes.
    private func plain(_ written: String) throws(SetupError) -> String {
      guard written.contains("\\") else { return written }
      guard case .string(let name)? = try? JSONValue.parse(Array("\"\(written)\"".utf8)) else {
        throw broken("a name has an escape that JSON does not know")
      }
      return name
    }

    /// What stands between the quotes.
    private mutating func string() throws(SetupError) -> String {
      let start = position + 1
      position += 1
      while let byte = next, byte != UInt8(ascii: "\"") {
        guard byte >= 0x20 else { throw broken("a string does not end") }
        position += byte == UInt8(ascii: "\\") ? 2 : 1
      }
      guard position < bytes.count else { throw broken("a string does not end") }
      position += 1
      return String(decoding: bytes[start..<position - 1], as: UTF8.self)
    }
  }
}
