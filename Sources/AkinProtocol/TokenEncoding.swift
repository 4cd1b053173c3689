import JSON

/// A text, or a pair of texts, as the model sees it: parallel arrays, one entry a token.
public struct TokenEncoding: ProtocolValue {
  /// Vocabulary ids.
  public var ids: [Int32]
  /// The vocabulary's entries.
  public var tokens: [String]
  /// 0 for tokens of the first text, 1 for those of its pair.
  public var typeIDs: [Int32]
  /// 1 for every token: nothing is padded.
  public var attentionMask: [Int32]
  /// 1 for tokens that are in neither text, such as `[CLS]` and `[SEP]`.
  public var specialTokensMask: [Int32]
  /// Where a token stands in its own text, in units of the position encoding; empty at 0 for special tokens.
  public var offsets: [Range<Int>]
  /// Index of the token's word in its own text; nil for special tokens.
  public var wordIDs: [Int?]
  /// Tokens before any cut, special tokens included.
  public var total: Int
  /// Whether tokens were cut.
  public var truncated: Bool

  /// An encoding of these parts.
  public init(
    ids: [Int32], tokens: [String], typeIDs: [Int32], attentionMask: [Int32], specialTokensMask: [Int32],
    offsets: [Range<Int>], wordIDs: [Int?], total: Int, truncated: Bool
  ) {
    self.ids = ids
    self.tokens = tokens
    self.typeIDs = typeIDs
    self.attentionMask = attentionMask
    self.specialTokensMask = specialTokensMask
    self.offsets = offsets
    self.wordIDs = wordIDs
    self.total = total
    self.truncated = truncated
  }

  /// Reads an encoding; unknown members are ignored.
  public init(_ field: JSONField) throws(JSONFieldError) {
    ids = try field["ids"].tokenIDs()
    tokens = try field["tokens"].strings()
    typeIDs = try field["typeIds"].tokenIDs()
    attentionMask = try field["attentionMask"].tokenIDs()
    specialTokensMask = try field["specialTokensMask"].tokenIDs()
    offsets = try field["offsets"].list { field throws(JSONFieldError) in
      let ends = try field.counts()
      guard ends.count == 2, ends[0] <= ends[1] else {
        throw field.mismatch("[start, end] with start <= end", found: "\(ends)")
      }
      return ends[0]..<ends[1]
    }
    wordIDs = try field["wordIds"].list { field throws(JSONFieldError) in
      try field.optionalInt(atLeast: 0)
    }
    total = try field["total"].int(in: 0...Int.max)
    truncated = try field["truncated"].bool()
  }

  /// The encoding as an object of arrays.
  ///
  /// The arrays of integers are written here as text: an encoding has seven values a token, and a long text a million
  /// tokens.
  public var json: JSONValue {
    .object([
      "ids": Self.integers(ids),
      "tokens": .array(tokens.map { .string($0) }),
      "typeIds": Self.integers(typeIDs),
      "attentionMask": Self.integers(attentionMask),
      "specialTokensMask": Self.integers(specialTokensMask),
      "offsets": Self.array(offsets) { "[\($0.lowerBound),\($0.upperBound)]" },
      "wordIds": Self.array(wordIDs) { $0.map(String.init) ?? "null" },
      "total": .integer(Int64(total)),
      "truncated": .bool(truncated),
    ])
  }

  private static func integers(_ values: [Int32]) -> JSONValue {
    array(values) { String($0) }
  }

  /// An array whose items are JSON already.
  private static func array<T>(_ items: [T], _ text: (T) -> String) -> JSONValue {
    var bytes: [UInt8] = [UInt8(ascii: "[")]
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += text(item).utf8
    }
    bytes.append(UInt8(ascii: "]"))
    return .serialized(bytes)
  }
}
