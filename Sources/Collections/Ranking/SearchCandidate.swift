/// A chunk that may answer a query, with what each leg of the search found out about it.
public struct SearchCandidate: Sendable, Equatable {
  /// The storage's number of it.
  public var chunk: Int64
  /// The storage's number of its document.
  public var document: Int64
  /// Chunks with one number here have the same text.
  public var text: Int64
  /// Cosine of the query and the text, -1 to 1; nil where the text is not embedded yet.
  public var textSimilarity: Float?
  /// Cosine of the query and the place, as ``ChunkPlace`` writes it; nil where there is none, or none is embedded yet.
  public var placeSimilarity: Float?
  /// BM25 over the fields, above 0; nil where the leg of words has not found it.
  public var words: Float?
  /// The declaration's name, where the chunk is one.
  public var symbol: String?
  /// LSP's SymbolKind of ``symbol``.
  public var symbolKind: Int?

  /// A chunk of which no leg has told anything yet.
  public init(chunk: Int64, document: Int64, text: Int64, symbol: String? = nil, symbolKind: Int? = nil) {
    self.chunk = chunk
    self.document = document
    self.text = text
    self.symbol = symbol
    self.symbolKind = symbolKind
  }
}

/// What a storage finds for a query: every chunk that any leg has found, with the scores of all legs.
public struct SearchCandidates: Sendable {
  /// A document of candidates.
  public struct Document: Sendable, Equatable {
    /// Relative to the collection's folder; nil for what is no file.
    public var path: String?
    /// Its language.
    public var language: String?

    /// Stores the values as they are given.
    public init(path: String? = nil, language: String? = nil) {
      self.path = path
      self.language = language
    }
  }

  /// In no particular order, each once.
  public var chunks: [SearchCandidate] = []
  /// Of every candidate.
  public var documents: [Int64: Document] = [:]

  /// Nothing found.
  public init() {}
}
