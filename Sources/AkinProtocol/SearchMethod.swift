import JSON

/// `search`: the documents that answer each query best.
public enum SearchMethod: RequestMethod {
  /// `search`
  public static let name = "search"

  /// How documents are ranked.
  public enum Mode: String, Sendable, CaseIterable {
    /// By the cosine of the vectors.
    case semantic
    /// By BM25 over words.
    case keyword
    /// By both: over documents by reciprocal rank fusion, over collections by the ranking's signals.
    case hybrid
  }

  /// Where documents come from.
  public enum Source: Sendable, Equatable {
    /// They come with the request.
    case documents([SearchDocument])
    /// They are stored in these collections, at least one.
    case collections([CollectionName])

    /// Reads `documents` or `collection` of the parameters.
    init(of field: JSONField) throws(JSONFieldError) {
      let documents = field["documents"]
      let collection = field["collection"]
      switch (documents.isPresent, collection.isPresent) {
      case (true, false):
        self = .documents(try documents.list(SearchDocument.init))
      case (false, true):
        guard case .array? = collection.value else {
          self = .collections([try CollectionName(collection)])
          return
        }
        _ = try collection.nonEmptyArray("a name or an array of names")
        self = .collections(try collection.list(CollectionName.init))
      case (true, true):
        throw collection.mismatch("either documents or collection", found: "both")
      case (false, false):
        throw documents.mismatch("an array of documents, or else collection")
      }
    }

    /// Adds the member to the parameters.
    func write(into object: inout JSONObject) {
      switch self {
      case .documents(let documents): object["documents"] = .array(documents.map(\.json))
      case .collections(let names): object["collection"] = names.count == 1 ? names[0].json : .array(names.map(\.json))
      }
    }
  }

  /// A second reading of the best hits.
  public struct Rerank: ProtocolValue {
    /// One of the models that the server was started with; nil takes the one that is for it.
    public var model: String?
    /// Milliseconds that it may take; nil takes 500. What is not read in time stays behind what is.
    public var budgetMs: Int?

    /// By the server's model for it, in the usual time.
    public init() {}

    /// Reads the object.
    public init(_ field: JSONField) throws(JSONFieldError) {
      try field.allowOnly(["model", "budgetMs"])
      model = try field["model"].optionalString()
      budgetMs = try field["budgetMs"].optionalInt(atLeast: 1)
    }

    /// The members that are given.
    public var json: JSONValue {
      var object = JSONObject()
      if let model { object["model"] = .string(model) }
      if let budgetMs { object["budgetMs"] = .integer(Int64(budgetMs)) }
      return .object(object)
    }
  }

  /// What is looked for, in what.
  public struct Parameters: ProtocolParameters {
    /// The queries, at least one; none with ``similarTo``.
    public var query: [TextOrVector]
    /// A stored text that is the query, and not itself a hit.
    public var similarTo: SearchExample?
    /// Where it is looked for.
    public var source: Source
    /// One of the models that the server was allowed; nil takes its own. Collections have the one that they were made with.
    public var model: String?
    /// Hits a query at most; 1 or more.
    public var topK = 10
    /// The best hits that are left out, as those of earlier pages.
    public var offset = 0
    /// Tokens of the model that the hits of a query take at most; hits are cut to fit. With collections only.
    public var maxTokens: Int?
    /// Hits with a lower score are left out.
    public var minScore: Float?
    /// Hits whose text has a lower cosine to the query are left out, in every mode.
    public var minSimilarity: Float?
    /// How documents are ranked; nil takes ``usualMode``.
    public var mode: Mode?
    /// Has a cross-encoder read the best hits once more. With collections only.
    public var rerank: Rerank?
    /// Milliseconds in which each query embeds what is likeliest to be found and is not embedded yet; nil takes 200, and 0
    /// embeds nothing. With collections only.
    public var budgetMs: Int?
    /// Documents that do not meet it take no part.
    public var filter: SearchFilter?
    /// Regular expressions that a text must have in it, all of them.
    public var regex: [String] = []
    /// Phrases that a text must have in it, all of them.
    public var phrase: [String] = []
    /// Patterns of paths; a document whose path none matches takes no part, nor one that matches a pattern after `!`.
    public var glob: [String] = []
    /// Languages; documents of another take no part.
    public var language: [String] = []
    /// Whether the changes that the session has asked for before are waited for; else what is stored by now is searched.
    public var awaitChanges = true
    /// How queries and documents are embedded; the prompt is put before queries only.
    public var options = EmbeddingOptions()
    /// The unit of ranges, given and answered; nil takes the session's. With stored documents only.
    public var positionEncoding: PositionEncodingKind?
    /// Asks for progress under this token.
    public var workDoneToken: ProgressToken?
    /// With ``rerank``: asks for each query's hits in their first order under this token, before the better one.
    public var partialResultToken: ProgressToken?

