/// Bytes that are put into a file at one place; taking them out again leaves the file as it was.
public struct Insertion: Sendable, Equatable {
  /// Where the bytes begin.
  public let offset: Int
  /// What is put there.
  public let bytes: [UInt8]

  package init(offset: Int, bytes: [UInt8]) {
    self.offset = offset
    self.bytes = bytes
  }

  /// The same, to be read.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The file's bytes with these in them.
  package func applied(to file: [UInt8]) -> [UInt8] {
    Array(file[..<offset]) + bytes + file[offset...]
  }

  /// The file's bytes without these: taken out where they were put, or from the one place that they have moved to.
  /// - Returns: nil where they are not there any more, or in more places than one.
  package func removed(from file: [UInt8]) -> [UInt8]? {
    place(in: file).map { Array(file[..<$0]) + file[($0 + bytes.count)...] }
  }

  /// Where these stand now: where they were put, or the one place that they have moved to.
  func place(in file: [UInt8]) -> Int? {
    guard !bytes.isEmpty, file.count >= bytes.count else { return nil }
    let isThere = { (start: Int) in file[start..<start + bytes.count].elementsEqual(bytes) }
    let last = file.count - bytes.count
    let starts = offset <= last && isThere(offset) ? [offset] : (0...last).filter(isThere)
    return starts.count == 1 ? starts[0] : nil
  }
}

extension Insertion {
  /// A member for an object in a JSON text, which may have comments: behind `path` where that is there, else with what is
  /// missing of it. A text of nothing becomes an object.
  /// - Parameter value: the member's value in compact JSON of objects, arrays and strings.
  /// - Returns: nil where a member of this name has this very value.
  /// - Throws: `taken` where it has another one.
  package static func member(
    _ name: String, _ value: JSONLine, at path: [String], in bytes: [UInt8]
  ) throws(SetupError) -> Insertion? {
    let text = try JSONText(bytes)
    guard var object = text.root else { return whole(JSONLine.nested(path + [name], value), in: bytes) }
    for (depth, key) in path.enumerated() {
      guard let found = try member(key, of: object) else {
        return insertion(key, JSONLine.nested(Array(path[(depth + 1)...]) + [name], value), into: object, of: text)
      }
      object = found.value
    }
    if let found = try member(name, of: object) {
      if JSONLine.compact(text.bytes[found.value.range]) == value.text { return nil }
      throw .taken(name)
    }
    return insertion(name, value, into: object, of: text)
  }

  /// An element for the front of an array in a JSON text, with what is missing of the way to it.
  /// - Parameter beside: other members of the whole value where there is none yet.
  /// - Returns: nil where the array has this very element.
  package static func element(
    _ value: JSONLine, at path: [String], beside: [(name: String, value: JSONLine.Node)] = [], in bytes: [UInt8]
  ) throws(SetupError) -> Insertion? {
    let text = try JSONText(bytes)
    let list = JSONLine(node: .array([value.node]))
    guard var place = text.root else {
      let inner = JSONLine.nested(Array(path.dropFirst()), list)
      return whole(JSONLine(node: .object(beside + [(path[0], inner.node)])), in: bytes)
    }
    for (depth, key) in path.enumerated() {
      guard let found = try member(key, of: place) else {
        return insertion(key, JSONLine.nested(Array(path[(depth + 1)...]), list), into: place, of: text)
      }
      place = found.value
    }
    guard case .array(let items) = place.kind else {
      throw .unexpected("expected an array in '\(path.joined(separator: "."))'")
    }
    if items.contains(where: { JSONLine.compact(text.bytes[$0.range]) == value.text }) { return nil }
    return Insertion(
      offset: place.range.lowerBound + 1, bytes: Array((value.text + (items.isEmpty ? "" : ", ")).utf8))
  }

  /// A text's whole value, behind the blanks and comments that are all it has.
  private static func whole(_ value: JSONLine, in bytes: [UInt8]) -> Insertion {
    let newline = newline(of: bytes)
    let isInComment = bytes[lineStart(of: bytes.count, in: bytes)...].contains { $0 != 0x20 && $0 != 0x09 }
    let isMarkAlone = bytes == [0xEF, 0xBB, 0xBF]
    let before = isInComment && !isMarkAlone ? newline : ""
    return Insertion(
      offset: bytes.count, bytes: Array((before + value.indented("", "  ", newline) + newline).utf8))
  }

