import Platform

/// Columns that text takes on a terminal, and text cut or wrapped to columns.
///
/// A grapheme cluster takes two columns where its base is wide or full-width (Unicode Standard Annex 11) or where it
/// is shown as an emoji (Unicode Technical Standard 51), else one.
enum TextWidth {
  /// Columns of `text`, which holds no control characters; see ``printable(_:)``.
  static func columns(_ text: String) -> Int {
    text.reduce(0) { $0 + columns($1) }
  }

  /// Columns of one grapheme cluster: 0, 1 or 2.
  static func columns(_ character: Character) -> Int {
    if let value = character.asciiValue { return value < 0x20 || value == 0x7F ? 0 : 1 }
    let scalars = character.unicodeScalars
    guard let base = scalars.first(where: { !isZeroWidth($0) }) else { return 0 }
    if base.properties.isEmojiPresentation || scalars.contains("\u{FE0F}") && base.properties.isEmoji { return 2 }
    return isWide(base) ? 2 : 1
  }

  /// `text` on one line and harmless to a terminal: runs of white space become one space, control characters
  /// (escape sequences among them) a replacement character, and bidirectional controls vanish.
  static func printable(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var pendingSpace = false
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        pendingSpace = !result.isEmpty
        continue
      }
      if TerminalText.isBidirectionalControl(scalar.value) { continue }
      if pendingSpace { result.append(" ") }
      pendingSpace = false
      result.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
    }
    return String(result)
  }

  /// `text` in at most `width` columns; what is left out shows as "…".
  static func clipped(_ text: String, to width: Int) -> String {
    guard columns(text) > width else { return text }
    var result = ""
    var used = 1
    for character in text {
      used += columns(character)
      if used > width { break }
      result.append(character)
    }
    return result + "…"
  }

  /// Likewise, but a part of the text is to be seen: where that is too far right, the text begins with "…".
  /// - Parameter part: offsets in UTF-8.
  static func clipped(_ text: String, to width: Int, showing part: Range<Int>) -> String {
    let end = text.utf8.index(text.startIndex, offsetBy: part.upperBound, limitedBy: text.endIndex) ?? text.endIndex
    guard columns(text) > width, columns(String(text[..<end])) > width - 1 else { return clipped(text, to: width) }
    let start = text.utf8.index(text.startIndex, offsetBy: part.lowerBound, limitedBy: text.endIndex) ?? text.endIndex
    // What stands before it tells what it is about, as far as there is room for both.
    let room = max(width / 3, width - 2 - columns(String(text[start..<end])) - width / 3)
    var rest = text[...]
    while rest.startIndex < start, columns(String(rest[..<start])) > min(room, width / 2) { rest = rest.dropFirst() }
    return "…" + clipped(String(rest), to: width - 1)
  }

  /// `text` filled up with spaces to `width` columns, on the left or on the right.
  static func padded(_ text: String, to width: Int, alignment: Alignment = .left) -> String {
    let fill = String(repeating: " ", count: max(0, width - columns(text)))
    return alignment == .left ? text + fill : fill + text
  }

  /// `text` broken between words into lines of at most `width` columns; words longer than a line are split.
  /// - Parameter limit: lines at most; the last then ends in "…".
  static func wrapped(_ text: String, to width: Int, limit: Int = .max) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      var word = String(word)
      if !line.isEmpty, columns(line) + 1 + columns(word) <= width {
        line += " " + word
        continue
      }
      if !line.isEmpty { lines.append(line) }
      while columns(word) > width {
        let head = prefix(word, columns: width)
        lines.append(head)
        word.removeFirst(head.count)
      }
      line = word
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    guard lines.count > limit else { return lines }
    return lines.prefix(limit - 1) + [clipped(lines[(limit - 1)...].joined(separator: " "), to: width)]
  }

  /// Words in lines of at most `width` columns, of which those behind the first begin with `indent` blanks. What is longer than a
  /// line stays whole, as a path has to.
  /// - Parameter start: what the first line begins with.
  static func hanging(_ words: [String], after start: String, _ indent: Int, to width: Int) -> [String] {
    var lines: [String] = []
    var line = start
    for (index, word) in words.enumerated() {
      let more = index == 0 ? word : " " + word
      if index > 0, columns(line) + columns(more) > width {
        lines.append(line)
        line = String(repeating: " ", count: indent) + word
      } else {
        line += more
      }
    }
    return lines + [line]
  }

  /// The most characters that fit, and at least one.
  private static func prefix(_ text: String, columns width: Int) -> String {
    var result = ""
    var used = 0
    for character in text {
      used += columns(character)
      if used > width, !result.isEmpty { break }
      result.append(character)
    }
    return result
  }

  private static func isZeroWidth(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: true
    default: false
    }
  }

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    guard value >= 0x1100 else { return false }
    return wideRanges.contains { $0.contains(value) }
  }

  /// Classes W and F of EastAsianWidth.txt (Unicode 16) that are not emoji, with unassigned gaps closed.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E, 0x3041...0xA4C6,
    0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60,
    0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x18D00...0x18D08, 0x1AFF0...0x1B2FB, 0x1D300...0x1D356,
    0x1D360...0x1D376, 0x1F200...0x1F265, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
  ]
}

/// The side on which a column's text stands.
enum Alignment {
  case left, right
}