    /// ``topK`` with ``maxTokens``, unless it is given.
    public static let countOfBudget = 50

    /// How documents are ranked where nothing else is asked for: stored ones by both ways, as on the command line, those of
    /// the request by meaning. A vector, a stored example and a least score leave nothing but meaning.
    public var usualMode: Mode {
      guard case .collections = source, similarTo == nil, minScore == nil else { return .semantic }
      return query.contains(where: \.isVector) ? .semantic : .hybrid
    }

    private static let optionNames = EmbeddingOptions.names.filter { $0 != "normalize" }

    /// The names of the parameters.
    public static let names =
      [
        "query", "similarTo", "documents", "collection", "model", "topK", "offset", "maxTokens", "minScore",
        "minSimilarity",
        "mode", "rerank", "budgetMs", "filter", "regex", "phrase",
      ]
      + ["glob", "language", "awaitChanges"] + optionNames + [
        "positionEncoding", "workDoneToken", "partialResultToken",
      ]

    /// A search for the ten best documents of each query.
    public init(query: [TextOrVector], source: Source) {
      self.query = query
      self.source = source
    }

    /// Texts like one that is stored.
    public init(similarTo example: SearchExample, collections: [CollectionName]) {
      query = []
      similarTo = example
      source = .collections(collections)
    }

    /// - Throws: also where neither or both of `query` and `similarTo`, or of `documents` and `collection`, are given, a
    ///   vector is to be searched for by words, or documents that come with the request are to be chosen by what only
    ///   stored ones have.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.named(Self.names)
      (query, similarTo) = try Self.subject(field)
      source = try Source(of: field)
      model = try field["model"].optionalString()
      maxTokens = try field["maxTokens"].optionalInt(atLeast: 1)
      topK = try field["topK"].optionalInt(atLeast: 1) ?? (maxTokens == nil ? 10 : Self.countOfBudget)
      offset = try field["offset"].optionalInt(atLeast: 0) ?? 0
      mode = try field["mode"].optionalOneOf(Mode.self)
      minScore = try field["minScore"].optional { [mode] field throws(JSONFieldError) in
        // Scores of other modes have no such bounds.
        mode == nil || mode == .semantic ? try field.cosine() : try field.float32()
      }
      minSimilarity = try field["minSimilarity"].optional { field throws(JSONFieldError) in try field.cosine() }
      rerank = try field["rerank"].optional(Rerank.init)
      budgetMs = try field["budgetMs"].optionalInt(atLeast: 0)
      filter = try field["filter"].optional(SearchFilter.init)
      regex = try Self.oneOrMore(field["regex"])
      phrase = try Self.oneOrMore(field["phrase"])
      glob = try Self.oneOrMore(field["glob"])
      language = try Self.oneOrMore(field["language"])
      awaitChanges = try field["awaitChanges"].optionalBool() ?? true
      options = try EmbeddingOptions(field)
      positionEncoding = try PositionEncodingKind.optional(field)
      workDoneToken = try ProgressToken.optional(field)
      partialResultToken = try ProgressToken.optional(field, "partialResultToken")
      try checkQueries(field["query"])
      try checkSource(field)
    }

    private static func subject(_ field: JSONField) throws(JSONFieldError) -> ([TextOrVector], SearchExample?) {
      let example = field["similarTo"]
      guard example.isPresent else {
        let query = field["query"]
        guard query.isPresent else { throw query.mismatch("a text, a vector, or an array of them, or else similarTo") }
        return (try TextOrVector.list(query), nil)
      }
      guard !field["query"].isPresent else { throw example.mismatch("either query or similarTo", found: "both") }
      return ([], try SearchExample(example))
    }

    private static func oneOrMore(_ field: JSONField) throws(JSONFieldError) -> [String] {
      field.isPresent ? try field.texts() : []
    }

    private func checkQueries(_ field: JSONField) throws(JSONFieldError) {
      guard let mode, mode != .semantic, let index = query.firstIndex(where: \.isVector) else { return }
      throw JSONFieldError(
        path: field.itemPath(index), expected: "a text in mode \"\(mode.rawValue)\"", found: "a vector")
    }

    private func checkSource(_ field: JSONField) throws(JSONFieldError) {
      guard case .documents = source else {
        guard model == nil else {
          throw field["model"].mismatch("none with collections, which have the model that they were made with")
        }
        return
      }
      let names = ["similarTo", "maxTokens", "rerank", "budgetMs", "glob", "language", "positionEncoding"]
      for name in names where field[name].isPresent {
        throw field[name].mismatch("none with documents that come with the request")
      }
    }

