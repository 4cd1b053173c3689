import AkinCollections
import AkinProtocol
import Engine
import JSONRPC

extension SearchHandler {
  /// Searches stored collections: open documents as they stand, each query on its own.
  func search(
    _ names: [CollectionName], _ parameters: SearchMethod.Parameters, _ call: Call, _ progress: WorkProgress
  ) async throws -> SearchMethod.Result {
    let engine = try await call.engine()
    let named = try await call.open(names, engine: engine)
    let collections = named.collections
    let patterns = try patterns(parameters)
    var queries = try await self.queries(parameters, collections, engine, call)
    for index in queries.indices {
      queries[index].topK = parameters.topK
      queries[index].offset = parameters.offset
      queries[index].minScore = parameters.minScore
      queries[index].minSimilarity = parameters.minSimilarity
      queries[index].patterns += patterns
      queries[index].scope.globs = parameters.glob
      queries[index].scope.parts = named.parts
      queries[index].scope.languages = parameters.language
      queries[index].scope.filter = parameters.filter.map(MetadataFilter.init)
    }
    let reading = try await secondReading(parameters, call)
    var result = SearchMethod.Result(results: [])
    for query in queries {
      try Task.checkCancellation()
      var hits = try await found(query, parameters, reading, collections, engine, call) { first in
        try await sendFirst(first, of: result.results.count, parameters, call)
      }
      hits = try await QueryLines.refined(hits, for: query, engine: engine)
      let nearest = query.similarityOfNoMatch(hits)
      if let limit = parameters.maxTokens {
        let packed = TokenBudget(limit, of: engine).packed(hits) { $0.path ?? $0.key.text }
        hits = packed.hits
        result.budgets.append(SearchMethod.Result.Budget(packed))
      }
      result.results.append(self.hits(hits, parameters, call))
      result.noGoodMatch.append(nearest)
      progress.report(result.results.count, of: queries.count, "queries")
    }
    call.services.collections.graphs.mend(collections)
    result.embeddedShare = try await EmbeddedShare(of: collections).share
    if result.noGoodMatch.allSatisfy({ $0 == nil }) { result.noGoodMatch = [] }
    return result
  }

  private func secondReading(
    _ parameters: SearchMethod.Parameters, _ call: Call
  ) async throws -> SecondReading? {
    guard let asked = parameters.rerank else { return nil }
    return SecondReading(
      try await call.reranker(asked.model), milliseconds: asked.budgetMs ?? SecondReading.usualBudget)
  }

  private func found(
    _ query: CollectionQuery, _ parameters: SearchMethod.Parameters, _ reading: SecondReading?,
    _ collections: [any CollectionStorage], _ engine: Engine, _ call: Call,
    first: ([CollectionHit]) async throws -> Void
  ) async throws -> [CollectionHit] {
    let budget = parameters.budgetMs ?? CandidateEmbedding.usualBudget
    guard let reading, let text = query.text else {
      return try await call.search(collections, query, engine: engine, budget: budget)
    }
    var wide = query
    wide.topK = SecondReading.count(topK: query.topK, offset: query.offset)
    wide.offset = 0
    let page = { (hits: [CollectionHit]) in Array(hits.dropFirst(query.offset).prefix(query.topK)) }
    let hits = try await call.search(collections, wide, engine: engine, budget: budget)
    try await first(page(hits))
    return page(try await reading.ordered(hits, for: text))
  }

  /// Hits as the protocol has them.
  private func hits(
    _ hits: [CollectionHit], _ parameters: SearchMethod.Parameters, _ call: Call
  ) -> [SearchMethod.Hit] {
    let encoding = parameters.positionEncoding ?? call.positionEncoding
    return hits.compactMap { SearchMethod.Hit($0, call.spellings, in: encoding) }
  }

  /// Sends the hits of a query in the order that they have before a cross-encoder reads them, to a client that wants parts.
  private func sendFirst(
    _ hits: [CollectionHit], of query: Int, _ parameters: SearchMethod.Parameters, _ call: Call
  ) async throws {
    guard call.context.hasPartialResultToken else { return }
    let part = SearchMethod.Result(results: [self.hits(hits, parameters, call)])
    try await call.context.sendPartialResult(
      ["start": .integer(Int64(query)), "results": .array(part.results.map { .array($0.map(\.json)) })])
  }

  /// Stored vectors were made with the model's own settings, and are compared with none of others.
  func checkOptions(_ options: EmbeddingOptions, _ call: Call) throws(ResponseError) {
    let given = [("pooling", options.pooling != nil), ("dimensions", options.dimensions != nil)]
    if let name = given.first(where: \.1)?.0 {
      throw ResponseError(
        akin: .invalidParams, path: call.path(name), expected: "none with collection, whose vectors are stored",
        found: "one")
    }
  }

