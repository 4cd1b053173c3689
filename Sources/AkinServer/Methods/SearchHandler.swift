import AkinCollections
import AkinProtocol
import Engine
import JSON
import JSONRPC

/// `search`
struct SearchHandler: MethodHandler {
  typealias Method = SearchMethod

  func answer(_ parameters: SearchMethod.Parameters, _ call: Call) async throws -> SearchMethod.Result {
    try call.checkPatterns(parameters.regex, of: "regex")
    try call.checkPatterns(parameters.phrase, of: "phrase")
    switch parameters.source {
    case .documents(let documents):
      try checkLimits(parameters, documents, call)
      return try await call.withProgress("Searching") { progress in
        try await search(documents, parameters, call, progress)
      }
    case .collections(let names):
      try call.checkPatterns(parameters.glob, of: "glob")
      try call.checkItems(parameters.query, of: "query")
      try checkOptions(parameters.options, call)
      return try await call.withProgress("Searching") { progress in
        try await search(names, parameters, call, progress)
      }
    }
  }

  private func search(
    _ documents: [SearchDocument], _ parameters: SearchMethod.Parameters, _ call: Call, _ progress: WorkProgress
  ) async throws -> SearchMethod.Result {
    let engine = try await call.engine(parameters.model)
    let options = optionsOfBothSides(parameters.options, engine)
    let mode = SearchMode(parameters.mode ?? parameters.usualMode)
    if mode != .keyword || parameters.minSimilarity != nil {
      try checkLengths(parameters, documents, options, engine, call)
    }
    let search = InlineSearch(
      engine: engine, query: EmbedRequest(texts: [], options.query),
      documents: documentRequest(options.documents, count: documents.count))
    let hits = try await search.search(
      parameters.query.map(SearchQuery.init), documents: documents.map(InlineDocument.init),
      topK: min(parameters.topK, documents.count) + min(parameters.offset, documents.count),
      minScore: parameters.minScore, mode: mode, minSimilarity: parameters.minSimilarity,
      filter: parameters.filter.map(MetadataFilter.init), patterns: try patterns(parameters)
    ) { progress.report($0, of: $1, "texts") }
    return SearchMethod.Result(
      results: hits.map { $0.dropFirst(parameters.offset).map { SearchMethod.Hit($0, of: documents[$0.index]) } })
  }

  /// What every text must have in it.
  func patterns(_ parameters: SearchMethod.Parameters) throws(CollectionError) -> [TextPattern] {
    var patterns: [TextPattern] = []
    for regex in parameters.regex { patterns.append(try TextPattern(regex: regex)) }
    for phrase in parameters.phrase { patterns.append(try TextPattern(phrase: phrase)) }
    return patterns
  }

  private func checkLimits(
    _ parameters: SearchMethod.Parameters, _ documents: [SearchDocument], _ call: Call
  ) throws(ResponseError) {
    try call.checkItems(parameters.query, of: "query")
    try call.checkCount(documents.count, "documents", of: "documents")
    for (index, document) in documents.enumerated() {
      try call.checkText(document.text, path: textPath(index, call))
    }
    try call.checkScores(parameters.query.count, documents.count, of: "documents")
  }

  private func checkLengths(
    _ parameters: SearchMethod.Parameters, _ documents: [SearchDocument],
    _ options: (query: EmbeddingOptions, documents: EmbeddingOptions), _ engine: Engine, _ call: Call
  ) throws(ResponseError) {
    let queries = parameters.query.indices.filter { !parameters.query[$0].isVector }
    let texts = parameters.query.compactMap { query in
      if case .text(let text) = query { return text }
      return nil
    }
    try call.checkLengths(texts, options.query, engine: engine) { call.path("query", queries[$0]) }
    try call.checkLengths(documents.map(\.text), options.documents, engine: engine) { textPath($0, call) }
  }

  /// Where a document's text stands in the request.
  private func textPath(_ index: Int, _ call: Call) -> String {
    let path = "\(call.path("documents"))[\(index)]"
    guard case .array(let items)? = call.parameters["documents"].value, case .object = items[index] else {
      return path
    }
    return path + ".text"
  }

  /// The client's prompt goes before queries. Models that tell queries from documents have prompts of these names, as
  /// sentence-transformers' `encode_query` and `encode_document` expect.
  func optionsOfBothSides(
    _ options: EmbeddingOptions, _ engine: Engine
  ) -> (query: EmbeddingOptions, documents: EmbeddingOptions) {
    let prompts = engine.description.prompts
    var query = options
    query.prompt = options.prompt ?? (prompts["query"] == nil ? nil : .named("query"))
    var documents = options
    documents.prompt = prompts["document"] == nil ? nil : .named("document")
    return (query, documents)
  }

  /// A search is interactive for its query's sake; the priority of its documents follows their number.
  private func documentRequest(_ options: EmbeddingOptions, count: Int) -> EmbedRequest {
    var request = EmbedRequest(texts: [String](repeating: "", count: count), options)
    request.texts = []
    return request
  }
}

extension SearchQuery {
  fileprivate init(_ item: TextOrVector) {
    switch item {
    case .text(let text): self = .text(text)
    case .vector(let vector): self = .vector(vector)
    }
  }
}

extension SearchMode {
  init(_ mode: SearchMethod.Mode) {
    switch mode {
    case .semantic: self = .semantic
    case .keyword: self = .keyword
    case .hybrid: self = .hybrid
    }
  }
}

extension SearchMethod.Hit {
  fileprivate init(_ hit: SearchHit, of document: SearchDocument) {
    self.init(
      .document(index: hit.index, id: document.id, uri: document.uri), score: hit.score,
      similarity: hit.similarity, text: document.text, metadata: document.metadata)
  }
}
