import AkinProtocol

/// The text of an open document, changed by ranges of lines and columns.
struct TextBuffer: Sendable {
  private var bytes: [UInt8]

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Replaces a part, or all where there is no range. A place behind the end of a line or of the text means that end, as
  /// LSP has it.
  mutating func replace(_ range: TextRange?, with text: String, encoding: PositionEncodingKind) {
    guard let range else {
      bytes = Array(text.utf8)
      return
    }
    let start = offset(of: range.start, from: (line: 0, offset: 0), encoding)
    let end = offset(of: range.end, from: (line: range.start.line, offset: lineStart(before: start)), encoding)
    bytes.replaceSubrange(start..<max(start, end), with: text.utf8)
  }

  private func lineStart(before offset: Int) -> Int {
    var start = offset
    while start > 0, !isLineEnd(start - 1) { start -= 1 }
    return start
  }

  /// Whether a line ends with this byte: a line feed, or a carriage return without one behind it.
  private func isLineEnd(_ index: Int) -> Bool {
    bytes[index] == UInt8(ascii: "\n")
      || bytes[index] == UInt8(ascii: "\r") && (index + 1 == bytes.count || bytes[index + 1] != UInt8(ascii: "\n"))
  }

  /// - Parameter known: the start of a line at or before the position's.
  private func offset(
    of position: TextPosition, from known: (line: Int, offset: Int), _ encoding: PositionEncodingKind
  ) -> Int {
    var (line, index) = known
    while line < position.line {
      guard index < bytes.count else { return bytes.count }
      if isLineEnd(index) { line += 1 }
      index += 1
    }
    var units = 0
    while index < bytes.count, units < position.character {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
      let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
      switch encoding {
      case .utf8: units += length
      case .utf16: units += length == 4 ? 2 : 1
      case .utf32: units += 1
      }
      index += length
    }
    return min(index, bytes.count)
  }
}
