import Collections
import Documents
import Engine
import JSON

/// The folder that a tool is asked about, with its index up to date.
struct ToolFolder {
  let place: IndexedFolder
  let engine: Engine
  let collection: StoredCollection
  /// Whether another process is changing the index, so that it need not hold everything yet.
  let isIndexedElsewhere: Bool
  private let graphs: GraphGrowth

  /// - Parameter path: a path or a `file:` URI; nil for the folder that the server was started in.
  /// - Throws: `ToolError`, and what the engine and the collections throw.
  init(_ path: String?, _ call: ToolCall) async throws {
    let store = call.services.collections.store
    place = try await Self.place(path, store: store)
    graphs = call.services.collections.graphs
    engine = try await call.services.engine.engine()
    let indexer = Indexer(engine: engine, store: store)
    // Assistants ask several things at once: only the first has to index.
    let turn = call.services.collections.order.change([place.root])
    defer { turn.finish() }
    try await turn.wait()
    var hasChanged = false
    do {
      hasChanged = try await Self.update(place.root, indexer, call)
      isIndexedElsewhere = false
    } catch let error as CollectionError where error.kind == .busy {
      call.log(.warning, "another process is indexing \(place.root); its index is searched as it is")
      isIndexedElsewhere = true
    }
    collection = try await indexer.collection(place.root, folder: place.root)
    if hasChanged { graphs.grow(collection) }
  }

  /// The folder at `path`, which need not be indexed.
  static func place(_ path: String?, store: CollectionStore) async throws(ToolError) -> IndexedFolder {
    let named = path.map { FileURI.path(ofURI: $0) ?? $0 } ?? "."
    guard let place = await IndexedFolder(named, store: store) else { throw ToolError("there is no folder \(named)") }
    // Desktop applications start their servers there, and nobody means all of it by saying nothing.
    if path == nil, place.isVast {
      throw ToolError("name a folder: the server was started in \(place.root), which is not indexed unasked")
    }
    return place
  }

  /// - Returns: whether anything had changed.
  private static func update(_ root: String, _ indexer: Indexer, _ call: ToolCall) async throws -> Bool {
    var told = -1
    let report = try await indexer.update(root) { step in
      guard step.total > 0, step.bytesDone > told else { return }
      told = step.bytesDone
      call.report(
        progress: step.bytesDone, total: step.bytesTotal,
        "Indexing: \(step.done)/\(step.total) files, \(step.embedded) chunks")
    }
    guard report.added + report.updated + report.removed > 0 else { return false }
    call.log(
      .info,
      "indexed \(root): \(report.added) added, \(report.updated) changed, \(report.removed) gone, \(report.chunks) chunks"
    )
    return true
  }

  /// Searches the folder. What the reader of the results should know beside them is in their notes.
  func search(_ query: CollectionQuery) async throws -> FoundPlaces {
    let hits = try await CollectionSearch.search([collection], query)
    var notes: [String] = []
    if query.mode != .keyword, let best = query.text.flatMap({ hits.similarityOfNoMatch(for: $0) }) {
      let shown = (Double(best) * 100).rounded() / 100
      notes.append("No good match: the nearest has a similarity of \(shown). This need not answer the question.")
    }
    if isIndexedElsewhere {
      notes.append("Another process is indexing \(place.root): this is what it has so far.")
    }
    if query.mode != .keyword, let problem = collection.graphProblem {
      let remedy = problem == .unsupported ? "" : "; it is made anew now"
      notes.append("All vectors were scanned, without the graph of near neighbours: \(problem)\(remedy).")
    }
    graphs.mend([collection])
    return FoundPlaces(hits: hits, root: place.root, notes: notes)
  }

  /// The arguments' patterns, below this folder.
  func globs(_ pattern: String?) -> [String] {
    place.globs(pattern.map { [$0] } ?? [])
  }
}

/// Places of a folder that were found.
struct FoundPlaces {
  static let schema = SearchTool.listSchema(
    "results",
    of: [
      "path": ["type": "string", "description": "An absolute path."],
      "startLine": ["type": "integer", "minimum": 1],
      "endLine": ["type": "integer", "minimum": 1, "description": "The last line of the place."],
      "score": ["type": "number", "description": "Orders the results; comparable within one answer."],
      "similarity": ["type": "number", "description": "The cosine of the question and the text, -1 to 1."],
      "text": ["type": "string"],
      "heading": ["type": "string", "description": "Of the section that it is in."],
      "symbol": ["type": "string", "description": "Of the function or type that it is."],
    ], required: ["path", "startLine", "endLine", "score", "text"],
    beside: [
      "notes": [
        "type": "array", "items": ["type": "string"],
        "description": "What to know of the results, such as that they are of an unfinished index.",
      ]
    ])

  let hits: [CollectionHit]
  /// The folder that their paths are in.
  let root: String
  /// Sentences for the reader.
  let notes: [String]

  /// Place, score and text of each, apart by blank lines.
  var result: ToolResult {
    let parts = notes + (hits.isEmpty ? ["Nothing found."] : hits.map(line))
    var value: JSONObject = ["results": .array(hits.map(self.value))]
    if !notes.isEmpty { value["notes"] = .array(notes.map { .string($0) }) }
    return ToolResult(text: parts.joined(separator: "\n\n"), value: .object(value))
  }

  private func path(_ hit: CollectionHit) -> String {
    hit.path.map { (root == "/" ? "/" : root + "/") + $0 } ?? hit.key.text
  }

  private func score(_ hit: CollectionHit) -> Double {
    (Double(hit.score) * 1000).rounded() / 1000
  }

  private func line(_ hit: CollectionHit) -> String {
    let trail = [hit.heading, hit.symbol].compactMap { $0 }.joined(separator: " > ")
    return "\(path(hit)):\(hit.span.start.line + 1)-\(hit.span.end.line + 1) (score \(score(hit)))"
      + (trail.isEmpty ? "" : " \(trail)") + "\n\(hit.text)"
  }

  private func value(_ hit: CollectionHit) -> JSONValue {
    var value: JSONObject = [
      "path": .string(path(hit)), "startLine": JSONValue(hit.span.start.line + 1),
      "endLine": JSONValue(hit.span.end.line + 1), "score": .number(score(hit)), "text": .string(hit.text),
    ]
    value["heading"] = hit.heading.map { .string($0) }
    value["symbol"] = hit.symbol.map { .string($0) }
    value["similarity"] = hit.similarity.map { .number((Double($0) * 1000).rounded() / 1000) }
    return .object(value)
  }
}
