import Documents
import Engine

/// What is looked for in a history.
public struct HistoryQuery: Sendable {
  /// What a person asks.
  public var text: String
  /// Commits at most.
  public var topK = 10
  /// Path globs as ``PathGlobs`` reads them; none for every path.
  public var paths: [String] = []
  /// Seconds since 1970 before which an author's time is too early.
  public var since: Int?
  /// Seconds since 1970 after which it is too late.
  public var until: Int?
  /// What the author's name and address have in them, in whatever case.
  public var author: String?
  /// By meaning, by words, or both.
  public var mode = SearchMode.hybrid

  /// A search without conditions.
  public init(_ text: String) { self.text = text }
}

/// A commit that was found.
public struct CommitHit: Sendable, Equatable {
  /// The object's name, as `git show` takes it.
  public let commit: String
  /// As of a search's hit.
  public let score: Float
  /// Cosine of the query and the text.
  public let similarity: Float?
  /// `Ann <ann@example.org>`
  public let author: String
  /// Seconds since 1970.
  public let time: Int
  /// The message's first line.
  public let subject: String
  /// The file whose lines answer best; nil where the message does.
  public let path: String?
  /// The part of the message, or the added lines, that answers best.
  public let text: String
  /// What the lines declare.
  public let symbol: String?
}

/// Searches a history that is indexed.
public struct HistorySearch: Sendable {
  let engine: Engine
  let collection: any CollectionStorage

  /// Commits that are looked for at once, at most.
  private static let mostWanted = 1 << 24

  /// A search of one collection, that of ``GitRepository/collectionName``.
  public init(_ collection: any CollectionStorage, engine: Engine) {
    self.collection = collection
    self.engine = engine
  }

  /// The commits that answer, the best first, each once.
  /// - Throws: `CollectionError`, `EngineError`, `CancellationError`.
  public func hits(_ asked: HistoryQuery) async throws -> [CommitHit] {
    var query = CollectionQuery(mode: asked.mode)
    try query.setText(asked.text)
    var request = EmbedRequest(texts: [query.text ?? asked.text])
    if engine.description.prompts["query"] != nil { request.prompt = .named("query") }
    query.vector = try await engine.embed(request).vectors.first
    query.scope.globs = asked.paths
    var conditions: [MetadataFilter.Condition] = []
    if let since = asked.since {
      conditions.append(.init(key: HistoryDocuments.Key.time, comparison: .greaterOrEqual(.number(Double(since)))))
    }
    if let until = asked.until {
      conditions.append(.init(key: HistoryDocuments.Key.time, comparison: .lessOrEqual(.number(Double(until)))))
    }
    if !conditions.isEmpty { query.scope.filter = MetadataFilter(conditions: conditions) }
    // Several hits may be of one commit.
    query.topK = max(4 * min(asked.topK, Self.mostWanted), 32)
    while true {
      try Task.checkCancellation()
      let hits = try await CollectionSearch.search([collection], query)
      let commits = Self.commits(hits, asked)
      // Fewer than were asked for: there are no more.
      if commits.count >= asked.topK || hits.count < query.topK { return Array(commits.prefix(asked.topK)) }
      query.topK *= 4
    }
  }

  private static func commits(_ hits: [CollectionHit], _ asked: HistoryQuery) -> [CommitHit] {
    let author = asked.author?.lowercased()
    var seen: Set<String> = []
    return hits.compactMap { hit in
      guard case .string(let commit)? = hit.metadata[HistoryDocuments.Key.commit],
        case .string(let name)? = hit.metadata[HistoryDocuments.Key.author],
        case .number(let time)? = hit.metadata[HistoryDocuments.Key.time],
        case .string(let subject)? = hit.metadata[HistoryDocuments.Key.subject]
      else { return nil }
      if let author, !name.lowercased().contains(author) { return nil }
      guard seen.insert(commit).inserted else { return nil }
      return CommitHit(
        commit: commit, score: hit.score, similarity: hit.similarity, author: name,
        time: Int(exactly: time.rounded()) ?? 0, subject: subject, path: hit.path, text: hit.text, symbol: hit.symbol)
    }
  }
}
