import AkinCollections
import AkinProtocol
import Engine

/// `workspace/symbol`: a semantic search of the session's folders, as far as they are indexed.
struct WorkspaceSymbolHandler: MethodHandler {
  typealias Method = WorkspaceSymbolMethod
  private static let count = 50
  /// Symbols of a part of the result.
  private static let partCount = 10
  /// LSP's kind of what has no other.
  private static let text = 15
  private static let longestName = 80

  func answer(
    _ parameters: WorkspaceSymbolMethod.Parameters, _ call: Call
  ) async throws -> WorkspaceSymbolMethod.Result {
    guard !parameters.query.allSatisfy(\.isWhitespace) else { return WorkspaceSymbolMethod.Result(symbols: []) }
    let store = call.services.collections.store
    var indexed: [CollectionName] = []
    for folder in call.folders where await store.has(await store.scope(of: folder).name) { indexed.append(folder) }
    guard !indexed.isEmpty else { return WorkspaceSymbolMethod.Result(symbols: []) }
    let engine = try await call.engine()
    let named = try await call.open(indexed, engine: engine)
    let collections = named.collections
    var query = CollectionQuery(mode: .hybrid)
    try query.setText(parameters.query)
    var request = EmbedRequest(texts: [query.text ?? ""])
    request.prompt = engine.description.prompts["query"] == nil ? nil : .named("query")
    query.vector = try await engine.embed(request).vectors.first
    query.topK = Self.count
    query.scope.parts = named.parts
    let hits = try await call.search(collections, query, engine: engine)
    call.services.collections.graphs.mend(collections)
    let encoding = parameters.positionEncoding ?? call.positionEncoding
    let symbols = hits.compactMap { symbol($0, call.spellings, in: encoding) }
    return WorkspaceSymbolMethod.Result(symbols: try await sendParts(of: symbols, call))
  }

  /// Sends the symbols a part at a time to a client that wants them so.
  /// - Returns: what is left to be answered.
  private func sendParts(
    of symbols: [WorkspaceSymbolMethod.Symbol], _ call: Call
  ) async throws -> [WorkspaceSymbolMethod.Symbol] {
    guard call.context.hasPartialResultToken else { return symbols }
    for start in stride(from: 0, to: symbols.count, by: Self.partCount) {
      let part = Array(symbols[start..<min(start + Self.partCount, symbols.count)])
      try await call.context.sendPartialResult(WorkspaceSymbolMethod.Result(symbols: part).json)
    }
    return []
  }

  private func symbol(
    _ hit: CollectionHit, _ spellings: Spellings, in encoding: PositionEncodingKind
  ) -> WorkspaceSymbolMethod.Symbol? {
    guard case .uri(let uri) = hit.key else { return nil }
    let line = QueryLines.lines(hit.text)[hit.bestLine].drop(while: \.isWhitespace)
    return WorkspaceSymbolMethod.Symbol(
      name: hit.symbol ?? hit.heading ?? String(line.prefix(Self.longestName)), kind: hit.symbolKind ?? Self.text,
      uri: spellings.uri(uri), range: TextRange(hit.span, in: encoding), containerName: hit.path)
  }
}
