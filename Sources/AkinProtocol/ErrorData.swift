import JSON

/// `error.data`: what went wrong, for a program.
public struct ErrorData: ProtocolValue {
  /// The name of the code, as in ``AkinErrorCode/kind``.
  public var kind: String
  /// The parameter, such as `params.input[3]`; nil where none is to blame.
  public var path: String?
  /// What belongs there.
  public var expected: String?
  /// What came; texts are counted, not quoted.
  public var found: String?

  /// Data of an error with this code.
  public init(_ code: AkinErrorCode, path: String? = nil, expected: String? = nil, found: String? = nil) {
    kind = code.kind
    self.path = path
    self.expected = expected
    self.found = found
  }

  /// Data of an error at a parameter.
  public init(_ code: AkinErrorCode, _ error: JSONFieldError) {
    self.init(code, path: error.path, expected: error.expected, found: error.found)
  }

  /// Reads data; unknown members are ignored.
  public init(_ field: JSONField) throws(JSONFieldError) {
    kind = try field["kind"].string()
    path = try field["path"].optionalString()
    expected = try field["expected"].optionalString()
    found = try field["found"].optionalString()
  }

  /// The data as an object.
  public var json: JSONValue {
    .object(
      JSONObject(present: [
        "kind": .string(kind),
        "path": path.map { .string($0) },
        "expected": expected.map { .string($0) },
        "found": found.map { .string($0) },
      ]))
  }
}
