import JSON

/// How texts are embedded: the options that `embed`, `similarity` and `search` share. Nil takes the model's setting.
public struct EmbeddingOptions: ProtocolParameters {
  /// How the vectors of a text's tokens become one.
  public enum Pooling: String, Sendable, CaseIterable {
    /// Their mean.
    case mean
    /// The vector of the first token, `[CLS]`.
    case cls
    /// The largest value of each component.
    case max
    /// Their sum divided by the square root of their number.
    case meanSqrtLen
    /// The vector of the last token.
    case lastToken
    /// Their mean weighted by position, 1 for the first token.
    case weightedMean
  }

  /// What happens to a text with more tokens than the model takes.
  public enum Overflow: String, Sendable, CaseIterable {
    /// The first tokens are kept.
    case truncate
    /// The request is refused.
    case error
    /// The text is split at the model's length, and the vectors are averaged, weighted by tokens.
    case window
  }

  /// What is put before each text.
  public enum Prompt: Sendable, Equatable {
    /// The prompt itself.
    case text(String)
    /// The name of one of the model's prompts.
    case named(String)
  }

  /// Replaces the model's pooling.
  public var pooling: Pooling?
  /// Whether vectors are scaled to length 1, after the cut to ``dimensions``; the model's own scaling comes before it.
  public var normalize: Bool?
  /// What is put before each text.
  public var prompt: Prompt?
  /// Keeps the first components only; 1 or more.
  public var dimensions: Int?
  /// What happens to a text over the model's length.
  public var overflow = Overflow.truncate

  /// More components than any model's vectors have.
  private static let mostDimensions = 1 << 20

  /// `pooling`, `normalize`, `prompt`, `promptName`, `dimensions`, `overflow`.
  public static let names = ["pooling", "normalize", "prompt", "promptName", "dimensions", "overflow"]

  /// The model's settings.
  public init() {}

  /// Reads the options among a method's parameters; other members are left to the method.
  /// - Throws: an error by path; also where `prompt` and `promptName` are both given.
  public init(_ field: JSONField) throws(JSONFieldError) {
    pooling = try field["pooling"].optionalOneOf(Pooling.self)
    normalize = try field["normalize"].optionalBool()
    dimensions = try field["dimensions"].ifPresent?.int(in: 1...Self.mostDimensions)
    overflow = try field["overflow"].optionalOneOf(Overflow.self) ?? .truncate
    let text = try field["prompt"].optionalString()
    let name = try field["promptName"].optionalString()
    switch (text, name) {
    case (let text?, nil): prompt = .text(text)
    case (nil, let name?): prompt = .named(name)
    case (nil, nil): prompt = nil
    case (.some, .some):
      throw field["promptName"].mismatch("either prompt or promptName", found: "both")
    }
  }

  /// The options that differ from the model's settings.
  public var json: JSONValue {
    var object = JSONObject()
    write(into: &object)
    return .object(object)
  }

  func write(into object: inout JSONObject) {
    if let pooling { object["pooling"] = .string(pooling.rawValue) }
    if let normalize { object["normalize"] = .bool(normalize) }
    switch prompt {
    case .text(let text)?: object["prompt"] = .string(text)
    case .named(let name)?: object["promptName"] = .string(name)
    case nil: break
    }
    if let dimensions { object["dimensions"] = .integer(Int64(dimensions)) }
    if overflow != .truncate { object["overflow"] = .string(overflow.rawValue) }
  }
}
