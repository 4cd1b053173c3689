import AkinCollections
import JSON

/// `reindex`: brings a folder's index up to date, by reading everything again where that is asked for.
struct ReindexTool: ModelContextTool {
  let name = "reindex"
  let title = "Index a folder again"
  let isReadOnly = false
  let purpose = """
    Brings a folder's index up to date; search does so by itself. With force, all files are read again whatever their times \
    tell. Goes on in the background where it takes longer than a few seconds.
    """
  let required: [String] = []
  let output = IndexMessage.schema

  var arguments: JSONValue {
    [
      "folder": Self.folderSchema,
      "force": ["type": "boolean", "description": "Whether all files are read again. Default: false."],
    ]
  }

  func call(_ call: ToolCall) async throws -> ToolResult {
    try call.arguments.allowOnly(["folder", "force"])
    let force = call.arguments["force"].isPresent ? try call.arguments["force"].bool() : false
    var messages: [IndexMessage] = []
    let named = try call.arguments["folder"].optionalText()
    let paths: [String] = if let named { [named] } else { await call.permission.defaults(call) }
    for path in paths {
      let place = try await ToolFolder.place(path, call)
      let folder = try await ToolFolder(place, call, readsAll: force)
      let status = try await folder.collection.status()
      let isIndexing = call.jobs.running(place.root) != nil
      let waiting = status.pending > 0 ? ", \(status.pending) of them wait to be embedded" : ""
      let held = "\(place.root) is indexed: \(status.documents) documents, \(status.chunks) chunks\(waiting)"
      messages.append(
        IndexMessage(
          folder: call.spellings.path(place.root), isIndexing: isIndexing || status.pending > 0,
          text: ((isIndexing ? [] : [held]) + folder.notes).joined(separator: " ")))
    }
    return IndexMessage.result(messages)
  }
}

/// `cancel`: ends indexing that goes on in the background.
struct CancelTool: ModelContextTool {
  let name = "cancel"
  let title = "Stop indexing a folder"
  let isReadOnly = false
  let purpose = "Stops the indexing of a folder that goes on in the background. What is indexed stays."
  let required = ["folder"]
  let output = IndexMessage.schema

  var arguments: JSONValue { ["folder": Self.folderSchema] }

  func call(_ call: ToolCall) async throws -> ToolResult {
    try call.arguments.allowOnly(["folder"])
    let place = try await ToolFolder.place(try call.arguments["folder"].string(), call)
    guard let job = call.jobs.running(place.root) else {
      if call.services.collections.embeddings.cancel(place.root) {
        return IndexMessage.result([
          IndexMessage(
            folder: call.spellings.path(place.root), isIndexing: false,
            text: "embedding \(place.root) was stopped; what is embedded stays, and the next search goes on with it")
        ])
      }
      return IndexMessage.result([
        IndexMessage(
          folder: call.spellings.path(place.root), isIndexing: false,
          text: "\(place.root) is not being indexed by this server")
      ])
    }
    job.cancel()
    return IndexMessage.result([
      IndexMessage(
        folder: call.spellings.path(place.root), isIndexing: false,
        text: "indexing \(place.root) was stopped after \(job.progress.sentence); what is indexed stays")
    ])
  }
}

/// What has become of a folder's index.
struct IndexMessage {
  static let schema = ReindexTool.listSchema(
    "folders",
    of: [
      "folder": ["type": "string"], "isIndexing": ["type": "boolean"],
      "message": ["type": "string", "description": "A sentence."],
    ], required: ["folder", "isIndexing", "message"])

  let folder: String
  let isIndexing: Bool
  let text: String

  static func result(_ messages: [IndexMessage]) -> ToolResult {
    ToolResult(
      text: messages.map(\.text).joined(separator: "\n"),
      value: [
        "folders": .array(
          messages.map {
            ["folder": .string($0.folder), "isIndexing": .bool($0.isIndexing), "message": .string($0.text)]
          })
      ])
  }
}
