import Engine

/// What two vectors must share to be compared: everything that a vector depends on besides its text.
public struct VectorSpace: Sendable, Equatable {
  /// The model's name, for people.
  public var model: String
  /// Of the files that the weights came from: 64 hexadecimal digits.
  public var fingerprint: String
  /// Arithmetic of the linear layers: `q8_0` or `f32`.
  public var precision: String
  /// What is put before each text of a document; empty for most models.
  public var prompt: String
  /// Components of a vector.
  public var dimensions: Int

  /// Stores the values as they are given.
  public init(model: String, fingerprint: String, precision: String, prompt: String, dimensions: Int) {
    self.model = model
    self.fingerprint = fingerprint
    self.precision = precision
    self.prompt = prompt
    self.dimensions = dimensions
  }

  /// The space of an engine's documents: the prompt is the one that the model names `document`, if it has one.
  public init(of engine: Engine) {
    self.init(
      model: engine.description.name, fingerprint: engine.fingerprint, precision: engine.precision.rawValue,
      prompt: engine.description.prompts["document"] ?? "", dimensions: engine.description.embeddingDimensions)
  }

  /// `all-MiniLM-L6-v2 (q8_0, 384 dimensions, 1a2b3c4d)`.
  public var summary: String {
    let prompt = prompt.isEmpty ? "" : ", prompt \"\(prompt)\""
    return "\(model) (\(precision), \(dimensions) dimensions, \(fingerprint.prefix(8))\(prompt))"
  }
}
