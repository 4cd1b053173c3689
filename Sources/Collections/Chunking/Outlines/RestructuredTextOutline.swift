/// Titles of reStructuredText (docutils.sourceforge.io/docs/ref/rst): text underlined, maybe overlined, by a run of one mark that
/// is as long; the marks have their levels from the order in which they come. What is indented below `::` or a directive is literal.
enum RestructuredTextOutline {
  static func outline(of lines: TextLines) -> Outline {
    var outline = Outline(lineCount: lines.count)
    var styles: [[UInt8]] = []
    var line = 0
    // The line below the last title.
    var below = 0
    while line < lines.count {
      defer { line += 1 }
      if lines.isBlank(line) { continue }
      if let mark = rule(line, lines), line + 2 < lines.count, rule(line + 2, lines) == mark, !lines.isBlank(line + 1),
        isLongEnough(line, for: line + 1, lines)
      {
        outline.addHeading(line, level: level([mark, mark], &styles), title: lines.trimmedText(line + 1))
        line += 2
        below = line + 1
      } else if let mark = rule(line + 1, lines), lines.indentation(line) == 0, rule(line, lines) == nil,
        line == below || lines.isBlank(line - 1) || isMarkup(line - 1, lines), isLongEnough(line + 1, for: line, lines)
      {
        outline.addHeading(line, level: level([mark], &styles), title: lines.trimmedText(line))
        line += 1
        below = line + 1
      } else if opensLiteral(line, lines) {
        let end = endOfIndented(after: line, lines)
        outline.addLiteral(line + 1..<end)
        line = end - 1
      }
    }
    return outline
  }

  private static func level(_ style: [UInt8], _ styles: inout [[UInt8]]) -> Int {
    if let index = styles.firstIndex(of: style) { return index + 1 }
    styles.append(style)
    return styles.count
  }

  /// The mark of a line that has nothing else, two or more of it.
  private static func rule(_ line: Int, _ lines: TextLines) -> UInt8? {
    guard line < lines.count, lines.indentation(line) == 0 else { return nil }
    let content = lines.bytes[lines.content(line)]
    guard let mark = content.first, content.count >= 2, content.allSatisfy({ $0 == mark }) else { return nil }
    return (0x21...0x7E).contains(mark) && !isLetter(mark) ? mark : nil
  }

  /// Whether a rule is as long as its title, or long enough to be meant as one, which docutils reports and reads.
  private static func isLongEnough(_ rule: Int, for title: Int, _ lines: TextLines) -> Bool {
    lines.columns(title) <= lines.columns(rule) || lines.columns(rule) >= 4
  }

  /// A target, a comment or a directive, behind which docutils reads on without a blank line.
  private static func isMarkup(_ line: Int, _ lines: TextLines) -> Bool {
    lines.indentation(line) == 0 && lines.trimmedText(line).hasPrefix(".. ")
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
  }

  /// A paragraph that ends with `::`, and the directives whose content is no text.
  private static func opensLiteral(_ line: Int, _ lines: TextLines) -> Bool {
    let text = lines.trimmedText(line)
    if text.hasPrefix(".. ") {
      let name = text.dropFirst(3).drop { $0 == " " }.prefix { $0 != ":" && $0 != " " }
      let literal = [
        "code-block", "code", "sourcecode", "parsed-literal", "math", "raw", "prompt", "literalinclude", "doctest",
        "testcode",
      ]
      return literal.contains(String(name))
    }
    return text.hasSuffix("::")
  }

  /// The first line after the block that is indented deeper than `line`.
  private static func endOfIndented(after line: Int, _ lines: TextLines) -> Int {
    let base = lines.indentation(line)
    var end = line + 1
    var next = end
    while next < lines.count, lines.isBlank(next) || lines.indentation(next) > base {
      next += 1
      if !lines.isBlank(next - 1) { end = next }
    }
    return end
  }
}

extension TextLines {
  /// Characters of a line without the blanks around it.
  fileprivate func columns(_ line: Int) -> Int {
    trimmedText(line).unicodeScalars.reduce(0) { $0 + ($1.isWide ? 2 : 1) }
  }
}

extension Unicode.Scalar {
  /// Whether it takes two columns: the wide scripts of East Asia.
  fileprivate var isWide: Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6,
      0x1F300...0x1FAFF, 0x20000...0x3FFFF:
      true
    default: false
    }
  }
}
