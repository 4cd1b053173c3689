import JSON

/// The `id` of a request, echoed byte for byte: 9007199254740993 is not rounded, 1.0 does not become 1, and 1 is not "1".
///
/// Two ids are equal when they are of one kind and have the same value: strings without their escapes, integers of
/// 64 bits by their digits, other numbers as float64, and those beyond float64 by their text. Equality only says which request a cancellation means.
public struct JSONRPCID: Hashable, Sendable, CustomStringConvertible {
  /// The kinds JSON-RPC 2.0 allows.
  public enum Kind: Sendable, Hashable {
    /// `null`, which also stands for an id that could not be read.
    case null
    /// A number.
    case number
    /// A string.
    case string
  }

  /// Which kind of id.
  public let kind: Kind
  /// The id as JSON text, as it came.
  public let text: [UInt8]
  /// What is compared: the number in one spelling, or the string without escapes.
  private let key: [UInt8]

  /// `null`
  public static let null = JSONRPCID(kind: .null, text: Array("null".utf8), key: [])

  /// A number.
  public init(_ number: Int) {
    self.init(kind: .number, text: Array(number.description.utf8), key: Array(number.description.utf8))
  }

  /// A string.
  public init(_ string: String) {
    self.init(kind: .string, text: JSONValue.string(string).serialized(), key: Array(string.utf8))
  }

  private init(kind: Kind, text: [UInt8], key: [UInt8]) {
    self.kind = kind
    self.text = text
    self.key = key
  }

  /// The id that `text` is; nil for a value that is no id: `true`, `false`, an array or an object.
  /// - Parameter text: one JSON value without blanks around it.
  init?(text: [UInt8]) {
    do throws(JSONParseError) {
      switch try JSONValue.parse(text) {
      case .null: self = .null
      case .integer(let number): self.init(kind: .number, text: text, key: Array(number.description.utf8))
      case .number(let number): self.init(kind: .number, text: text, key: Array(number.description.utf8))
      case .string(let string): self.init(kind: .string, text: text, key: Array(string.utf8))
      default: return nil
      }
    } catch {
      // 1e400 is a number that can be sent back, though not held.
      guard error.kind == .numberOutOfRange, error.offset == 0 else { return nil }
      self.init(kind: .number, text: text, key: text)
    }
  }

  /// The id that a parameter names; nil for a value that names none.
  public init?(naming value: JSONValue?) {
    switch value {
    case .integer?, .number?, .string?: self.init(text: value?.serialized() ?? [])
    default: return nil
    }
  }

  /// Kind and key decide; `text` may differ in escapes.
  public static func == (left: JSONRPCID, right: JSONRPCID) -> Bool {
    left.kind == right.kind && left.key == right.key
  }

  /// Kind and key decide.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(key)
  }

  /// The JSON text.
  public var description: String {
    String(decoding: text, as: UTF8.self)
  }
}
