/// A query as the ranking's signals look at it.
package struct RankedQuery: Sendable {
  /// Words that stand in every question and point at nothing.
  static let functionWords: Set<String> = [
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "how", "i", "if", "in", "into",
    "is",
    "it", "its", "my", "not", "of", "on", "or", "our", "that", "the", "this", "to", "via", "we", "what", "when",
    "where",
    "which", "with", "you", "your",
  ]

  /// The query without blanks around it.
  let text: String
  /// Its distinct words and the parts of its identifiers, in lower case, without function words.
  package let words: [String]
  /// Whole identifiers of the query, in lower case: names with capitals inside, `_`, `.` or `::`, and a word that stands
  /// alone.
  package let identifiers: Set<String>
  /// Whether it is one word, such as the name of something.
  let isName: Bool
  /// Whether there is no word in it at all, as in one of punctuation.
  let isWordless: Bool
  /// Every run of up to three words, joined as a file's name joins them.
  package let joined: Set<String>

  package init(_ text: String) {
    self.text = text
    var words: [String] = []
    var identifiers: Set<String> = []
    var names = 0
    WordScanner.scan(text) { parts, compound in
      names += 1
      for part in parts {
        let word = String(decoding: part, as: UTF8.self)
        if word.utf8.count > 1, !Self.functionWords.contains(word), !words.contains(word) { words.append(word) }
      }
      if let compound { identifiers.insert(String(decoding: compound, as: UTF8.self)) }
    }
    if names == 1, let word = words.first, words.count == 1 { identifiers.insert(word) }
    isName = names == 1
    isWordless = names == 0
    self.words = words
    self.identifiers = identifiers
    joined = Set(
      words.indices.flatMap { start in
        (start..<min(start + 3, words.count)).map { words[start...$0].joined() }
      })
  }

  /// Whether it speaks of something by one of these words, or by a longer word that begins with one.
  func mentions(_ stems: [String]) -> Bool {
    words.contains { word in stems.contains { word.utf8.starts(with: $0.utf8) } }
  }
}
