import AkinCollections
import AkinProtocol
import JSON
import Platform

/// `index_status`: what is indexed.
struct IndexStatusTool: ModelContextTool {
  let name = "index_status"
  let title = "What is indexed"
  let isReadOnly = true
  let purpose = "Tells which folders are indexed, or what the index of one folder holds."
  let required: [String] = []
  let output = listSchema(
    "collections",
    of: [
      "name": ["type": "string", "description": "The folder's path, or a collection's name."],
      "documents": ["type": "integer"], "chunks": ["type": "integer"], "model": ["type": "string"],
      "pending": [
        "type": "integer", "description": "Chunks that wait to be embedded, and are found by their words alone.",
      ],
      "updated": ["type": "string", "description": "When it was last written, as ISO 8601 in UTC."],
      "isIndexing": ["type": "boolean", "description": "Whether a process is changing it now."],
      "progress": ["type": "string", "description": "How far the indexing by this server is."],
      "graph": [
        "type": "object",
        "description": "The graph of near neighbours of a large folder; absent where searches scan all vectors.",
        "properties": [
          "isUsed": ["type": "boolean"], "vectors": ["type": "integer"], "linked": ["type": "integer"],
          "recall": [
            "type": "number", "description": "The part of the nearest ten that it finds, once it is complete.",
          ],
          "problem": ["type": "string", "description": "Why searches do not use it."],
        ],
      ],
      "error": ["type": "string", "description": "Why it cannot be read; then nothing else is said."],
    ], required: ["name"])

  var arguments: JSONValue { ["folder": Self.folderSchema] }

  func call(_ call: ToolCall) async throws -> ToolResult {
    try call.arguments.allowOnly(["folder"])
    let store = call.services.collections.store
    guard let folder = try call.arguments["folder"].optionalText() else {
      return result(try await store.list().map(Entry.init), empty: "Nothing is indexed yet.")
    }
    let place = try await ToolFolder.place(folder, call)
    let progress = call.jobs.running(place.root)?.progress.sentence
    guard await store.has(place.root) else {
      return result([], empty: progress.map { "\(folder) is being indexed: \($0)." } ?? "\(folder) is not indexed.")
    }
    let collection = try await store.open(place.root)
    let detail = Entry.Detail(isIndexing: await collection.isIndexing(), graph: try await collection.graphStatus())
    return result([Entry(status: try await collection.status(), detail: detail)], empty: "")
  }

  private func result(_ entries: [Entry], empty: String) -> ToolResult {
    ToolResult(
      text: entries.isEmpty ? empty : entries.map(\.text).joined(separator: "\n"),
      value: ["collections": .array(entries.map(\.value))])
  }
}

/// A collection in the list.
private struct Entry {
  /// What takes a look at more than the collection's file.
  struct Detail {
    let isIndexing: Bool
    /// Nil where all vectors are scanned.
    let graph: GraphStatus?
  }

  let text: String
  let value: JSONValue

  init(path: String, status: Result<CollectionStatus, CollectionError>) {
    switch status {
    case .success(let status): self.init(status: status, detail: nil)
    case .failure(let error):
      self.init(
        text: "\(FileName.inLine(path)): \(error)", value: ["name": .string(path), "error": .string("\(error)")])
    }
  }

  private init(text: String, value: JSONValue) {
    self.text = text
    self.value = value
  }

  /// - Parameter detail: nil where nobody looked.
  init(status: CollectionStatus, detail: Detail?) {
    let updated = Timestamp.text(secondsSince1970: status.updated)
    let waiting = status.pending > 0 ? " (\(status.pending) wait to be embedded)" : ""
    text =
      "\(FileName.inLine(status.name)): \(status.documents) documents, \(status.chunks) chunks\(waiting), \(status.space.model), "
      + "updated \(updated)" + (detail?.isIndexing == true ? "; it is being indexed now" : "")
      + (detail?.graph.map { "; graph of near neighbours: \($0)" } ?? "")
    var value: JSONObject = [
      "name": .string(status.name), "documents": JSONValue(status.documents), "chunks": JSONValue(status.chunks),
      "pending": JSONValue(status.pending), "model": .string(status.space.model), "updated": .string(updated),
    ]
    if let detail {
      value["isIndexing"] = .bool(detail.isIndexing)
      value["graph"] = detail.graph.map(Self.value)
    }
    self.value = .object(value)
  }

  /// As the schema of the tool says it: without nulls, which are no values of its types.
  private static func value(_ status: GraphStatus) -> JSONValue {
    let graph = IndexStatusMethod.Graph(status)
    var value: JSONObject = [
      "isUsed": .bool(graph.problem == nil), "vectors": JSONValue(graph.vectors), "linked": JSONValue(graph.linked),
    ]
    value["recall"] = graph.recall.map { .number($0) }
    value["problem"] = graph.problem.map { .string($0) }
    return .object(value)
  }
}
