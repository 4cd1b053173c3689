/// A text as the full-text index gets it, and a query in its language.
struct IndexedWords {
  /// What keeps the index's stemmer, which knows no word with it, off a whole identifier.
  private static let mark = UInt8(ascii: "_")
  /// Distinct words of a query, at most; the rest of a long text adds work and no direction.
  private static let longestQuery = 64

  /// Words and the parts of identifiers, separated by blanks.
  let terms: String
  /// Whole identifiers of more than one part, each with the mark behind it.
  let identifiers: String

  init(_ text: String) {
    var terms: [UInt8] = []
    var identifiers: [UInt8] = []
    WordScanner.scan(text) { parts, compound in
      for part in parts {
        terms += part
        terms.append(0x20)
      }
      if let compound {
        identifiers += compound
        identifiers += [Self.mark, 0x20]
      }
    }
    self.terms = String(decoding: terms, as: UTF8.self)
    self.identifiers = String(decoding: identifiers, as: UTF8.self)
  }

  /// A query as expressions of FTS5.
  struct Query {
    /// Matches every chunk with a word of the query.
    let any: String
    /// Matches chunks with a whole identifier of the query.
    let exact: String

    /// Nil where the text has no word.
    init?(_ text: String) {
      var seen: Set<WordScanner.Term> = []
      var terms: [String] = []
      var identifiers: [String] = []
      func add(_ term: WordScanner.Term, to list: inout [String]) {
        guard seen.count < longestQuery, seen.insert(term).inserted else { return }
        list.append("\"\(String(decoding: term, as: UTF8.self))\"")
      }
      WordScanner.scan(text) { parts, compound in
        for part in parts { add(part, to: &terms) }
        // A plain word may be an identifier written without its capitals.
        if let whole = compound ?? parts.first { add(whole + [mark], to: &identifiers) }
      }
      guard !terms.isEmpty else { return nil }
      any = (terms + identifiers).joined(separator: " OR ")
      exact = "identifiers : (\(identifiers.joined(separator: " OR ")))"
    }
  }
}