  /// How the lines of a text end: as its first does.
  private static func newline(of bytes: [UInt8]) -> String {
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end > 0 else { return "\n" }
    return bytes[end - 1] == UInt8(ascii: "\r") ? "\r\n" : "\n"
  }

  private static func member(_ name: String, of value: JSONText.Value) throws(SetupError) -> JSONText.Member? {
    guard case .object(let members) = value.kind else { throw .unexpected("expected an object around '\(name)'") }
    let found = members.filter { $0.name == name }
    guard found.count <= 1 else { throw .unexpected("it has '\(name)' twice") }
    return found.first
  }

  /// Before the first member, in the object's own style: on lines, indented as that member is, or on its line.
  private static func insertion(
    _ name: String, _ value: JSONLine, into object: JSONText.Value, of text: JSONText
  ) -> Insertion {
    guard case .object(let members) = object.kind else { return Insertion(offset: 0, bytes: []) }
    let bytes = text.bytes
    let newline = newline(of: bytes)
    let outer = indentation(before: object.range.lowerBound, in: bytes)
    guard let first = members.first else {
      // The bracket that closes an empty object, with the blanks before it.
      let close = object.range.upperBound - 1
      let line = "\"\(name)\": " + value.indented(outer + "  ", "  ", newline)
      let start = lineStart(of: close, in: bytes)
      // Where the bracket stands alone on its line; before it, a comment might end.
      if start > object.range.lowerBound, bytes[start..<close].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
        return Insertion(offset: start, bytes: Array("\(outer)  \(line)\(newline)".utf8))
      }
      return Insertion(offset: close, bytes: Array("\(newline)\(outer)  \(line)\(newline)\(outer)".utf8))
    }
    let isOnLines = bytes[object.range.lowerBound..<first.start].contains(UInt8(ascii: "\n"))
    guard isOnLines else {
      return Insertion(offset: first.start, bytes: Array("\"\(name)\": \(value.text), ".utf8))
    }
    let inner = indentation(before: first.start, in: bytes)
    let unit = inner.hasPrefix(outer) && inner != outer ? String(inner.dropFirst(outer.count)) : "  "
    let line = "\"\(name)\": " + value.indented(inner, unit, newline)
    return Insertion(offset: first.start, bytes: Array("\(line),\(newline)\(inner)".utf8))
  }

  private static func lineStart(of position: Int, in bytes: [UInt8]) -> Int {
    (bytes[..<position].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
  }

  /// The blanks at the beginning of the line.
  private static func indentation(before position: Int, in bytes: [UInt8]) -> String {
    let line = bytes[lineStart(of: position, in: bytes)..<position]
    return String(decoding: line.prefix { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
  }

  /// A table for the end of a TOML text.
  /// - Parameters:
  ///   - path: its names, none of which needs quotes.
  ///   - lines: those of the table, each `name = value`.
  /// - Returns: nil where the table is there with these lines.
  package static func table(_ path: [String], _ lines: [String], in bytes: [UInt8]) throws(SetupError) -> Insertion? {
    let name = path.joined(separator: ".")
    let newline = newline(of: bytes)
    if let found = try TOMLText(bytes).lines(of: path) {
      if found == lines { return nil }
      throw .taken(name)
    }
    let before = bytes.isEmpty ? "" : bytes.last == UInt8(ascii: "\n") ? newline : newline + newline
    let table = (["[\(name)]"] + lines).joined(separator: newline) + newline
    return Insertion(offset: bytes.count, bytes: Array((before + table).utf8))
  }

  /// Lines between two marks, for the end of a text.
  /// - Returns: nil where they are there.
  static func block(_ lines: [String], marks: (String, String), in bytes: [UInt8]) throws(SetupError) -> Insertion? {
    let newline = newline(of: bytes)
    let block = ([marks.0] + lines + [marks.1]).joined(separator: newline) + newline
    if bytes.contains(Array(block.utf8)) { return nil }
    if bytes.contains(Array(marks.0.utf8)) { throw .taken(marks.0) }
    let before = bytes.isEmpty ? "" : bytes.last == UInt8(ascii: "\n") ? newline : newline + newline
    return Insertion(offset: bytes.count, bytes: Array((before + block).utf8))
  }
}
