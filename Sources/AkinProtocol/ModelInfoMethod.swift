import JSON

/// `model/info`: the model that this server uses. Loads it, if no request has yet.
public enum ModelInfoMethod: RequestMethod {
  /// `model/info`
  public static let name = "model/info"
  /// None.
  public typealias Parameters = NoParameters

  /// A loaded model.
  public struct Result: ProtocolValue {
    /// The model's name.
    public var name: String
    /// The folder or file that the weights came from.
    public var path: String
    /// The arithmetic of the linear layers: `f32` or `q8_0`.
    public var precision: String
    /// Of the files that the weights came from: vectors of two models with the same one, and the same precision, can be
    /// compared. nil only where an older server answers.
    public var fingerprint: String?
    /// Components of a vector.
    public var dimensions: Int
    /// Tokens of a text, special tokens included; what goes beyond is treated by `overflow`.
    public var maxSequenceLength: Int
    /// Transformer layers.
    public var layers: Int
    /// Components of a token's vector.
    public var hiddenSize: Int
    /// Attention heads a layer.
    public var heads: Int
    /// Entries of the vocabulary.
    public var vocabularySize: Int
    /// The poolings whose vectors are joined, in this order.
    public var poolings: [String]
    /// Whether the model scales its vectors to length 1.
    public var normalize: Bool
    /// The model's prompts by name.
    public var prompts: [String: String]
    /// The prompt that is used where a request names none.
    public var defaultPromptName: String?
    /// The similarity the model was trained for, where its files say so.
    public var similarity: String?

    /// A result of these parts.
    public init(
      name: String, path: String, precision: String, fingerprint: String? = nil, dimensions: Int,
      maxSequenceLength: Int, layers: Int, hiddenSize: Int,
      heads: Int, vocabularySize: Int, poolings: [String], normalize: Bool, prompts: [String: String],
      defaultPromptName: String?, similarity: String?
    ) {
      self.name = name
      self.path = path
      self.precision = precision
      self.fingerprint = fingerprint
      self.dimensions = dimensions
      self.maxSequenceLength = maxSequenceLength
      self.layers = layers
      self.hiddenSize = hiddenSize
      self.heads = heads
      self.vocabularySize = vocabularySize
      self.poolings = poolings
      self.normalize = normalize
      self.prompts = prompts
      self.defaultPromptName = defaultPromptName
      self.similarity = similarity
    }

    /// Reads a result; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      name = try field["name"].string()
      path = try field["path"].string()
      precision = try field["precision"].string()
      fingerprint = try field["fingerprint"].optionalString()
      dimensions = try field["dimensions"].int(in: 1...Int.max)
      maxSequenceLength = try field["maxSequenceLength"].int(in: 1...Int.max)
      layers = try field["layers"].int(in: 0...Int.max)
      hiddenSize = try field["hiddenSize"].int(in: 1...Int.max)
      heads = try field["heads"].int(in: 1...Int.max)
      vocabularySize = try field["vocabularySize"].int(in: 1...Int.max)
      poolings = try field["poolings"].strings()
      normalize = try field["normalize"].bool()
      prompts = [:]
      let prompts = try field["prompts"].members()
      for key in try prompts.object().keys { self.prompts[key] = try prompts[key].string() }
      defaultPromptName = try field["defaultPromptName"].optionalString()
      similarity = try field["similarity"].optionalString()
    }

    /// The result as an object.
    public var json: JSONValue {
      let prompts = prompts.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSONValue.string($0.value)) }
      return .object(
        JSONObject(present: [
          "name": .string(name),
          "path": .string(path),
          "precision": .string(precision),
          "fingerprint": fingerprint.map { .string($0) },
          "dimensions": .integer(Int64(dimensions)),
          "maxSequenceLength": .integer(Int64(maxSequenceLength)),
          "layers": .integer(Int64(layers)),
          "hiddenSize": .integer(Int64(hiddenSize)),
          "heads": .integer(Int64(heads)),
          "vocabularySize": .integer(Int64(vocabularySize)),
          "poolings": .array(poolings.map { .string($0) }),
          "normalize": .bool(normalize),
          "prompts": .object(JSONObject(prompts)),
          "defaultPromptName": defaultPromptName.map { .string($0) },
          "similarity": similarity.map { .string($0) },
        ]))
    }
  }
}
