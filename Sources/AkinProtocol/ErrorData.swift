import JSON

/// `error.data`: what went wrong, for a program.
public struct ErrorData: ProtocolValue {
  /// Which limit is exceeded, and by how much.
  public struct Excess: Sendable, Equatable {
    /// The limit's name in `initialize`, such as `maxInputs`.
    public var limit: String
    /// Its value.
    public var maximum: Int
    /// What was counted; where counting stopped early, a number above ``maximum``.
    public var actual: Int
    /// What is counted, in the plural.
    public var unit: String

    /// This excess.
    public init(limit: String, maximum: Int, actual: Int, unit: String) {
      self.limit = limit
      self.maximum = maximum
      self.actual = actual
      self.unit = unit
    }

    /// Beyond a limit whose value is `maximum`.
    public init(_ limit: ServerLimit, maximum: Int, actual: Int) {
      self.init(limit: limit.name, maximum: maximum, actual: actual, unit: limit.unit)
    }
  }

  /// The name of the code, as in ``AkinErrorCode/kind``.
  public var kind: String
  /// The parameter, such as `params.input[3]`; nil where none is to blame.
  public var path: String?
  /// What belongs there.
  public var expected: String?
  /// What came; texts are counted, not quoted.
  public var found: String?
  /// Why, where a program can do something about it: ``unknownParameter``.
  public var reason: String?
  /// With reason ``unknownParameter``: the names that are known there.
  public var known: [String]?
  /// The limit that is exceeded, where one is.
  public var excess: Excess?

  /// The reason of a parameter, or a member of one, that this server does not know. A client may leave it out and ask again.
  public static let unknownParameter = "unknownParameter"

  /// Data of an error with this code.
  public init(
    _ code: AkinErrorCode, path: String? = nil, expected: String? = nil, found: String? = nil, excess: Excess? = nil
  ) {
    kind = code.kind
    self.path = path
    self.expected = expected
    self.found = found
    self.excess = excess
  }

  /// Data of an error at a parameter.
  public init(_ code: AkinErrorCode, _ error: JSONFieldError) {
    self.init(code, path: error.path, expected: error.expected, found: error.found)
    known = error.known
    reason = error.known.map { _ in Self.unknownParameter }
  }

  /// Reads data; unknown members are ignored.
  public init(_ field: JSONField) throws(JSONFieldError) {
    kind = try field["kind"].string()
    path = try field["path"].optionalString()
    expected = try field["expected"].optionalString()
    found = try field["found"].optionalString()
    reason = try field["reason"].optionalString()
    known = try field["known"].optional { field throws(JSONFieldError) in try field.strings() }
    guard field["limit"].isPresent else { return }
    excess = Excess(
      limit: try field["limit"].string(), maximum: try field["maximum"].int(), actual: try field["actual"].int(),
      unit: try field["unit"].string())
  }

  /// The data as an object.
  public var json: JSONValue {
    .object(
      JSONObject(present: [
        "kind": .string(kind),
        "path": path.map { .string($0) },
        "expected": expected.map { .string($0) },
        "found": found.map { .string($0) },
        "reason": reason.map { .string($0) },
        "known": known.map { .array($0.map { .string($0) }) },
        "limit": excess.map { .string($0.limit) },
        "maximum": excess.map { .integer(Int64($0.maximum)) },
        "actual": excess.map { .integer(Int64($0.actual)) },
        "unit": excess.map { .string($0.unit) },
      ]))
  }
}
