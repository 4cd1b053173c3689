/// Org's headlines (orgmode.org/worg/org-syntax.html), without their keywords, priorities and tags; blocks between `#+BEGIN_` and
/// `#+END_` are literal, as are drawers.
enum OrgOutline {
  private static let keywords: Set<Substring> = [
    "TODO", "DONE", "NEXT", "WAITING", "WAIT", "HOLD", "CANCELLED", "CANCELED", "STARTED", "SOMEDAY", "COMMENT",
  ]

  static func outline(of lines: TextLines) -> Outline {
    var outline = Outline(lineCount: lines.count)
    let closers = lines.lastClosers(closed)
    var line = 0
    while line < lines.count {
      defer { line += 1 }
      let text = lines.trimmedText(line)
      if text.utf8.first == UInt8(ascii: "#") {
        let lower = text.lowercased()
        if lower.hasPrefix("#+title:") {
          outline.addHeading(line, level: 0, title: text.dropFirst(8).trimmingBlanks)
        } else if lower.hasPrefix("#+begin_"), let end = end(of: lower, after: line, lines, closers) {
          outline.addLiteral(line..<end + 1)
          line = end
        }
      } else if lines.indentation(line) == 0, text.utf8.first == UInt8(ascii: "*") {
        let level = text.utf8.prefix { $0 == UInt8(ascii: "*") }.count
        guard text.utf8.dropFirst(level).first == 0x20 else { continue }
        outline.addHeading(line, level: level, title: title(text.dropFirst(level)))
      }
    }
    return outline
  }

  private static func end(of begin: String, after line: Int, _ lines: TextLines, _ closers: [[UInt8]: Int]) -> Int? {
    let name = Array(begin.utf8.dropFirst("#+begin_".utf8.count).prefix { $0 > 0x20 })
    guard let last = closers[name], last > line else { return nil }
    return (line + 1...last).first { closed(lines.bytes[lines.content($0)]) == name }
  }

  /// The name of the block that a line ends.
  private static func closed(_ content: ArraySlice<UInt8>) -> [UInt8]? {
    let text = content.prefix(100).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    return text.starts(with: "#+end_".utf8) ? Array(text.dropFirst("#+end_".utf8.count)) : nil
  }

  private static func title(_ text: Substring) -> String {
    var words = text.split(separator: " ")
    if let first = words.first, keywords.contains(first) { words.removeFirst() }
    if let first = words.first, first.hasPrefix("[#"), first.hasSuffix("]"), first.count == 4 { words.removeFirst() }
    if words.count > 1, let last = words.last, last.count > 2, last.hasPrefix(":"), last.hasSuffix(":") {
      words.removeLast()
    }
    return words.joined(separator: " ")
  }
}

extension StringProtocol {
  /// Without white space around it.
  var trimmingBlanks: String {
    var text = self[...].drop(while: \.isWhitespace)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
