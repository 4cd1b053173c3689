/// A TOML text as people keep it (toml.io/en/v1.0.0): which tables and keys it has, so that a table can be put behind it and all
/// bytes of it stay as they are.
package struct TOMLText {
  /// A key and its value, by the key's whole path.
  private struct Entry {
    let path: [String]
    /// As it is written, without a comment.
    let source: String
  }

  private struct Table {
    let path: [String]
    /// Whether it is one of an array of tables.
    let isElement: Bool
    var entries: [Entry] = []
  }

  private var tables: [Table]
  /// The paths of the keys of all tables, and of what is in values that are tables themselves.
  private var keys: [[String]] = []
  /// Those of them whose values are whole where they stand: nothing can be added to them elsewhere.
  private var closed: [[String]] = []

  /// - Throws: `SetupError.broken`, with the line.
  package init(_ bytes: [UInt8]) throws(SetupError) {
    tables = [Table(path: [], isElement: false)]
    var scanner = Scanner(bytes)
    while let statement = try scanner.statement() {
      switch statement {
      case .table(let path, let isElement): tables.append(Table(path: path, isElement: isElement))
      case .value(let path, let source, let inner):
        let table = tables[tables.count - 1].path
        tables[tables.count - 1].entries.append(Entry(path: path, source: source))
        keys.append(table + path)
        keys += inner.map { table + path + $0 }
        closed.append(table + path)
      }
    }
  }

  /// The lines of a table that is written under its own header, each `name = value`; nil where there is none and one can be put
  /// behind the text.
  /// - Throws: `taken` where the table is written in another way; `unexpected` where none of its name can be there.
  package func lines(of path: [String]) throws(SetupError) -> [String]? {
    let name = path.joined(separator: ".")
    let isUnder = { (other: [String]) in other.count > path.count && other.starts(with: path) }
    if tables.contains(where: { isUnder($0.path) }) { throw .taken(name) }
    if let found = tables.first(where: { $0.path == path }) {
      guard !found.isElement else { throw .taken(name) }
      return found.entries.map(\.source)
    }
    if keys.contains(where: { $0 == path || isUnder($0) }) { throw .taken(name) }
    let outer = { (other: [String]) in !other.isEmpty && path.starts(with: other) }
    if let value = closed.first(where: outer) {
      throw .unexpected("'\(value.joined(separator: "."))' is written as one value, to which no table can be added")
    }
    if let list = tables.first(where: { $0.isElement && outer($0.path) }) {
      throw .unexpected("'\(list.path.joined(separator: "."))' is an array of tables")
    }
    return nil
  }

  private struct Scanner {
    enum Statement {
      case table([String], isElement: Bool)
      /// - inner: the paths of the keys in a value that is a table.
      case value([String], source: String, inner: [[String]])
    }

    private static let deepest = 100
    private let bytes: [UInt8]
    private var position: Int

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      // A byte order mark.
      position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    mutating func statement() throws(SetupError) -> Statement? {
      skipBlanksAndLines()
      guard position < bytes.count else { return nil }
      let statement: Statement
      if next == UInt8(ascii: "[") {
        statement = try header()
      } else {
        let start = position
        let path = try key()
        let inner = try valueBehindKey(depth: 0)
        let source = String(decoding: bytes[start..<position], as: UTF8.self)
        statement = .value(path, source: source, inner: inner)
      }
      skipBlanks()
      guard next == nil || next == UInt8(ascii: "\n") || starts(with: "\r\n") else {
        throw broken("expected the end of the line")
      }
      return statement
    }

    private func broken(_ what: String) -> SetupError {
      let line = bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1
      return .broken("line \(line): \(what)")
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func starts(with text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

    /// Blanks and a comment, up to the line's end.
    private mutating func skipBlanks() {
      while next == 0x20 || next == 0x09 { position += 1 }
      guard next == UInt8(ascii: "#") else { return }
      position = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    }

    private mutating func skipBlanksAndLines() {
      skipBlanks()
      while next == UInt8(ascii: "\n") || starts(with: "\r\n") {
        position += 1
        skipBlanks()
      }
    }

    private mutating func header() throws(SetupError) -> Statement {
      let isElement = starts(with: "[[")
      position += isElement ? 2 : 1
      let path = try key()
      guard starts(with: isElement ? "]]" : "]") else { throw broken("a header does not end") }
      position += isElement ? 2 : 1
      return .table(path, isElement: isElement)
    }

    /// Names with dots between them, with the blanks around them.
    private mutating func key() throws(SetupError) -> [String] {
      var path: [String] = []
      while true {
        skipSpaces()
        path.append(try name())
        skipSpaces()
        guard next == UInt8(ascii: ".") else { return path }
        position += 1
      }
    }

    private mutating func skipSpaces() {
      while next == 0x20 || next == 0x09 { position += 1 }
    }

    private mutating func name() throws(SetupError) -> String {
      let start = position
      if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
        try string()
        return String(decoding: bytes[start + 1..<position - 1], as: UTF8.self)
      }
      while let byte = next, Self.isNameByte(byte) { position += 1 }
      guard position > start else { throw broken("expected 'name = value' or a header") }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F || byte == 0x2D
    }

    private mutating func valueBehindKey(depth: Int) throws(SetupError) -> [[String]] {
      guard next == UInt8(ascii: "=") else { throw broken("expected 'name = value'") }
      position += 1
      skipSpaces()
      return try value(depth: depth)
    }

    /// - Returns: the paths of the keys of an inline table.
    private mutating func value(depth: Int) throws(SetupError) -> [[String]] {
      guard depth < Self.deepest else { throw broken("values are nested too deep") }
      switch next {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): try string()
      case UInt8(ascii: "["):
        try items(until: UInt8(ascii: "]")) { scanner throws(SetupError) in _ = try scanner.value(depth: depth + 1) }
      case UInt8(ascii: "{"):
        var inner: [[String]] = []
        try items(until: UInt8(ascii: "}")) { scanner throws(SetupError) in
          let path = try scanner.key()
          inner.append(path)
          inner += try scanner.valueBehindKey(depth: depth + 1).map { path + $0 }
        }
        return inner
      default: try word()
      }
      return []
    }

    /// A truth value, a number, a date.
    private mutating func word() throws(SetupError) {
      let start = position
      while let byte = next, Self.isNameByte(byte) || [0x2B, 0x2E, 0x3A].contains(byte) { position += 1 }
      // The time of a date may stand behind a blank.
      let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
      if position - start == 10, next == 0x20, position + 1 < bytes.count, isDigit(bytes[position + 1]) {
        position += 1
        while let byte = next, Self.isNameByte(byte) || [0x2B, 0x2E, 0x3A].contains(byte) { position += 1 }
      }
      let word = bytes[start..<position]
      let plain = word.first == 0x2B || word.first == 0x2D ? word.dropFirst() : word
      let isKnown = ["true", "false", "inf", "nan"].contains(String(decoding: plain, as: UTF8.self))
      guard isKnown || plain.first.map(isDigit) == true else { throw broken("expected a value") }
    }

    private mutating func items(
      until end: UInt8, _ read: (inout Scanner) throws(SetupError) -> Void
    ) throws(SetupError) {
      position += 1
      while true {
        skipBlanksAndLines()
        guard let byte = next else { throw broken("a bracket is not closed") }
        if byte == end { break }
        try read(&self)
        skipBlanksAndLines()
        if next == UInt8(ascii: ",") {
          position += 1
        } else if next != end {
          throw broken("expected a comma or a closing bracket")
        }
      }
      position += 1
    }

    /// A string of one of the four kinds.
    private mutating func string() throws(SetupError) {
      guard let quote = next else { return }
      let long = [quote, quote, quote]
      let isLong = bytes[position...].starts(with: long)
      let hasEscapes = quote == UInt8(ascii: "\"")
      position += isLong ? 3 : 1
      while let byte = next {
        if byte == UInt8(ascii: "\\"), hasEscapes {
          position += 2
        } else if isLong, bytes[position...].starts(with: long) {
          position += 3
          // One or two more are still of the text.
          for _ in 0..<2 where next == quote { position += 1 }
          return
        } else if !isLong, byte == quote {
          position += 1
          return
        } else if !isLong, byte == UInt8(ascii: "\n") {
          break
        } else {
          position += 1
        }
      }
      throw broken("a string does not end")
    }
  }
}
