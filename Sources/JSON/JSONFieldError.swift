/// A value that is not what its place asks for: where, what was expected, and what stood there.
///
/// Texts of the document are described by their length and never quoted; names are quoted, cut to 64 characters.
public struct JSONFieldError: Error, Sendable, Equatable, CustomStringConvertible {
  /// How the value is reached, such as `params.input[3]`.
  public let path: String
  /// What belongs there, such as `a string` or `an integer from 1 to 512`.
  public let expected: String
  /// What stands there, such as `number 3`, `a string of 12 characters` or `nothing`.
  public let found: String
  /// Of a member that nobody knows, those that are known; nil for any other error.
  public let known: [String]?

  /// - Parameters:
  ///   - path: how the value is reached.
  ///   - expected: what belongs there.
  ///   - found: what stands there.
  ///   - known: of an unknown member, those that are known.
  public init(path: String, expected: String, found: String, known: [String]? = nil) {
    self.path = path
    self.expected = expected
    self.found = found
    self.known = known
  }

  /// All three, for a person.
  public var description: String {
    "\(path.isEmpty ? "the value" : path): expected \(expected), found \(found)"
  }
}

extension JSONValue {
  /// The value in words, for `JSONFieldError.found`. Longer strings are counted, not quoted: they are users' texts.
  package var summary: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "number \(value)"
    case .number(let value): "number \(value)"
    case .string(let text): "a string of \(Self.counted(text.unicodeScalars.count, "character"))"
    case .array(let elements): "an array of \(Self.counted(elements.count, "value"))"
    case .float32s(let values): "an array of \(Self.counted(values.count, "value"))"
    case .object(let object): "an object of \(Self.counted(object.count, "member"))"
    case .serialized: "serialized JSON"
    }
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}
