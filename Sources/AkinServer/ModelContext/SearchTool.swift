import AkinProtocol
import Collections
import Engine
import JSON

/// `search`: places of a folder that answer a question.
struct SearchTool: ModelContextTool {
  let name = "search"
  let title = "Search a folder by meaning"
  let purpose = """
    Finds the places in a folder's files that answer a question or mean what a phrase means. The folder is indexed first \
    where it is not; that can take minutes the first time.
    """
  let required = ["query"]
  let output = FoundPlaces.schema

  var arguments: JSONValue {
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
    ]
  }

  func call(_ call: ToolCall) async throws -> ToolResult {
    let arguments = call.arguments
    try arguments.allowOnly(["query", "folder", "limit", "mode", "glob", "language"])
    let text = try arguments["query"].string()
    let mode = try arguments["mode"].optional { field throws(JSONFieldError) in
      try field.oneOf(SearchMethod.Mode.self)
    }
    let glob = try arguments["glob"].optionalText()
    var query = CollectionQuery(mode: SearchMode(mode ?? .hybrid), text: text)
    query.topK = try arguments["limit"].limit()
    query.scope.languages = try arguments["language"].optionalText().map { [$0] } ?? []
    let folder = try await ToolFolder(try arguments["folder"].optionalText(), call)
    query.scope.globs = folder.globs(glob)
    if query.mode != .keyword {
      var request = EmbedRequest(texts: [text])
      request.prompt = folder.engine.description.prompts["query"] == nil ? nil : .named("query")
      query.vector = try await folder.engine.embed(request).vectors.first
    }
    return try await folder.search(query).result
  }
}
