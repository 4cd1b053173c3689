/// The fields of a chunk as the full-text index gets them.
package struct IndexedWords {
  /// What keeps the index's stemmer, which knows no word with it, off a whole identifier.
  static let mark = UInt8(ascii: "_")

  /// The columns of the index with what a word in each counts, as BM25F has it: a word of a file's name says more about the
  /// file than one of its text.
  package static let columns: [(name: String, weight: Double)] = [
    ("name", 6), ("folders", 3), ("symbol", 4), ("heading", 2), ("terms", 1), ("identifiers", 1),
  ]

  /// The columns' texts, in their order: words and the parts of identifiers, separated by blanks. Whole identifiers of more
  /// than one part have the mark behind them; those of the text have a column of their own.
  package let values: [String]

  init(_ chunk: DocumentChunk, path: String?) {
    self.init(path: path, heading: chunk.heading, symbol: chunk.symbol, text: chunk.text)
  }

  package init(path: String?, heading: String?, symbol: String?, text: String) {
    let segments = path.map { ChunkPlace.shown($0).split(separator: "/") } ?? []
    let file = segments.last ?? ""
    let dot = file.utf8.lastIndex(of: UInt8(ascii: "."))
    let stem = dot.map { $0 > file.utf8.startIndex ? file[..<$0] : file } ?? file
    let text = Field(text)
    values = [
      Field(String(stem)).joined, Field(segments.dropLast().joined(separator: "/")).joined,
      Field(symbol ?? "").joined, Field(heading ?? "").joined,
      String(decoding: text.terms, as: UTF8.self), String(decoding: text.identifiers, as: UTF8.self),
    ]
  }

  private struct Field {
    var terms: [UInt8] = []
    var identifiers: [UInt8] = []

    init(_ text: String) {
      WordScanner.scan(text) { parts, compound in
        for part in parts {
          terms += part
          terms.append(0x20)
        }
        if let compound {
          identifiers += compound
          identifiers += [IndexedWords.mark, 0x20]
        }
      }
    }

    var joined: String { String(decoding: terms + identifiers, as: UTF8.self) }
  }
}

extension IndexedWords {
  /// A query as expressions of FTS5.
  package struct Query {
    /// Distinct words of a query, at most; the rest of a long text adds work and no direction.
    private static let longest = 64

    /// Words and identifiers, as the columns hold them.
    let words: [WordScanner.Term]
    /// The identifiers among them, which stand in the column `identifiers`.
    let identifiers: [WordScanner.Term]

    /// Matches every chunk with a word of the query.
    package var any: String { Self.union(words) }
    /// Matches chunks with a whole identifier of the query.
    package var exact: String { "identifiers : (\(Self.union(identifiers)))" }

    /// Function words are left out where there are others. Nil where the text has no word.
    package init?(_ text: String) {
      var seen: Set<WordScanner.Term> = []
      var terms: [WordScanner.Term] = []
      var identifiers: [WordScanner.Term] = []
      func add(_ term: WordScanner.Term, to list: inout [WordScanner.Term]) {
        guard seen.count < Self.longest, seen.insert(term).inserted else { return }
        list.append(term)
      }
      WordScanner.scan(text) { parts, compound in
        for part in parts { add(part, to: &terms) }
        // A plain word may be an identifier written without its capitals.
        if let whole = compound ?? parts.first { add(whole + [mark], to: &identifiers) }
      }
      guard !terms.isEmpty else { return nil }
      let functionWords = RankedQuery.functionWords.map { Array($0.utf8) }
      let content = terms.filter { !functionWords.contains($0) }
      if !content.isEmpty {
        terms = content
        identifiers.removeAll { functionWords.contains(Array($0.dropLast())) }
      }
      words = terms + identifiers
      self.identifiers = identifiers
    }

    private static func union(_ terms: [WordScanner.Term]) -> String {
      terms.map { "\"\(String(decoding: $0, as: UTF8.self))\"" }.joined(separator: " OR ")
    }
  }
}
