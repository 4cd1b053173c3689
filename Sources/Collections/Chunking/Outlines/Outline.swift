import Extraction

/// How a text of sections is built: its headings, and the lines in which nothing is one and a blank line ends nothing.
struct Outline {
  /// By their lines, one a line at most.
  var headings: [ExtractedText.Heading] = []
  /// Blocks of code, comments and the like.
  private(set) var isLiteral: [Bool]
  /// Lines at which a page, a slide or the like begins, by their order.
  var partStarts: [Int] = []

  init(lineCount: Int) {
    isLiteral = Array(repeating: false, count: lineCount)
  }

  /// - Parameter range: what is beyond the text's lines is passed over.
  mutating func addLiteral(_ range: Range<Int>) {
    for line in range.clamped(to: 0..<isLiteral.count) { isLiteral[line] = true }
  }

  /// A heading on the line after the last one's, or later; none without a title.
  mutating func addHeading(_ line: Int, level: Int, title: String) {
    guard !title.isEmpty, line >= 0, line < isLiteral.count, line > headings.last?.line ?? -1 else { return }
    headings.append(.init(line: line, level: level, title: String(title.prefix(Self.longestTitle))))
  }

  private static let longestTitle = 200
}

/// The markups whose headings are known.
enum Markup: Sendable, Equatable {
  case markdown, org, asciidoc, restructuredText, latex

  func outline(of lines: TextLines) -> Outline {
    switch self {
    case .markdown: MarkdownOutline.outline(of: lines)
    case .org: OrgOutline.outline(of: lines)
    case .asciidoc: AsciiDocOutline.outline(of: lines)
    case .restructuredText: RestructuredTextOutline.outline(of: lines)
    case .latex: LaTeXOutline.outline(of: lines)
    }
  }
}

extension Outline {
  /// A text without headings, in which fences may stand.
  static func plain(_ lines: TextLines) -> Outline {
    var outline = Outline(lineCount: lines.count)
    var fence: (start: Int, run: ArraySlice<UInt8>)?
    for line in 0..<lines.count {
      let content = lines.bytes[lines.content(line)]
      if let open = fence {
        guard content.count >= open.run.count, content.allSatisfy({ $0 == open.run.first }) else { continue }
        outline.addLiteral(open.start..<line + 1)
        fence = nil
      } else if let byte = content.first, byte == UInt8(ascii: "`") || byte == UInt8(ascii: "~") {
        let run = content.prefix { $0 == byte }
        if run.count >= 3, byte != UInt8(ascii: "`") || !content.dropFirst(run.count).contains(byte) {
          fence = (line, run)
        }
      }
    }
    if let open = fence { outline.addLiteral(open.start..<lines.count) }
    return outline
  }
}

extension TextLines {
  /// What closes a block, with the last line that does: what is not closed is looked for once, and not from every line that
  /// would open it.
  /// - Parameter closer: what a line without the blanks around it closes; nil for nothing.
  func lastClosers(_ closer: (ArraySlice<UInt8>) -> [UInt8]?) -> [[UInt8]: Int] {
    var last: [[UInt8]: Int] = [:]
    for line in 0..<count {
      if let closed = closer(bytes[content(line)]) { last[closed] = line }
    }
    return last
  }

  /// A line without the blanks around it.
  func trimmedText(_ line: Int) -> String { string(content(line)) }
}
