/// The lines of a chunk that are shown.
enum ChunkText {
  /// The first line that says something, without the blanks around it: brackets and the marks of comments do not.
  static func firstLine(_ text: String) -> String {
    let lines = Self.lines(text)
    let line =
      lines.first { $0.contains { $0.isLetter || $0.isNumber } }
      ?? lines.first { !$0.allSatisfy(\.isWhitespace) } ?? ""
    return TextWidth.printable(String(line.drop(while: \.isWhitespace)))
  }

  /// The lines around the one that shares most words with the query; the first ones where none does.
  /// - Returns: numbers, counted from 0 in the chunk, and texts.
  static func bestLines(_ text: String, query: String, count: Int) -> [(number: Int, text: String)] {
    let lines = Self.lines(text)
    let words = Set(Self.words(query))
    let scores = lines.map { line in Set(Self.words(line)).intersection(words).count }
    let first = lines.firstIndex { !$0.allSatisfy(\.isWhitespace) } ?? 0
    let best = scores.indices.max { (scores[$0], -$0) < (scores[$1], -$1) } ?? first
    let center = (scores.indices.contains(best) ? scores[best] : 0) > 0 ? best : first
    let start = max(0, min(center - (count - 1) / 2, lines.count - count))
    return lines.indices.dropFirst(start).prefix(count).map { ($0, lines[$0]) }
  }

  /// A line with the words of the query in it brought out.
  static func marked(_ line: String, query: String, on terminal: Terminal) -> String {
    guard terminal.color else { return line }
    let wanted = Set(words(query))
    var result = ""
    var word = ""
    func flush() {
      let isMatch = !wanted.isDisjoint(with: words(word))
      result += isMatch ? terminal.paint(word, .bold) : word
      word = ""
    }
    for character in line {
      if character.isLetter || character.isNumber {
        word.append(character)
      } else {
        flush()
        result.append(character)
      }
    }
    flush()
    return result
  }

  /// Lines as editors and the index count them: a form feed, NEL or U+2028 ends none.
  private static func lines(_ text: String) -> [String] {
    text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }.map(String.init)
  }

  /// Letters and digits in lower case; the parts of identifiers apart, and without endings that mean the same word.
  private static func words(_ text: String) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    var wasLowercase = false
    for byte in text.utf8 {
      let isLetter = (0x61...0x7A).contains(byte | 0x20) || byte >= 0x80 || (0x30...0x39).contains(byte)
      let isUppercase = (0x41...0x5A).contains(byte)
      if !isLetter || isUppercase && wasLowercase {
        if word.count > 2 { words.append(stem(word)) }
        word = []
      }
      if isLetter { word.append(isUppercase ? byte | 0x20 : byte) }
      wasLowercase = isLetter && !isUppercase
    }
    if word.count > 2 { words.append(stem(word)) }
    return words
  }

  private static func stem(_ word: [UInt8]) -> [UInt8] {
    for ending in ["ing", "ed", "s"] where word.count > ending.utf8.count + 3 {
      if word.suffix(ending.utf8.count).elementsEqual(ending.utf8) { return Array(word.dropLast(ending.utf8.count)) }
    }
    return word
  }
}
