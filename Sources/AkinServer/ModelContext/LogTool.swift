import AkinCollections
import AkinProtocol
import JSON
import Platform

/// `search_history`: commits that answer a question.
struct LogTool: ModelContextTool {
  let name = "search_history"
  let title = "Search a git history by meaning"
  let isReadOnly = false
  let purpose = """
    Finds the commits of a git repository that answer a question, such as when or why something was changed, by their messages \
    and the lines that they added. Look closer with git show.
    """
  let required = ["query"]

  var arguments: JSONValue {
    [
      "query": ["type": "string", "description": "A question or a phrase, in words."],
      "folder": Self.folderSchema, "limit": Self.limitSchema,
      "path": Self.textsSchema(
        "Only changes of files whose path fits one of these patterns, such as src/** or *.swift."),
      "since": [
        "type": "string", "description": "Only commits from then on: 2024-05-31, last friday, or 3 weeks ago.",
      ],
      "author": ["type": "string", "description": "Only commits with this in the author's name or address."],
    ]
  }

  var output: JSONValue {
    Self.listSchema(
      "commits",
      of: [
        "commit": ["type": "string"], "date": ["type": "string"], "author": ["type": "string"],
        "subject": ["type": "string"], "path": ["type": "string"], "text": ["type": "string"],
        "similarity": ["type": "number"],
      ],
      required: ["commit", "date", "author", "subject", "text"])
  }

  func call(_ call: ToolCall) async throws -> ToolResult {
    let arguments = call.arguments
    try arguments.allowOnly(["query", "folder", "limit", "path", "since", "author"])
    let text = try arguments["query"].string()
    if text.allSatisfy(\.isWhitespace) { throw ToolError("the query is empty") }
    var query = HistoryQuery(text)
    query.topK = try arguments["limit"].limit()
    query.paths = try arguments["path"].optionalTexts()
    query.author = try arguments["author"].optionalText()
    if let since = try arguments["since"].optionalText() {
      guard let span = HistoryDate.span(since) else { throw ToolError("since: expected \(HistoryDate.understood)") }
      query.since = span.lowerBound
    }
    let repository = try await repository(try arguments["folder"].optionalText(), call)
    let engine = try await call.services.engine.engine()
    let store = call.services.collections.store
    let report = try await call.services.collections.indexer(engine).update(historyOf: repository) { progress in
      guard progress.total > 0 else { return }
      call.report(progress: progress.done, total: progress.total, "Reading the history")
    }
    guard report.commits > 0 else { throw ToolError("\(repository.folder) has no commits") }
    let collection: any CollectionStorage = try await store.open(
      repository.collectionName, space: VectorSpace(of: engine))
    return result(try await HistorySearch(collection, engine: engine).hits(query), report)
  }

  private func repository(_ folder: String?, _ call: ToolCall) async throws -> GitRepository {
    var place = folder
    if place == nil { place = await call.permission.defaults(call).first }
    guard let place else { throw ToolError("name a folder") }
    let scope = try await ToolFolder.place(place, call)
    // A history holds what its files held.
    _ = try await call.permission.check(scope.root, call)
    let path = scope.inside.isEmpty ? scope.root : scope.root + "/" + scope.inside
    let repository = try await BlockingExecutor.reading.run { try GitRepository(around: path) }
    _ = try await call.permission.check(repository.folder, call)
    // Nor does it lead to another one's, whatever its files say.
    for place in await BlockingExecutor.reading.run({ repository.foreignFolders }) {
      _ = try await call.permission.check(place, call)
    }
    return repository
  }

  private func result(_ hits: [CommitHit], _ report: HistoryReport) -> ToolResult {
    var lines = report.notes.map { "\($0.prefix(1).uppercased())\($0.dropFirst())." }
    if hits.isEmpty { lines.append("No commit was found.") }
    for hit in hits {
      lines.append("\(hit.commit.prefix(12)) \(HistoryDate.day(hit.time)) \(hit.author): \(hit.subject)")
      if let path = hit.path { lines.append("  \(FileName.inLine(path))") }
      lines += hit.text.split(separator: "\n").prefix(6).map { "    " + $0 }
    }
    let values: [JSONValue] = hits.map { hit in
      var object: JSONObject = [
        "commit": .string(hit.commit), "date": .string(HistoryDate.day(hit.time)), "author": .string(hit.author),
        "subject": .string(hit.subject),
      ]
      object["path"] = hit.path.map { .string($0) }
      object["text"] = .string(hit.text)
      object["similarity"] = hit.similarity.map { .number(FoundPlaces.rounded($0)) }
      return .object(object)
    }
    return ToolResult(text: lines.joined(separator: "\n"), value: ["commits": .array(values)])
  }
}
