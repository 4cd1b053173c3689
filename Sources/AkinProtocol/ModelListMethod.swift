import JSON

/// `model/list`: the models on this machine.
public enum ModelListMethod: RequestMethod {
  /// `model/list`
  public static let name = "model/list"
  /// None.
  public typealias Parameters = NoParameters

  /// A model in a cache.
  public struct Model: ProtocolValue {
    /// The name it is asked for by.
    public var name: String
    /// Its folder or file.
    public var path: String
    /// Its size on disk.
    public var bytes: Int
    /// `akinCache` or `huggingFaceCache`: whose cache it is in; `installed` with the program; `path` where it is in none.
    public var source: String
    /// Whether its weights have been quantised, so that it starts at once.
    public var isQuantized: Bool

    /// A model of these parts.
    public init(name: String, path: String, bytes: Int, source: String, isQuantized: Bool) {
      self.name = name
      self.path = path
      self.bytes = bytes
      self.source = source
      self.isQuantized = isQuantized
    }

    /// Reads a model; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      name = try field["name"].string()
      path = try field["path"].string()
      bytes = try field["bytes"].int(in: 0...Int.max)
      source = try field["source"].string()
      isQuantized = try field["quantized"].bool()
    }

    /// The model as an object.
    public var json: JSONValue {
      [
        "name": .string(name), "path": .string(path), "bytes": .integer(Int64(bytes)), "source": .string(source),
        "quantized": .bool(isQuantized),
      ]
    }
  }

  /// The models, and which of them this server uses.
  public struct Result: ProtocolValue {
    /// What the server was told to use: a name or a path.
    public var selected: String
    /// The models, by name.
    public var models: [Model]

    /// A result of these models.
    public init(selected: String, models: [Model]) {
      self.selected = selected
      self.models = models
    }

    /// Reads a result.
    public init(_ field: JSONField) throws(JSONFieldError) {
      selected = try field["selected"].string()
      models = try field["models"].list(Model.init)
    }

    /// The result as an object.
    public var json: JSONValue {
      ["selected": .string(selected), "models": .array(models.map(\.json))]
    }
  }
}
