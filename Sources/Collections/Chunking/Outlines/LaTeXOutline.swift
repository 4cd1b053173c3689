/// Sections of LaTeX by its sectioning commands, outside of comments and of the environments whose content is literal.
enum LaTeXOutline {
  private static let levels: [String: Int] = [
    "part": 0, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5, "subparagraph": 6,
  ]
  private static let literal: Set<String> = [
    "verbatim", "verbatim*", "lstlisting", "minted", "comment", "alltt", "Verbatim",
  ]

  static func outline(of lines: TextLines) -> Outline {
    var outline = Outline(lineCount: lines.count)
    var line = 0
    while line < lines.count {
      defer { line += 1 }
      let content = lines.bytes[lines.content(line)]
      guard content.first == UInt8(ascii: "\\") else { continue }
      let command = name(content.dropFirst())
      if command == "begin", let environment = argument(content.dropFirst(6)), literal.contains(environment) {
        let end = Array("\\end{\(environment)}".utf8)
        let last =
          (line + 1..<lines.count).first { lines.bytes[lines.content($0)].starts(with: end) } ?? lines.count - 1
        outline.addLiteral(line..<last + 1)
        line = last
      } else if let level = levels[command] {
        // A title may go on on the next lines.
        let end = min(line + 3, lines.count)
        let text = lines.bytes[lines.content(line).lowerBound..<lines.whole(end - 1).upperBound]
        guard let title = argument(text.dropFirst(1 + command.utf8.count)) else { continue }
        outline.addHeading(line, level: level, title: plain(title))
      }
    }
    return outline
  }

  private static func name(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.prefix { (0x61...0x7A).contains($0 | 0x20) }, as: UTF8.self)
  }

  /// What stands between the braces, behind a star and a short form in brackets.
  private static func argument(_ bytes: ArraySlice<UInt8>) -> String? {
    var rest = bytes
    if rest.first == UInt8(ascii: "*") { rest = rest.dropFirst() }
    rest = rest.drop { $0 <= 0x20 }
    if rest.first == UInt8(ascii: "[") { rest = rest.drop { $0 != UInt8(ascii: "]") }.dropFirst() }
    guard rest.first == UInt8(ascii: "{") else { return nil }
    var depth = 0
    for index in rest.indices {
      if rest[index] == UInt8(ascii: "{") { depth += 1 }
      if rest[index] == UInt8(ascii: "}") { depth -= 1 }
      if depth == 0 { return String(decoding: rest[(rest.startIndex + 1)..<index], as: UTF8.self) }
    }
    return nil
  }

  /// Without commands and braces.
  private static func plain(_ title: String) -> String {
    var text: [UInt8] = []
    var rest = Array(title.utf8)[...]
    while let byte = rest.first {
      rest = rest.dropFirst()
      switch byte {
      case UInt8(ascii: "\\"):
        let command = rest.prefix { (0x61...0x7A).contains($0 | 0x20) }
        rest = rest.dropFirst(command.count)
        // An escaped sign is itself, and a line break a blank.
        if command.isEmpty, let sign = rest.first {
          text.append(sign == UInt8(ascii: "\\") ? 0x20 : sign)
          rest = rest.dropFirst()
        } else if ["label", "footnote", "index"].contains(String(decoding: command, as: UTF8.self)) {
          rest = rest.drop { $0 != UInt8(ascii: "}") }.dropFirst()
        }
      case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "$"): break
      case UInt8(ascii: "~"), 0...0x20: text.append(0x20)
      default: text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self).split(separator: " ").joined(separator: " ")
  }
}