    /// The parameters that differ from their defaults.
    public var json: JSONValue {
      var object = JSONObject()
      if let similarTo { object["similarTo"] = similarTo.json } else { object["query"] = .array(query.map(\.json)) }
      source.write(into: &object)
      if let model { object["model"] = .string(model) }
      if topK != (maxTokens == nil ? 10 : Self.countOfBudget) { object["topK"] = .integer(Int64(topK)) }
      if let maxTokens { object["maxTokens"] = .integer(Int64(maxTokens)) }
      if offset != 0 { object["offset"] = .integer(Int64(offset)) }
      if let minScore { object["minScore"] = .number(Double(minScore)) }
      if let minSimilarity { object["minSimilarity"] = .number(Double(minSimilarity)) }
      if let mode { object["mode"] = .string(mode.rawValue) }
      if let rerank { object["rerank"] = rerank.json }
      if let budgetMs { object["budgetMs"] = .integer(Int64(budgetMs)) }
      if let filter { object["filter"] = filter.json }
      if !regex.isEmpty { object["regex"] = .array(regex.map { .string($0) }) }
      if !phrase.isEmpty { object["phrase"] = .array(phrase.map { .string($0) }) }
      if !glob.isEmpty { object["glob"] = .array(glob.map { .string($0) }) }
      if !language.isEmpty { object["language"] = .array(language.map { .string($0) }) }
      if !awaitChanges { object["awaitChanges"] = false }
      options.write(into: &object)
      if let positionEncoding { object["positionEncoding"] = .string(positionEncoding.rawValue) }
      if let workDoneToken { object["workDoneToken"] = workDoneToken.json }
      if let partialResultToken { object["partialResultToken"] = partialResultToken.json }
      return .object(object)
    }
  }

  /// One list of hits a query, the best first.
  public struct Result: ProtocolValue {
    /// `[queries][hits]`.
    public var results: [[Hit]]
    /// Of each query nil where its best hit is near, else how similar the nearest is: then the hits answer nothing. Empty
    /// where all queries have a near one.
    public var noGoodMatch: [Float?] = []
    /// With `maxTokens`: of each query, what its hits take and what had no room.
    public var budgets: [Budget] = []
    /// Of the chunks of the collections, the share that has been embedded, 0 to 1: the others are found by their words alone.
    /// Nil for documents that came with the request.
    public var embeddedShare: Double?

    /// What the hits of a query take.
    public struct Budget: ProtocolValue {
      /// Tokens of the texts and of what stands above each.
      public var tokens: Int
      /// Hits that had no room.
      public var hitsLeftOut: Int
      /// Hits that say nearly what one before them does.
      public var copiesLeftOut: Int
      /// Lines of the hits that are there which had no room.
      public var linesLeftOut: Int

      /// Stores the values as they are given.
      public init(tokens: Int, hitsLeftOut: Int, copiesLeftOut: Int, linesLeftOut: Int) {
        self.tokens = tokens
        self.hitsLeftOut = hitsLeftOut
        self.copiesLeftOut = copiesLeftOut
        self.linesLeftOut = linesLeftOut
      }

      /// Reads the counts.
      public init(_ field: JSONField) throws(JSONFieldError) {
        tokens = try field["tokens"].int(in: 0...Int.max)
        hitsLeftOut = try field["hitsLeftOut"].int(in: 0...Int.max)
        copiesLeftOut = try field["copiesLeftOut"].int(in: 0...Int.max)
        linesLeftOut = try field["linesLeftOut"].int(in: 0...Int.max)
      }

      /// The counts as an object.
      public var json: JSONValue {
        [
          "tokens": .integer(Int64(tokens)), "hitsLeftOut": .integer(Int64(hitsLeftOut)),
          "copiesLeftOut": .integer(Int64(copiesLeftOut)), "linesLeftOut": .integer(Int64(linesLeftOut)),
        ]
      }
    }

    /// A result of these hits.
    public init(results: [[Hit]]) {
      self.results = results
    }

    /// Reads a result.
    public init(_ field: JSONField) throws(JSONFieldError) {
      results = try field["results"].list { field throws(JSONFieldError) in try field.list(Hit.init) }
      if field["budgets"].isPresent { budgets = try field["budgets"].list(Budget.init) }
      embeddedShare = try field["embeddedShare"].optional { field throws(JSONFieldError) in try field.double() }
      guard field["noGoodMatch"].isPresent else { return }
      noGoodMatch = try field["noGoodMatch"].list { field throws(JSONFieldError) in
        try field.optional { field throws(JSONFieldError) in try field.float32() }
      }
    }

    /// The result as an object.
    public var json: JSONValue {
      var object: JSONObject = ["results": .array(results.map { .array($0.map(\.json)) })]
      if !budgets.isEmpty { object["budgets"] = .array(budgets.map(\.json)) }
      if let embeddedShare { object["embeddedShare"] = .number(embeddedShare) }
      if !noGoodMatch.isEmpty {
        object["noGoodMatch"] = .array(noGoodMatch.map { $0.map(JSONValue.float32) ?? .null })
      }
      return .object(object)
    }
  }
}
