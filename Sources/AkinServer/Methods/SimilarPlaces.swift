import AkinCollections
import AkinProtocol
import Documents
import JSON
import Platform

/// Places that are like another one, for people.
struct SimilarPlaces {
  private static let count = 20
  /// Places that a person is asked to choose from.
  private static let offered = 8
  private static let longestSubject = 80

  let call: Call

  init(_ call: Call) {
    self.call = call
  }

  /// The places that are most like the passages on some lines of a document, these left out.
  /// - Parameter minScore: a cosine.
  /// - Returns: nil where nothing of the lines is indexed.
  func like(
    _ uri: String, lines: ClosedRange<Int>, count: Int = Self.count, minScore: Float? = nil
  ) async throws -> [CollectionHit]? {
    let key = await call.located([.uri(uri)])[0]
    let store = call.services.collections.store
    for folder in call.folders + folder(of: key) where await store.has(await store.scope(of: folder).name) {
      let engine = try await call.engine()
      let named = try await call.open([folder], engine: engine)
      guard let collection = named.collections.first else { continue }
      let place = PlaceInCollection(collection: collection.name, key: key, lines: lines)
      let embedding = CandidateEmbedding(engine)
      guard let vector = try await embedding.vector(of: place, in: collection) else { continue }
      var query = CollectionQuery(mode: .semantic, vector: vector)
      query.excluded = place
      query.topK = count
      query.minScore = minScore
      query.scope.parts = named.parts
      return try await call.search(named.collections, query, engine: engine)
    }
    return nil
  }

  /// The folder that a document is in, which need be none of the session's.
  private func folder(of key: DocumentKey) -> [CollectionName] {
    guard case .uri(let uri) = key, let path = FileURI.path(ofURI: uri) else { return [] }
    return [CollectionName(folder: FilePath.parent(of: path))].compactMap(\.self)
  }

  /// Lets the person choose one of the best, and has the client show it.
  func offer(_ hits: [CollectionHit]) async throws {
    let titles = titles(hits)
    let question = ShowMessageRequest.parameters("Similar passages", answers: titles)
    let answer = try await call.context.ask(ShowMessageRequest.name, question)
    guard let choice = ShowMessageRequest.choice(answer), let index = titles.firstIndex(of: choice),
      case .uri(let uri) = hits[index].key
    else { return }
    let place = TextRange(hits[index].span, in: call.positionEncoding)
    _ = try await call.context.ask(
      ShowDocumentRequest.name, ShowDocumentRequest.parameters(uri: call.spellings.uri(uri), selection: place))
  }

  /// LSP's `Location`; nil of what is no file.
  func location(_ hit: CollectionHit) -> JSONValue? {
    guard case .uri(let uri) = hit.key else { return nil }
    return ["uri": .string(call.spellings.uri(uri)), "range": TextRange(hit.span, in: call.positionEncoding).json]
  }

  /// Of the best: the path in its folder, the line from 1, and what it is about.
  func titles(_ hits: [CollectionHit]) -> [String] {
    hits.prefix(Self.offered).map { "\(place($0))  \(subject($0))" }
  }

  /// The path in its folder and the line from 1.
  func place(_ hit: CollectionHit) -> String {
    "\(FileName.shown(hit.path ?? hit.key.text)):\(hit.span.start.line + 1)"
  }

  /// A symbol, a heading, or the first line with a letter or a digit.
  func subject(_ hit: CollectionHit) -> String {
    let lines = hit.text.split(whereSeparator: \.isNewline)
    let line = lines.first { $0.contains { $0.isLetter || $0.isNumber } } ?? lines.first ?? ""
    return hit.symbol ?? hit.heading ?? String(line.drop(while: \.isWhitespace).prefix(Self.longestSubject))
  }
}
