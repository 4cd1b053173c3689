import JSON

/// `clusters`: texts grouped by meaning, each group with words that tell it from the others.
public enum ClustersMethod: RequestMethod {
  /// `clusters`
  public static let name = "clusters"

  /// What a text of a collection is.
  public enum Unit: String, Sendable, CaseIterable {
    /// A part of a document, as it is found.
    case chunk
    /// A document as a whole.
    case file
  }

  /// What is grouped, and how.
  public struct Parameters: ProtocolParameters {
    /// The texts: documents of the request, or those of collections.
    public var source: SearchMethod.Source
    /// With documents: one of the models that the server was allowed; nil takes its own. Collections have the one that they were made with.
    public var model: String?
    /// Exactly so many groups, where there are as many texts that are near another; nil for as many as there are.
    public var count: Int?
    /// Members that are listed of each group, at most.
    public var members = 10
    /// Words of each group, at most.
    public var words = 5
    /// What a text of a collection is; a document of the request is one in any case.
    public var unit = Unit.chunk
    /// Whether the answer has a place in the plane for each text.
    public var layout = false
    /// Documents that do not meet it take no part.
    public var filter: SearchFilter?
    /// Patterns of paths; a document whose path none matches takes no part, nor one that matches a pattern after `!`.
    public var glob: [String] = []
    /// Languages; documents of another take no part.
    public var language: [String] = []
    /// The unit of ranges; nil takes the session's. With stored documents only.
    public var positionEncoding: PositionEncodingKind?
    /// Asks for progress under this token.
    public var workDoneToken: ProgressToken?

    /// The names of the parameters.
    public static let names = [
      "documents", "collection", "model", "count", "members", "words", "by", "layout", "filter", "glob", "language",
      "positionEncoding", "workDoneToken",
    ]

    /// As many groups as the texts have.
    public init(_ source: SearchMethod.Source) {
      self.source = source
    }

    /// - Throws: also where neither or both of `documents` and `collection` are given, or documents that come with the request are to be
    ///   chosen by what only stored ones have.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.named(Self.names)
      source = try SearchMethod.Source(of: field)
      model = try field["model"].optionalString()
      count = try field["count"].optionalInt(atLeast: 1)
      members = try field["members"].optionalInt(atLeast: 0) ?? 10
      words = try field["words"].optionalInt(atLeast: 1) ?? 5
      unit = try field["by"].optionalOneOf(Unit.self) ?? .chunk
      layout = try field["layout"].optionalBool() ?? false
      filter = try field["filter"].optional(SearchFilter.init)
      glob = try field["glob"].isPresent ? field["glob"].texts() : []
      language = try field["language"].isPresent ? field["language"].texts() : []
      positionEncoding = try PositionEncodingKind.optional(field)
      workDoneToken = try ProgressToken.optional(field)
      guard case .documents = source else {
        guard model == nil else {
          throw field["model"].mismatch("none with collections, which have the model that they were made with")
        }
        return
      }
      for name in ["glob", "language", "positionEncoding"] where field[name].isPresent {
        throw field[name].mismatch("none with documents that come with the request")
      }
    }

