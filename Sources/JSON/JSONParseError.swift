/// Why a text was not read as JSON, and where.
///
/// The description quotes nothing of the text, which may be private, but the one byte that was not expected.
public struct JSONParseError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The reasons a text is refused.
  public enum Kind: Sendable, Equatable {
    /// The text is empty or white space only.
    case empty
    /// The text is longer than `limit` bytes.
    case tooLarge(limit: Int)
    /// Arrays and objects are nested more than `limit` deep.
    case tooDeep(limit: Int)
    /// There are more than `limit` values, where an array or object counts as ``JSONLimits/containerValues``.
    case tooMany(limit: Int)
    /// The text ends where `expected` should follow.
    case unexpectedEnd(expected: String)
    /// The byte `found` stands where `expected` should.
    case unexpectedByte(found: UInt8, expected: String)
    /// A whole value is followed by something other than white space.
    case trailingText
    /// A string holds bytes that are not UTF-8 (Unicode 16, table 3-7).
    case invalidUTF8
    /// Valid JSON that cannot be held: a number beyond float64, such as 1e400.
    case numberOutOfRange
    /// Valid JSON that cannot be held: `\u0000` in a member's name.
    case nulInName
    /// jansson refused what the scanner accepted; `code` is its `json_error_code`.
    case parser(code: Int)
  }

  /// The reason.
  public let kind: Kind
  /// Where, in bytes from the start of the text.
  public let offset: Int

  /// - Parameters:
  ///   - kind: the reason.
  ///   - offset: where, in bytes from the start of the text.
  public init(_ kind: Kind, offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  /// Whether the text is JSON all the same, and only its value cannot be held. A request with such a text can be
  /// answered under its id.
  public var isGrammatical: Bool {
    switch kind {
    case .numberOutOfRange, .nulInName, .parser: true
    default: false
    }
  }

  /// The reason and the place, for a person.
  public var description: String {
    "\(reason) at byte \(offset)"
  }

  private var reason: String {
    switch kind {
    case .empty: "no JSON value"
    case .tooLarge(let limit): "JSON longer than \(limit) bytes"
    case .tooDeep(let limit): "JSON nested more than \(limit) deep"
    case .tooMany(let limit): "JSON of more than \(limit) values"
    case .unexpectedEnd(let expected): "JSON ends where \(expected) should follow"
    case .unexpectedByte(let found, let expected): "\(Self.name(of: found)) where \(expected) should stand"
    case .trailingText: "text after the JSON value"
    case .invalidUTF8: "bytes that are not UTF-8"
    case .numberOutOfRange: "a number beyond the range of float64"
    case .nulInName: "\\u0000 in a member's name"
    case .parser(let code): "JSON refused by the parser (code \(code))"
    }
  }

  private static func name(of byte: UInt8) -> String {
    (0x21...0x7E).contains(byte)
      ? "'\(Character(UnicodeScalar(byte)))'"
      : "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}
