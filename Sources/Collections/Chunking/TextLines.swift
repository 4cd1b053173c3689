/// A text's bytes with its lines, as the Language Server Protocol counts them: a line ends with a line feed, a carriage
/// return, or both.
struct TextLines: Sendable {
  /// Columns that a tab advances to a multiple of.
  private static let tabWidth = 4

  /// UTF-8.
  let bytes: [UInt8]
  /// The first byte of each line; at least one line, which may be empty.
  let starts: [Int]

  init(_ text: String) {
    bytes = Array(text.utf8)
    var starts = [0]
    for (index, byte) in bytes.enumerated() {
      let isEnd =
        byte == UInt8(ascii: "\n")
        || byte == UInt8(ascii: "\r") && (index + 1 == bytes.count || bytes[index + 1] != UInt8(ascii: "\n"))
      if isEnd { starts.append(index + 1) }
    }
    self.starts = starts
  }

  var count: Int { starts.count }

  /// The bytes of a line, with what ends it.
  func whole(_ line: Int) -> Range<Int> {
    starts[line]..<(line + 1 < starts.count ? starts[line + 1] : bytes.count)
  }

  /// The bytes from one line's start to another's.
  func bytes(of lines: Range<Int>) -> Range<Int> {
    guard !lines.isEmpty else { return starts[lines.lowerBound]..<starts[lines.lowerBound] }
    return starts[lines.lowerBound]..<whole(lines.upperBound - 1).upperBound
  }

  /// The bytes of a line without the blanks around them; empty for a blank line.
  func content(_ line: Int) -> Range<Int> {
    trimmed(whole(line))
  }

  func isBlank(_ line: Int) -> Bool {
    whole(line).allSatisfy { Self.isBlank(bytes[$0]) }
  }

  /// The range without the blank bytes at both ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, Self.isBlank(bytes[start]) { start += 1 }
    while end > start, Self.isBlank(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  /// The range without the blank lines at both ends; the first line keeps its indentation.
  func withoutBlankLines(_ range: Range<Int>) -> Range<Int> {
    let trimmed = trimmed(range)
    var start = trimmed.lowerBound
    while start > range.lowerBound, bytes[start - 1] == UInt8(ascii: " ") || bytes[start - 1] == UInt8(ascii: "\t") {
      start -= 1
    }
    return start..<trimmed.upperBound
  }

  /// The columns before a line's first byte that is not blank.
  func indentation(_ line: Int) -> Int {
    var columns = 0
    for index in whole(line) {
      switch bytes[index] {
      case UInt8(ascii: " "): columns += 1
      case UInt8(ascii: "\t"): columns += Self.tabWidth - columns % Self.tabWidth
      default: return columns
      }
    }
    return columns
  }

  /// Whether a line has `prefix` after its blanks.
  func line(_ line: Int, startsWith prefix: [UInt8]) -> Bool {
    let content = content(line)
    return content.count >= prefix.count && bytes[content.prefix(prefix.count)].elementsEqual(prefix)
  }

  func string(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// White space and control characters of ASCII.
  static func isBlank(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == 0x7F
  }

  /// Whether blanks or the text's ends are around a range.
  func isBetweenBlanks(_ range: Range<Int>) -> Bool {
    (range.lowerBound == 0 || Self.isBlank(bytes[range.lowerBound - 1]))
      && (range.upperBound == bytes.count || Self.isBlank(bytes[range.upperBound]))
  }

  /// The nearest start of a scalar at or before an offset.
  func scalarStart(atOrBefore offset: Int) -> Int {
    var offset = min(offset, bytes.count)
    while offset > 0, offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
    return offset
  }
}

extension TextLines {
  /// The spans of ranges of bytes, in one pass over the text.
  func spans(of ranges: [Range<Int>]) -> [TextSpan] {
    var walk = PlaceWalk(lines: self)
    var places: [Int: (place: TextPlace, characters: Int)] = [:]
    for offset in Set(ranges.flatMap { [$0.lowerBound, $0.upperBound] }).sorted() {
      places[offset] = walk.advance(to: offset)
    }
    return ranges.map { range in
      let start = places[range.lowerBound] ?? (TextPlace(), 0)
      let end = places[range.upperBound] ?? (TextPlace(), 0)
      return TextSpan(
        bytes: range, characters: start.characters..<end.characters, start: start.place, end: end.place)
    }
  }
}

/// Counts lines, columns and scalars up to offsets that only grow.
private struct PlaceWalk {
  let lines: TextLines
  private var offset = 0
  private var place = TextPlace()
  private var characters = 0

  init(lines: TextLines) {
    self.lines = lines
  }

  mutating func advance(to target: Int) -> (place: TextPlace, characters: Int) {
    while offset < target {
      let byte = lines.bytes[offset]
      offset += 1
      place.utf8 += 1
      if byte & 0xC0 != 0x80 {
        characters += 1
        place.scalars += 1
        place.utf16 += byte >= 0xF0 ? 2 : 1
      }
      if place.line + 1 < lines.count, offset == lines.starts[place.line + 1] {
        place = TextPlace(line: place.line + 1)
      }
    }
    return (place, characters)
  }
}