    /// The parameters that differ from their defaults.
    public var json: JSONValue {
      var object = JSONObject()
      source.write(into: &object)
      if let model { object["model"] = .string(model) }
      if let count { object["count"] = JSONValue(count) }
      if members != 10 { object["members"] = JSONValue(members) }
      if words != 5 { object["words"] = JSONValue(words) }
      if unit != .chunk { object["by"] = .string(unit.rawValue) }
      if layout { object["layout"] = true }
      if let filter { object["filter"] = filter.json }
      if !glob.isEmpty { object["glob"] = .array(glob.map { .string($0) }) }
      if !language.isEmpty { object["language"] = .array(language.map { .string($0) }) }
      if let positionEncoding { object["positionEncoding"] = .string(positionEncoding.rawValue) }
      if let workDoneToken { object["workDoneToken"] = workDoneToken.json }
      return .object(object)
    }
  }

  /// The groups.
  public struct Result: ProtocolValue {
    /// The largest first.
    public var clusters: [Cluster]
    /// Texts that are near no other one, copies counted.
    public var outliers: Int
    /// Texts of collections that are left out because they have no vector yet.
    public var pending: Int
    /// Of each text a place in the plane, where that was asked for.
    public var points: [Point]

    /// A result of these parts.
    public init(clusters: [Cluster], outliers: Int, pending: Int = 0, points: [Point] = []) {
      self.clusters = clusters
      self.outliers = outliers
      self.pending = pending
      self.points = points
    }

    /// Reads a result.
    public init(_ field: JSONField) throws(JSONFieldError) {
      clusters = try field["clusters"].list(Cluster.init)
      outliers = try field["outliers"].int(in: 0...Int.max)
      pending = try field["pending"].optionalInt(atLeast: 0) ?? 0
      points = try field["points"].isPresent ? field["points"].list(Point.init) : []
    }

    /// The result as an object.
    public var json: JSONValue {
      var object: JSONObject = ["clusters": .array(clusters.map(\.json)), "outliers": JSONValue(outliers)]
      if pending > 0 { object["pending"] = JSONValue(pending) }
      if !points.isEmpty { object["points"] = .array(points.map(\.json)) }
      return .object(object)
    }
  }

  /// A group.
  public struct Cluster: ProtocolValue {
    /// Words that tell it from the others, the best first.
    public var words: [Word]
    /// Texts in it, copies counted.
    public var size: Int
    /// The most typical first, as many as were asked for.
    public var members: [Member]

    /// A group of these parts.
    public init(words: [Word], size: Int, members: [Member]) {
      self.words = words
      self.size = size
      self.members = members
    }

    /// Reads a group.
    public init(_ field: JSONField) throws(JSONFieldError) {
      words = try field["words"].list(Word.init)
      size = try field["size"].int(in: 1...Int.max)
      members = try field["members"].list(Member.init)
    }

    /// The group as an object, with its words once more as one label.
    public var json: JSONValue {
      [
        "label": .string(words.map(\.word).joined(separator: ", ")), "words": .array(words.map(\.json)),
        "size": JSONValue(size), "members": .array(members.map(\.json)),
      ]
    }
  }

  /// A word of a group.
  public struct Word: ProtocolValue {
    /// In lower case.
    public var word: String
    /// How much it tells the group from the others; only the differences count.
    public var score: Float

    /// Stores the values as they are given.
    public init(word: String, score: Float) {
      self.word = word
      self.score = score
    }

    /// Reads a word.
    public init(_ field: JSONField) throws(JSONFieldError) {
      word = try field["word"].string()
      score = try field["score"].float32()
    }

    /// The word as an object.
    public var json: JSONValue { ["word": .string(word), "score": .float32(score)] }
  }

  /// A text of a group, with what says nearly the same.
  public struct Member: ProtocolValue {
    /// The text; its score is the cosine with the group's mean.
    public var hit: SearchMethod.Hit
    /// Where the same is said, exactly or nearly.
    public var copies: [SearchMethod.Hit.Origin]

    /// Stores the values as they are given.
    public init(hit: SearchMethod.Hit, copies: [SearchMethod.Hit.Origin] = []) {
      self.hit = hit
      self.copies = copies
    }

    /// Reads a member.
    public init(_ field: JSONField) throws(JSONFieldError) {
      hit = try SearchMethod.Hit(field)
      copies = try field["copies"].isPresent ? field["copies"].list(SearchMethod.Hit.Origin.init) : []
    }

    /// The hit as an object, with its copies where there are any.
    public var json: JSONValue {
      guard !copies.isEmpty, case .object(var object) = hit.json else { return hit.json }
      object["copies"] = .array(
        copies.map { copy in
          var object = JSONObject()
          copy.write(into: &object)
          return .object(object)
        })
      return .object(object)
    }
  }

  /// A text's place in the plane.
  public struct Point: ProtocolValue {
    /// Which text.
    public var origin: SearchMethod.Hit.Origin
    /// -0.5 to 0.5.
    public var x: Float
    /// -0.5 to 0.5.
    public var y: Float
    /// The group's place in ``Result/clusters``; nil for a text that is near no other one.
    public var cluster: Int?

    /// Stores the values as they are given.
    public init(origin: SearchMethod.Hit.Origin, x: Float, y: Float, cluster: Int?) {
      self.origin = origin
      self.x = x
      self.y = y
      self.cluster = cluster
    }

    /// Reads a point.
    public init(_ field: JSONField) throws(JSONFieldError) {
      origin = try SearchMethod.Hit.Origin(field)
      x = try field["x"].float32()
      y = try field["y"].float32()
      cluster = try field["cluster"].optionalInt(atLeast: 0)
    }

    /// The point as an object.
    public var json: JSONValue {
      var object = JSONObject()
      origin.write(into: &object)
      object["x"] = .float32(x)
      object["y"] = .float32(y)
      if let cluster { object["cluster"] = JSONValue(cluster) }
      return .object(object)
    }
  }
}
