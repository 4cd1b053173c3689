import Collections
import Documents
import JSON

/// `similar`: places like one.
struct SimilarTool: ModelContextTool {
  let name = "similar"
  let title = "Find places like one"
  let purpose = "Finds places in a folder's files that mean the same as a given place."
  let required = ["file"]
  let output = FoundPlaces.schema

  var arguments: JSONValue {
    [
      "file": ["type": "string", "description": "An absolute path of a file."],
      "line": ["type": "integer", "minimum": 1, "description": "A line of it. Default: the whole file."],
      "endLine": ["type": "integer", "minimum": 1, "description": "The last line. Default: the same line."],
      "folder": [
        "type": "string", "description": "An absolute path of a folder. Default: the indexed one that the file is in.",
      ],
      "limit": Self.limitSchema,
    ]
  }

  func call(_ call: ToolCall) async throws -> ToolResult {
    let arguments = call.arguments
    try arguments.allowOnly(["file", "line", "endLine", "folder", "limit"])
    let file = try arguments["file"].string()
    guard let path = FilePath.resolved(file) else { throw ToolError("there is no file \(file)") }
    var lines: ClosedRange<Int>?
    if let first = try arguments["line"].optionalLine() {
      let last = try arguments["endLine"].optionalLine(atLeast: first) ?? first
      lines = first - 1...last - 1
    }
    let limit = try arguments["limit"].limit()
    let named = try arguments["folder"].optionalText()
    let above = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    let folder = try await ToolFolder(named ?? (above.isEmpty ? "/" : above), call)
    let place = PlaceInCollection(
      collection: folder.collection.name, key: .uri(FileURI.uri(ofPath: path)), lines: lines)
    guard let vector = try await folder.collection.vector(of: place) else {
      throw ToolError("nothing of \(file) is indexed there")
    }
    var query = CollectionQuery(mode: .semantic, vector: vector)
    query.topK = limit
    query.excluded = place
    if named != nil { query.scope.globs = folder.globs(nil) }
    return try await folder.search(query).result
  }
}
