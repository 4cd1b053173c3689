import AkinProtocol
import Collections
import Engine
import JSON

/// `search`: places of a folder that answer a question.
struct SearchTool: ModelContextTool {
  let name = "search"

  var description: JSONValue {
    describe(
      "Finds the places in a folder's files that answer a question or mean what a phrase means. The folder is indexed first "
        + "where it is not; that can take minutes the first time.",
      [
        "query": ["type": "string", "description": "A question or a phrase, in words."],
        "folder": Self.folderSchema, "limit": Self.limitSchema,
        "mode": [
          "type": "string", "enum": ["hybrid", "semantic", "keyword"], "default": "hybrid",
          "description": "By meaning, by words, or both.",
        ],
        "glob": [
          "type": "string", "description": "Only files whose path fits this pattern, such as *.swift or docs/**.",
        ],
        "language": ["type": "string", "description": "Only files of this language, such as swift or markdown."],
      ], required: ["query"])
  }

  func call(_ arguments: JSONField, _ services: Services) async throws -> String {
    try arguments.allowOnly(["query", "folder", "limit", "mode", "glob", "language"])
    let text = try arguments["query"].string()
    let mode = try arguments["mode"].optional { field throws(JSONFieldError) in
      try field.oneOf(SearchMethod.Mode.self)
    }
    var query = CollectionQuery(mode: SearchMode(mode ?? .hybrid), text: text)
    query.topK = try ToolFolder.limit(arguments)
    query.scope.languages = try arguments["language"].optionalText().map { [$0] } ?? []
    let folder = try await ToolFolder(try arguments["folder"].optionalText(), services)
    query.scope.globs = folder.place.globs(try arguments["glob"].optionalText().map { [$0] } ?? [])
    if query.mode != .keyword {
      var request = EmbedRequest(texts: [text])
      request.prompt = folder.engine.description.prompts["query"] == nil ? nil : .named("query")
      query.vector = try await folder.engine.embed(request).vectors.first
    }
    return folder.text(of: try CollectionSearch.search([folder.collection], query))
  }
}

/// `similar`: places like one.
struct SimilarTool: ModelContextTool {
  let name = "similar"

  var description: JSONValue {
    describe(
      "Finds places in a folder's files that mean the same as a given place.",
      [
        "file": ["type": "string", "description": "An absolute path of a file."],
        "line": ["type": "integer", "minimum": 1, "description": "A line of it. Default: the whole file."],
        "endLine": ["type": "integer", "minimum": 1, "description": "The last line. Default: the same line."],
        "folder": Self.folderSchema, "limit": Self.limitSchema,
      ], required: ["file"])
  }

  func call(_ arguments: JSONField, _ services: Services) async throws -> String {
    try arguments.allowOnly(["file", "line", "endLine", "folder", "limit"])
    let file = try arguments["file"].string()
    guard let path = Collections.FileURI.realPath(file) else { throw ToolError("there is no file \(file)") }
    var lines: ClosedRange<Int>?
    if let first = try arguments["line"].optionalLine(atLeast: 1) {
      let last = try arguments["endLine"].optionalLine(atLeast: first) ?? first
      lines = first - 1...last - 1
    }
    let above = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    let folder = try await ToolFolder(try arguments["folder"].optionalText() ?? above, services)
    let place = PlaceInCollection(
      collection: folder.collection.name, key: .uri(Collections.FileURI.uri(ofPath: path)), lines: lines)
    guard let vector = try folder.collection.vector(of: place) else {
      throw ToolError("nothing of \(file) is indexed there")
    }
    var query = CollectionQuery(mode: .semantic, vector: vector)
    query.topK = try ToolFolder.limit(arguments)
    query.excluded = place
    if arguments["folder"].isPresent { query.scope.globs = folder.place.globs([]) }
    return folder.text(of: try CollectionSearch.search([folder.collection], query))
  }
}

/// `index_status`: what is indexed.
struct IndexStatusTool: ModelContextTool {
  let name = "index_status"

  var description: JSONValue {
    describe(
      "Tells which folders are indexed, or what the index of one folder holds.", ["folder": Self.folderSchema],
      required: [])
  }

  func call(_ arguments: JSONField, _ services: Services) async throws -> String {
    try arguments.allowOnly(["folder"])
    let store = services.collections.store
    guard let folder = try arguments["folder"].optionalText() else {
      let lines = store.list().map { entry in
        switch entry.status {
        case .success(let status): Self.line(status)
        case .failure(let error): "\(entry.path): \(error)"
        }
      }
      return lines.isEmpty ? "Nothing is indexed yet." : lines.joined(separator: "\n")
    }
    guard let place = IndexedFolder(folder, store: store) else { throw ToolError("there is no folder \(folder)") }
    guard store.has(place.root) else { return "\(folder) is not indexed." }
    let collection = try store.open(place.root)
    return Self.line(try collection.status()) + (collection.isIndexing ? "; it is being indexed now" : "")
  }

  private static func line(_ status: CollectionStatus) -> String {
    "\(status.name): \(status.documents) documents, \(status.chunks) chunks, \(status.space.model), updated "
      + Timestamp.text(secondsSince1970: status.updated)
  }
}

/// The folder that a tool is asked about, with its index up to date.
private struct ToolFolder {
  let place: IndexedFolder
  let engine: Engine
  let collection: StoredCollection

  init(_ path: String?, _ services: Services) async throws {
    let store = services.collections.store
    let path = path.map { Collections.FileURI.path(of: $0) ?? $0 } ?? "."
    guard let place = IndexedFolder(path, store: store) else { throw ToolError("there is no folder \(path)") }
    self.place = place
    engine = try await services.engine.engine()
    let indexer = Indexer(engine: engine, store: store)
    do {
      _ = try await indexer.update(place.root)
    } catch let error as CollectionError where error.kind == .busy {
      // Another process is at it: what is there will do.
    }
    collection = try indexer.collection(place.root, folder: place.root)
  }

  static func limit(_ arguments: JSONField) throws(JSONFieldError) -> Int {
    arguments["limit"].isPresent ? try arguments["limit"].int(in: 1...50) : 10
  }

  /// Place, score and text of each, apart by blank lines.
  func text(of hits: [CollectionHit]) -> String {
    guard !hits.isEmpty else { return "Nothing found." }
    return hits.map { hit in
      let trail = [hit.heading, hit.symbol].compactMap { $0 }.joined(separator: " > ")
      let path = hit.path.map { (place.root == "/" ? "/" : place.root + "/") + $0 } ?? hit.key.text
      let score = (hit.score * 1000).rounded() / 1000
      return "\(path):\(hit.span.start.line + 1)-\(hit.span.end.line + 1) (score \(score))"
        + (trail.isEmpty ? "" : " \(trail)") + "\n\(hit.text)"
    }.joined(separator: "\n\n")
  }
}

/// Why a tool cannot do what it was asked.
private struct ToolError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

extension JSONField {
  fileprivate func optionalText() throws(JSONFieldError) -> String? {
    try optional { field throws(JSONFieldError) in try field.string() }
  }

  fileprivate func optionalLine(atLeast least: Int) throws(JSONFieldError) -> Int? {
    try optional { field throws(JSONFieldError) in try field.int(in: least...Int(Int32.max)) }
  }
}
