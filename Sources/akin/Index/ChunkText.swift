import AkinCollections

/// The lines of a chunk that are shown.
enum ChunkText {
  /// The first line that says something, without the blanks around it: brackets and the marks of comments do not.
  static func firstLine(_ text: String) -> String {
    let lines = QueryLines.lines(text)
    let line =
      lines.first { $0.contains { $0.isLetter || $0.isNumber } }
      ?? lines.first { !$0.allSatisfy(\.isWhitespace) } ?? ""
    return shown(line)
  }

  /// A line, harmless to a terminal, without the blanks before it.
  static func shown(_ line: Substring) -> String {
    TextWidth.printable(String(line.drop(while: \.isWhitespace)))
  }

  static func line(_ number: Int, of text: String) -> Substring {
    let lines = QueryLines.lines(text)
    return lines.indices.contains(number) ? lines[number] : ""
  }

  /// - Returns: numbers, counted from 0 in the chunk, and texts.
  static func lines(_ text: String, around center: Int, count: Int) -> [(number: Int, text: String)] {
    let lines = QueryLines.lines(text)
    let start = max(0, min(center - (count - 1) / 2, lines.count - count))
    return lines.indices.dropFirst(start).prefix(count).map { ($0, String(lines[$0])) }
  }

  /// A line with what is looked for brought out.
  static func marked(_ line: String, _ query: QueryLines, on terminal: Terminal) -> String {
    guard terminal.color else { return line }
    let matches = query.matches(in: line)
    var result = ""
    var word = ""
    var isInMatch = false
    func flush() {
      result += isInMatch || query.isWanted(word) ? terminal.paint(word, .bold) : word
      word = ""
    }
    var offset = 0
    for character in line {
      let isMatched = matches.contains { $0.contains(offset) }
      offset += character.utf8.count
      if isMatched != isInMatch {
        flush()
        isInMatch = isMatched
      }
      if isMatched || character.isLetter || character.isNumber {
        word.append(character)
      } else {
        flush()
        result.append(character)
      }
    }
    flush()
    return result
  }
}
