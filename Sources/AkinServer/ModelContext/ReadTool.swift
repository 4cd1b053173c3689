import AkinCollections
import Documents
import JSON
import Platform

/// `read`: lines of a file that is indexed.
struct ReadTool: ModelContextTool {
  let name = "read"
  let title = "Read lines of an indexed file"
  let isReadOnly = true
  let purpose = "Reads lines of a file that is in the index, such as those around a place that search has found."
  let required = ["file"]
  var output: JSONValue {
    [
      "type": "object",
      "properties": [
        "path": ["type": "string"], "startLine": ["type": "integer", "minimum": 1],
        "endLine": ["type": "integer", "minimum": 0],
        "lines": ["type": "integer", "description": "Of the whole file."],
      ],
      "required": ["path", "startLine", "endLine", "lines"],
    ]
  }

  /// Lines of one answer.
  private static let mostLines = 400

  var arguments: JSONValue {
    [
      "file": ["type": "string", "description": "An absolute path of a file."],
      "startLine": ["type": "integer", "minimum": 1, "description": "The first line. Default: 1."],
      "endLine": [
        "type": "integer", "minimum": 1,
        "description": .string("The last line. Default: as many as one answer has, \(Self.mostLines)."),
      ],
    ]
  }

  func call(_ call: ToolCall) async throws -> ToolResult {
    let arguments = call.arguments
    try arguments.allowOnly(["file", "startLine", "endLine"])
    let (path, scope) = try await SimilarTool.file(arguments["file"], call)
    let first = try arguments["startLine"].optionalLine() ?? 1
    let last = try arguments["endLine"].optionalLine(atLeast: first) ?? first + Self.mostLines - 1
    _ = try await call.permission.check(scope.root, call)
    let store = call.services.collections.store
    // What the index leaves out, such as secrets, is not read out either.
    guard await store.has(scope.root),
      try await store.open(scope.root).document(.uri(FileURI.uri(ofPath: path))) != nil
    else { throw ToolError("\(path) is not indexed") }
    let settings = await store.settings(of: scope.root)
    let inside = FilePath.path(path, from: scope.root) ?? path
    let text = await IndexedFile.text(
      inside, of: scope.root, options: settings.walk, extractor: call.services.options.extractor)
    guard let text else {
      throw ToolError("\(path) cannot be read, or is left out of the index by now")
    }
    var lines = QueryLines.lines(text)
    // What ends the last line begins no other.
    if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
    guard first <= lines.count else {
      let count = "\(lines.count) line\(lines.count == 1 ? "" : "s")"
      throw ToolError("\(call.spellings.path(path)) has \(count), and none at \(first)")
    }
    let end = min(last, first + Self.mostLines - 1, lines.count)
    let shown = lines[(first - 1)..<end].map(String.init)
    let rest = end < lines.count ? "\n… \(lines.count - end) more lines" : ""
    let spelled = call.spellings.path(path)
    return ToolResult(
      text: "\(FileName.inLine(spelled)):\(first)-\(end)\n" + shown.joined(separator: "\n") + rest,
      value: [
        "path": .string(spelled), "startLine": JSONValue(first), "endLine": JSONValue(end),
        "lines": JSONValue(lines.count),
      ])
  }
}
