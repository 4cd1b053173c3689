import JSON

/// `similarity`: every text or vector of one list against every one of another.
public enum SimilarityMethod: RequestMethod {
  /// `similarity`
  public static let name = "similarity"

  /// How two vectors are compared; greater is more alike with each.
  public enum Function: String, Sendable, CaseIterable {
    /// The cosine of the angle, -1 to 1; 0 where a vector is zero.
    case cosine
    /// The dot product.
    case dot
    /// Minus the Euclidean distance.
    case euclidean
    /// Minus the sum of the components' distances.
    case manhattan
    /// For every token of the text on the left the product with the nearest of the one on the right, added up.
    case maxsim
  }

  /// What is compared, and how.
  public struct Parameters: ProtocolParameters {
    /// The rows of the scores, at least one.
    public var left: [TextOrVector]
    /// The columns of the scores; nil takes `left`.
    public var right: [TextOrVector]?
    /// How two vectors are compared; nil for the cosine, but the dot product of sparse vectors, and `maxsim` where the model compares
    /// texts token by token.
    public var function: Function?
    /// One of the models that the server was allowed; nil takes its own.
    public var model: String?
    /// How the texts are embedded.
    public var options = EmbeddingOptions()
    /// Asks for progress under this token.
    public var workDoneToken: ProgressToken?

    /// The names of the parameters.
    public static let names = ["left", "right", "function", "model"] + EmbeddingOptions.names + ["workDoneToken"]

    /// Each of `left` against each of `right`, as the model compares.
    public init(left: [TextOrVector], right: [TextOrVector]? = nil) {
      self.left = left
      self.right = right
    }

    /// - Throws: also where two vectors have not the same number of components.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.named(Self.names)
      left = try TextOrVector.list(field["left"])
      right = try field["right"].optional { field throws(JSONFieldError) in try TextOrVector.list(field) }
      function = try field["function"].optionalOneOf(Function.self)
      model = try field["model"].optionalString()
      options = try EmbeddingOptions(field)
      workDoneToken = try ProgressToken.optional(field)
    }

    /// The parameters that differ from their defaults.
    public var json: JSONValue {
      var object = JSONObject()
      object["left"] = .array(left.map(\.json))
      if let right { object["right"] = .array(right.map(\.json)) }
      if let function { object["function"] = .string(function.rawValue) }
      if let model { object["model"] = .string(model) }
      options.write(into: &object)
      if let workDoneToken { object["workDoneToken"] = workDoneToken.json }
      return .object(object)
    }
  }

  /// A matrix.
  public struct Result: ProtocolValue {
    /// `[left][right]`.
    public var scores: [[Float]]

    /// A result of these scores.
    public init(scores: [[Float]]) {
      self.scores = scores
    }

    /// Reads a result.
    public init(_ field: JSONField) throws(JSONFieldError) {
      scores = try field["scores"].list { field throws(JSONFieldError) in try field.float32s() }
    }

    /// The result as an object.
    public var json: JSONValue {
      .object(["scores": .array(scores.map { .float32s($0) })])
    }
  }
}
