/// The tokens of a vocabulary by id, end to end in one array of bytes: a `String` for each of some thirty thousand would
/// take longer to make than everything else at a start, and more memory. Tokens are compared by their bytes.
public struct TokenList: Sendable, Equatable, RandomAccessCollection {
  /// The UTF-8 of all tokens, each valid by itself.
  public private(set) var bytes: [UInt8] = []
  /// Where each token starts in `bytes`, and behind them where the last one ends: `count + 1` ascending values.
  public private(set) var starts: [Int32] = [0]

  /// Bytes and tokens that a list holds at most: ids and places have 32 bits, and tables over them leave room.
  public static let limit = (bytes: Int(Int32.max), tokens: 1 << 30)

  /// The index = id of each token.
  public init(_ tokens: some Sequence<String> = []) {
    for token in tokens { append(token.utf8) }
  }

  /// 0, the first id.
  public var startIndex: Int { 0 }
  /// The number of tokens.
  public var endIndex: Int { starts.count - 1 }

  /// The token with that id, which must be in the list.
  public subscript(id: Int) -> String {
    String(decoding: bytes[range(id)], as: UTF8.self)
  }

  /// Where the token's bytes are.
  @inline(__always)
  public func range(_ id: Int) -> Range<Int> {
    Int(starts[id])..<Int(starts[id + 1])
  }

  /// The first id of a token with these bytes; nil where there is none.
  public func firstIndex(of token: String) -> Int? {
    let sought = Array(token.utf8)
    return indices.first { id in
      starts[id + 1] - starts[id] == sought.count && bytes[range(id)].elementsEqual(sought)
    }
  }

  /// The first token that is not UTF-8; nil where all are. Together they are checked much faster than one by one, and
  /// are valid one by one where the whole is and no token starts inside a scalar.
  public var firstInvalid: Int? {
    func isInside(_ start: Int32) -> Bool { start < bytes.count && UTF8Bytes.isContinuation(bytes[Int(start)]) }
    if String(validating: bytes, as: UTF8.self) != nil, !starts.contains(where: isInside) { return nil }
    return indices.first { String(validating: bytes[range($0)], as: UTF8.self) == nil }
  }

  /// Makes room for as many tokens of usual length.
  public mutating func reserveCapacity(_ count: Int) {
    starts.reserveCapacity(count + 1)
    bytes.reserveCapacity(count * 8)
  }

  /// Adds the token that is `prefix` and `rest` together. What is beyond `limit` is not added: readers of files check.
  public mutating func append(_ rest: some Collection<UInt8>, after prefix: [UInt8] = []) {
    append { bytes in
      bytes += prefix
      bytes += rest
    }
  }

  /// Adds the token whose bytes `write` appends; none beyond `limit`. For readers of whole vocabularies: not generic, so
  /// that another module's bytes are copied without looking up the type of their collection for each token, which is
  /// a third of a start.
  public mutating func append(writing write: (inout [UInt8]) -> Void) {
    let start = bytes.count
    write(&bytes)
    guard bytes.count <= Self.limit.bytes, count < Self.limit.tokens else { return bytes.removeSubrange(start...) }
    starts.append(Int32(bytes.count))
  }
}
