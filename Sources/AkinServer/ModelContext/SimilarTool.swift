import AkinCollections
import Documents
import JSON

/// `similar`: places like one.
struct SimilarTool: ModelContextTool {
  let name = "similar"
  let title = "Find places like one"
  let isReadOnly = false
  let purpose = "Finds places in a folder's files that mean the same as a given place."
  let required = ["file"]
  let output = FoundPlaces.schema

  var arguments: JSONValue {
    [
      "file": ["type": "string", "description": "An absolute path of a file."],
      "line": ["type": "integer", "minimum": 1, "description": "A line of it. Default: the whole file."],
      "endLine": ["type": "integer", "minimum": 1, "description": "The last line. Default: the same line."],
      "folder": [
        "type": "string",
        "description": "An absolute path of a folder or a file. Default: the indexed folder that the file is in.",
      ],
      "limit": Self.limitSchema, "detail": Self.detailSchema,
    ]
  }

  func call(_ call: ToolCall) async throws -> ToolResult {
    let arguments = call.arguments
    try arguments.allowOnly(["file", "line", "endLine", "folder", "limit", "detail"])
    let (path, scope) = try await Self.file(arguments["file"], call)
    var lines: ClosedRange<Int>?
    if let first = try arguments["line"].optionalLine() {
      let last = try arguments["endLine"].optionalLine(atLeast: first) ?? first
      lines = first - 1...last - 1
    } else if arguments["endLine"].isPresent {
      throw ToolError("endLine goes with line, the first one")
    }
    let limit = try arguments["limit"].limit()
    let isFull = try arguments["detail"].isFull()
    let named = try arguments["folder"].optionalText()
    let own = try await ToolFolder(scope, call)
    let place = PlaceInCollection(
      collection: own.collection.name, key: .uri(FileURI.uri(ofPath: path)), lines: lines)
    let engine = try await call.services.engine.engine()
    guard let vector = try await CandidateEmbedding(engine).vector(of: place, in: own.collection) else {
      throw ToolError("nothing of \(path) is indexed there")
    }
    var query = CollectionQuery(mode: .semantic, vector: vector)
    query.topK = limit
    query.excluded = place
    guard let named else { return try await ToolQuery([own], query, isWhole: true).found(call, isFull: isFull).result }
    let other = try await ToolFolder(try await ToolFolder.place(named, call), call)
    return try await ToolQuery([other], query).found(call, isFull: isFull).result
  }

  /// A file that an argument names, and whose collection answers for it.
  static func file(
    _ argument: JSONField, _ call: ToolCall
  ) async throws -> (path: String, scope: IndexedFolder) {
    let named = try argument.string()
    let scope = try await ToolFolder.place(named, call)
    guard let path = FilePath.resolved(FileURI.path(ofURI: named) ?? named), !FilePath.isFolder(path) else {
      throw ToolError("\(named) is no file")
    }
    return (path, scope)
  }
}