  private func queries(
    _ parameters: SearchMethod.Parameters, _ collections: [any CollectionStorage], _ engine: Engine, _ call: Call
  ) async throws -> [CollectionQuery] {
    let mode = SearchMode(parameters.mode ?? parameters.usualMode)
    if let example = parameters.similarTo {
      let embedding = CandidateEmbedding(
        engine, milliseconds: parameters.budgetMs ?? CandidateEmbedding.usualBudget)
      return [try await similar(to: example, mode, collections, embedding, call)]
    }
    var queries: [CollectionQuery] = []
    for query in parameters.query {
      var read = CollectionQuery(mode: mode)
      switch query {
      case .text(let text): try read.setText(text)
      case .vector(let vector): read.vector = vector
      }
      queries.append(read)
    }
    let texts = queries.compactMap(\.text)
    var embedded: [[Float]] = []
    if mode != .keyword || parameters.minSimilarity != nil, !texts.isEmpty {
      let options = optionsOfBothSides(parameters.options, engine).query
      try call.checkLengths(texts, options, engine: engine) { call.path("query", $0) }
      embedded = try await engine.embed(EmbedRequest(texts: texts, options)) { _ in call.context.noteWork() }.vectors
    }
    var vectors = embedded.makeIterator()
    for index in queries.indices where queries[index].text != nil { queries[index].vector = vectors.next() }
    return queries
  }

  private func similar(
    to example: SearchExample, _ mode: SearchMode, _ collections: [any CollectionStorage],
    _ embedding: CandidateEmbedding, _ call: Call
  ) async throws -> CollectionQuery {
    let key = await call.located([example.document])[0]
    for collection in collections {
      let place = PlaceInCollection(collection: collection.name, key: key, lines: example.range?.lines)
      guard let vector = try await embedding.vector(of: place, in: collection, others: collections) else { continue }
      var query = CollectionQuery(mode: mode, vector: vector)
      query.excluded = place
      return query
    }
    throw ResponseError(
      akin: .invalidParams, path: call.path("similarTo"), expected: "a document of the collection, and lines with text",
      found: "\"\(key.text.prefix(200))\"")
  }
}

extension SearchMethod.Result.Budget {
  fileprivate init(_ packed: PackedHits) {
    self.init(
      tokens: packed.tokens, hitsLeftOut: packed.hitsLeftOut, copiesLeftOut: packed.copiesLeftOut,
      linesLeftOut: packed.linesLeftOut)
  }
}

extension TextRange {
  /// The lines that hold something of the range; of an empty range its line.
  var lines: ClosedRange<Int> {
    let last = end.character == 0 && end.line > start.line ? end.line - 1 : end.line
    return start.line...last
  }
}

extension Call {
  /// Opens collections for a search, with open documents as they stand.
  func open(_ names: [CollectionName], engine: Engine) async throws -> NamedCollections {
    var named = NamedCollections()
    for name in names {
      // Notes how the client names the folder.
      _ = await stored(name)
      let scope = await services.collections.store.scope(of: name)
      let collection = try await services.collections.store.open(scope.name, space: VectorSpace(of: engine))
      if !named.collections.contains(where: { $0.name == collection.name }) {
        do {
          try await services.collections.settle(collection, engine: engine)
        } catch let error as CollectionError where error.kind == .storageFailed {
          // What is there can be searched all the same.
          services.log.write(.problem, "\(error): searched without the documents that are open")
        }
      }
      named.append(collection, inside: scope.inside)
    }
    return named
  }
}

extension SearchMethod.Hit {
  /// Nil where the collection's name is none of the protocol's.
  init?(_ hit: CollectionHit, _ spellings: Spellings, in encoding: PositionEncodingKind) {
    guard let collection = CollectionName(hit.collection) else { return nil }
    let trail = [hit.heading, hit.symbol].compactMap { $0 }
    self.init(
      .stored(
        collection: collection, key: spellings.key(hit.key), range: TextRange(hit.span, in: encoding)),
      score: hit.score, similarity: hit.similarity, text: hit.text, language: hit.language,
      heading: trail.isEmpty ? nil : trail.joined(separator: " > "),
      metadata: hit.metadata.mapValues(SearchMetadata.init))
    line = hit.span.start.line + hit.bestLine
    rerankScore = hit.rerankScore
    for leg in hit.legs { legs[leg.name.rawValue] = Leg(rank: leg.rank, score: leg.score) }
    location = hit.location
  }
}
