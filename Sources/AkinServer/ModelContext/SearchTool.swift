import AkinCollections
import AkinProtocol
import Engine
import JSON

/// `search`: places of a folder that answer a question.
struct SearchTool: ModelContextTool {
  let name = "search"
  let title = "Search a folder by meaning"
  let isReadOnly = false
  let purpose = """
    Finds the places in a folder's files that answer a question or mean what a phrase means. A folder that is not indexed \
    yet is indexed first; where that takes longer than a few seconds, the answer is of what is there so far.
    """
  let required = ["query"]
  let output = FoundPlaces.schema

  var arguments: JSONValue {
    [
      "query": ["type": "string", "description": "A question or a phrase, in words."],
      "folder": [
        "type": "string",
        "description": .string(
          "An absolute path of a folder, or of a file to search alone. Default: the client's roots, else the folder that "
            + "the server was started in."),
      ],
      "limit": Self.limitSchema,
      "mode": [
        "type": "string", "enum": ["hybrid", "semantic", "keyword"],
        "description": "By meaning, by words, or both, which is the default.",
      ],
      "glob": Self.textsSchema(
        "Only files whose path fits one of these patterns, such as *.swift or docs/**; ! leaves out."),
      "language": Self.textsSchema("Only files of these languages, such as swift or markdown."),
      "regex": Self.textsSchema(
        "Only places whose text matches these regular expressions (RE2; ^ and $ at the ends of lines)."),
      "phrase": Self.textsSchema(
        "Only places with these words, one behind the other; quotes in the query do the same."),
      "detail": Self.detailSchema,
      "rerank": [
        "type": "boolean",
        "description":
          "Have the server's cross-encoder read the best 40 places once more: a better order, and half a second. Default: false.",
      ],
      "budgetMs": [
        "type": "integer", "minimum": 0,
        "description":
          "Milliseconds in which what is likeliest and not embedded yet is embedded; 0 embeds nothing. Default: 200.",
      ],
      "maxTokens": [
        "type": "integer", "minimum": 50,
        "description":
          "Fit the answer into so many tokens: signatures of many places, and as much of the best as there is room for.",
      ],
    ]
  }

  func call(_ call: ToolCall) async throws -> ToolResult {
    let arguments = call.arguments
    try arguments.allowOnly([
      "query", "folder", "limit", "mode", "glob", "language", "regex", "phrase", "detail", "rerank", "budgetMs",
      "maxTokens",
    ])
    let text = try arguments["query"].string()
    if text.allSatisfy(\.isWhitespace) { throw ToolError("the query is empty") }
    let mode = try arguments["mode"].optional { field throws(JSONFieldError) in
      try field.oneOf(SearchMethod.Mode.self)
    }
    var query = CollectionQuery(mode: SearchMode(mode ?? .hybrid))
    try query.setText(text)
    for regex in try arguments["regex"].optionalTexts() { query.patterns.append(try TextPattern(regex: regex)) }
    for phrase in try arguments["phrase"].optionalTexts() { query.patterns.append(try TextPattern(phrase: phrase)) }
    let maxTokens = try arguments["maxTokens"].optional { field throws(JSONFieldError) in
      try field.int(in: 50...Int.max)
    }
    let isPacked = maxTokens != nil && !arguments["limit"].isPresent
    query.topK = isPacked ? TokenBudget.usualCount : try arguments["limit"].limit()
    query.scope.languages = try Self.languages(arguments["language"].optionalTexts())
    let globs = try arguments["glob"].optionalTexts()
    let isFull = try arguments["detail"].isFull()
    let reading = try await Self.reading(arguments["rerank"], call)
    let milliseconds =
      try arguments["budgetMs"].optional { field throws(JSONFieldError) in try field.int(in: 0...Int.max) }
      ?? CandidateEmbedding.usualBudget
    let folders = try await ToolFolder.all(try arguments["folder"].optionalText(), call)
    let engine = try await call.services.engine.engine()
    var request = EmbedRequest(texts: [query.text ?? text])
    request.prompt = engine.description.prompts["query"] == nil ? nil : .named("query")
    // Keyword search has no use for it, but for telling how similar its results are.
    query.vector = try await engine.embed(request).vectors.first
    return try await ToolQuery(folders, query, globs: globs)
      .found(
        call, isFull: isFull, budget: maxTokens.map { TokenBudget($0, of: engine) }, milliseconds: milliseconds,
        reading: reading
      ).result
  }

  /// - Returns: nil where it is not asked for.
  private static func reading(_ argument: JSONField, _ call: ToolCall) async throws -> SecondReading? {
    guard argument.isPresent, try argument.bool() else { return nil }
    let services = call.services
    guard let name = services.options.rerankModel, let model = services.models.first(where: { $0.name == name }) else {
      throw ToolError(
        "there is no cross-encoder: 'akin mcp --rerank-model NAME' has one read the best places once more")
    }
    return SecondReading(try await model.engine())
  }

  private static func languages(_ names: [String]) throws(ToolError) -> [String] {
    var identifiers: [String] = []
    for name in names {
      guard let language = Language.meant(by: name) else {
        throw ToolError(
          "there is no language \"\(name.prefix(64))\"; there are " + Language.identifiers.joined(separator: ", "))
      }
      identifiers.append(language.id)
    }
    return identifiers
  }
}
