/// A JSON value (RFC 8259), read or to be written.
///
/// Parsing makes the first seven cases only. The last two are for writing: they carry what would be slow or lossy as
/// a tree of values. Equality compares cases, so that `.integer(1)` and `.number(1)` differ, as do `.array` and
/// `.float32s` of the same numbers.
public enum JSONValue: Sendable, Equatable {
  /// `null`
  case null
  /// `true` or `false`
  case bool(Bool)
  /// A number written without fraction or exponent that fits 64 bits.
  case integer(Int64)
  /// Any other number, rounded to float64. An integer beyond 64 bits is read as the nearest float64.
  case number(Double)
  /// Text. A lone surrogate escape (`\ud800`) is read as U+FFFD.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Named values in order.
  case object(JSONObject)
  /// Writing only: an array of numbers, each the shortest text that reads back as the same float32.
  case float32s([Float])
  /// Writing only: JSON text that is copied as it is. The caller vouches that it is one valid value on one line.
  case serialized([UInt8])
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// `null`
  public init(nilLiteral: ()) {
    self = .null
  }

  /// `true` or `false`
  public init(booleanLiteral value: Bool) {
    self = .bool(value)
  }

  /// An integer.
  public init(integerLiteral value: Int64) {
    self = .integer(value)
  }

  /// A number with a fraction or an exponent.
  public init(floatLiteral value: Double) {
    self = .number(value)
  }

  /// A string.
  public init(stringLiteral value: String) {
    self = .string(value)
  }

  /// An array.
  public init(arrayLiteral elements: JSONValue...) {
    self = .array(elements)
  }

  /// An object; of a repeated key the last value stands.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { (key: $0.0, value: $0.1) }))
  }
}

extension JSONValue {
  /// An integer of any native width.
  public init(_ value: Int) {
    self = .integer(Int64(value))
  }

  /// The member `key` of an object; nil for any other value and for an absent member.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let object) = self else { return nil }
    return object[key]
  }
}

extension JSONValue: CustomStringConvertible {
  /// The value as JSON.
  public var description: String {
    String(decoding: serialized(), as: UTF8.self)
  }
}
