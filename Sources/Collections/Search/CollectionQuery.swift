import Documents

/// A search over stored collections.
public struct CollectionQuery: Sendable {
  /// By meaning, by words, or both.
  public var mode: SearchMode
  /// The words that are looked for; needed for keyword and hybrid search.
  public var text: String?
  /// What is looked for as a vector in the collections' space, of any length but zero; needed for semantic and hybrid
  /// search. For a text: embedded with the prompt for queries.
  public var vector: [Float]?
  /// Results at most.
  public var topK = 10
  /// Results that are skipped, for pages.
  public var offset = 0
  /// Results with a lower cosine are left out; only for semantic search, since the other scores have no scale.
  public var minScore: Float?
  /// Which documents take part.
  public var scope = DocumentScope()
  /// What the text of a chunk must have in it, all of them, to take part.
  public var patterns: [TextPattern] = []
  /// Results with a lower cosine of the query and their text are left out, in every mode; needs a vector.
  public var minSimilarity: Float?
  /// Whether results tell how the ranking of a hybrid search has put them where they are.
  public var explains = false
  /// The signals and weights of a hybrid search.
  public var ranking = RankingTable.standard
  /// Chunks that are no results, such as those that a vector was made of.
  public var excluded: PlaceInCollection?

  /// Takes a person's query: its words, and the phrases between its quotes as patterns.
  /// - Throws: `invalid` where a phrase is too long.
  public mutating func setText(_ query: String) throws(CollectionError) {
    let quoted = QuotedPhrases(query)
    text = quoted.text
    for phrase in quoted.phrases { patterns.append(try TextPattern(phrase: phrase)) }
  }

  /// Results that are looked for, the skipped ones included. Cut where no collection reaches and multiples are numbers still.
  var wanted: Int {
    let (sum, isTooLarge) = offset.addingReportingOverflow(topK)
    return isTooLarge ? Self.most : min(sum, Self.most)
  }

  private static let most = 1 << 40

  /// A search for words by any mode; `vector` is the text's for all but keyword search.
  public init(mode: SearchMode, text: String? = nil, vector: [Float]? = nil) {
    self.mode = mode
    self.text = text
    self.vector = vector
  }
}

/// A stored document, or some lines of it.
public struct PlaceInCollection: Sendable, Equatable {
  /// The collection's name.
  public var collection: String
  /// The document.
  public var key: DocumentKey
  /// Lines, from 0; nil for all.
  public var lines: ClosedRange<Int>?

  /// Stores the values as they are given.
  public init(collection: String, key: DocumentKey, lines: ClosedRange<Int>? = nil) {
    self.collection = collection
    self.key = key
    self.lines = lines
  }
}

/// Which documents of a collection take part in a search. All conditions must hold.
public struct DocumentScope: Sendable, Equatable {
  /// Path globs as ``PathGlobs`` reads them; none for every path.
  public var globs: [String] = []
  /// Likewise for single collections, by their names: lists of globs each of which must let a path take part.
  public var parts: [String: [[String]]] = [:]
  /// LSP's language identifiers, of which the document's must be one; none for every language.
  public var languages: [String] = []
  /// Conditions on metadata.
  public var filter: MetadataFilter?

  /// Every document.
  public init() {}

  /// What holds in a collection of this name.
  func isEverything(of name: String) -> Bool {
    globs.isEmpty && parts[name] == nil && languages.isEmpty && (filter?.conditions.isEmpty ?? true)
  }
}

/// A place that was found: a chunk, or several of one document that touch.
public struct CollectionHit: Sendable, Equatable {
  /// The collection's name.
  public internal(set) var collection: String
  /// The document.
  public let key: DocumentKey
  /// The document's path, relative to the collection's folder.
  public let path: String?
  /// The document's language.
  public let language: String?
  /// The file as it was indexed; nil for documents that are no files.
  public let file: FileState?
  /// The document's metadata.
  public let metadata: [String: MetadataValue]
  /// Of the best of the chunks. Semantic: the cosine of the query and the text, and for a query of words of its place,
  /// -1 to 1. Keyword: BM25, above 0, with 100 added for a whole identifier of the query. Hybrid: what the ranking's signals
  /// add up to, of which only the differences count.
  public let score: Float
  /// Where it is in the document.
  public internal(set) var span: TextSpan
  /// The text there.
  public internal(set) var text: String
  /// The line of the text that answers best, from 0.
  public internal(set) var bestLine = 0
  /// Of the best of the chunks.
  public let heading: String?
  /// Of the best of the chunks.
  public let symbol: String?
  /// LSP's SymbolKind of ``symbol``.
  public let symbolKind: Int?
  /// Where its lines are found in a document whose bytes are not its text.
  public internal(set) var places: LinePlaces?
  /// Where the line that answers best is, as what stands behind `#`: `page=3`.
  public var location: String? { places?.fragment(ofLine: bestLine) }
  /// Cosine of the query and the text, -1 to 1, of the best of the chunks; nil where the query has no vector, or the text
  /// none yet.
  public internal(set) var similarity: Float?
  /// Where the ways of searching have it, of the best of the chunks.
  public internal(set) var legs: [SearchLeg] = []
  /// What a cross-encoder has made of it, where one has read it.
  public internal(set) var rerankScore: Float?
  /// Other places of exactly this text.
  public internal(set) var copies: [HitCopy] = []
  /// How a hybrid search has put it where it is, where that was asked for.
  public internal(set) var explanation: RankingExplanation?
}

/// Another place of a text that was found.
public struct HitCopy: Sendable, Equatable {
  /// The collection's name.
  public let collection: String
  /// The document.
  public let key: DocumentKey
  /// The document's path, relative to the collection's folder.
  public let path: String?
  /// The first line, from 0.
  public let line: Int
}
