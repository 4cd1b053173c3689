import JSON

/// A value that a document carries beside its text.
public enum SearchMetadata: ProtocolValue {
  /// Text, compared by code points.
  case string(String)
  /// A number, compared as float64.
  case number(Double)
  /// True or false.
  case bool(Bool)

  /// Reads a string, a number or a bool.
  public init(_ field: JSONField) throws(JSONFieldError) {
    switch field.value {
    case .string(let value)?: self = .string(value)
    case .bool(let value)?: self = .bool(value)
    case .integer?, .number?: self = .number(try field.double())
    default: throw field.mismatch("a string, a number or a bool")
    }
  }

  /// The value; a number without a fraction is written as an integer.
  public var json: JSONValue {
    switch self {
    case .string(let value): .string(value)
    case .number(let value): Int64(exactly: value).map { .integer($0) } ?? .number(value)
    case .bool(let value): .bool(value)
    }
  }

  /// An object of such values; absent, `null` and `[]` are empty.
  static func object(_ field: JSONField) throws(JSONFieldError) -> [String: SearchMetadata] {
    let field = try field.members()
    var metadata: [String: SearchMetadata] = [:]
    for key in try field.object().keys { metadata[key] = try SearchMetadata(field[key]) }
    return metadata
  }

  /// The values by key, in the order of the keys.
  static func json(_ metadata: [String: SearchMetadata]) -> JSONValue {
    var object = JSONObject()
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { object[key] = value.json }
    return .object(object)
  }
}
