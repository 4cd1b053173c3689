/// What the scanner found in a JSON text: where the parts of the outermost value lie, and what jansson cannot hold.
package struct JSONOutline: Sendable, Equatable {
  /// The kind of a value, known by its first byte.
  package enum Kind: Sendable, Equatable {
    /// The kinds of RFC 8259.
    case object, array, string, number, bool, null

    init(firstByte: UInt8) {
      self =
        switch firstByte {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }
  }

  /// A member of the outermost object or an element of the outermost array.
  package struct Part: Sendable, Equatable {
    /// The name with its quotes; empty for an element.
    package let name: Range<Int>
    /// The value without blanks around it.
    package let value: Range<Int>
  }

  /// A change without which jansson would refuse the whole document.
  enum Repair: Sendable, Equatable {
    /// The six bytes of a lone surrogate escape from `offset` become `\ufffd`.
    case replaceSurrogate(offset: Int)
    /// An integer beyond 64 bits ends at `offset`; an exponent of zero makes jansson read it as float64.
    case widenInteger(offset: Int)
  }

  /// Kind of the outermost value.
  package internal(set) var kind = Kind.null
  /// The outermost value without blanks around it.
  package internal(set) var span = 0..<0
  /// Its members or elements in order; duplicates are kept.
  package internal(set) var parts: [Part] = []
  /// In the order of the text.
  var repairs: [Repair] = []
  /// The first part of the text that is JSON and that a `JSONValue` cannot hold.
  package internal(set) var unrepresentable: JSONParseError?

  /// Scans a whole text.
  /// - Throws: for what is not JSON.
  package static func scan(
    _ bytes: [UInt8], limits: JSONLimits = JSONLimits()
  ) throws(JSONParseError) -> JSONOutline {
    try bytes.withUnsafeBufferPointer { buffer throws(JSONParseError) in
      try JSONScanner.scan(buffer.span, limits: limits, detail: .outline)
    }
  }
}
