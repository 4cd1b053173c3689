import JSON

/// The client's name for a piece of work whose progress it wants to see.
public enum ProgressToken: Sendable, Hashable {
  /// A number of the client's.
  case integer(Int64)
  /// A string of the client's.
  case string(String)

  /// An integer or a string.
  public init(_ field: JSONField) throws(JSONFieldError) {
    switch field.value {
    case .integer(let value)?: self = .integer(value)
    case .number(let value)? where Int64(exactly: value) != nil: self = .integer(Int64(value))
    case .string(let value)?: self = .string(value)
    default: throw field.mismatch("an integer or a string")
    }
  }

  /// The token as the client wrote it.
  public var json: JSONValue {
    switch self {
    case .integer(let value): .integer(value)
    case .string(let value): .string(value)
    }
  }

  /// A parameter of a method that is a token: `workDoneToken` unless named.
  static func optional(
    _ parameters: JSONField, _ name: String = "workDoneToken"
  ) throws(JSONFieldError) -> ProgressToken? {
    try parameters[name].optional(ProgressToken.init)
  }
}

extension ProgressToken: ProtocolValue {}
