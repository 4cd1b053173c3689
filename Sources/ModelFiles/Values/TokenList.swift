/// The tokens of a vocabulary by id, end to end in one array of bytes: a `String` for each of some thirty thousand would
/// take longer to make than everything else at a start, and more memory. Tokens are compared by their bytes.
public struct TokenList: Sendable, Equatable, RandomAccessCollection {
  /// The UTF-8 of all tokens, each valid by itself.
  public private(set) var bytes: [UInt8] = []
  /// Where each token starts in `bytes`, and behind them where the last one ends: `count + 1` ascending values.
  public private(set) var starts: [Int] = [0]

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
    String(decoding: bytes[starts[id]..<starts[id + 1]], as: UTF8.self)
  }

  /// The first id of a token with these bytes; nil where there is none.
  public func firstIndex(of token: String) -> Int? {
    let sought = Array(token.utf8)
    return indices.first { id in
      starts[id + 1] - starts[id] == sought.count && bytes[starts[id]..<starts[id + 1]].elementsEqual(sought)
    }
  }

  /// The first token that is not UTF-8; nil where all are. Together they are checked much faster than one by one, and
  /// are valid one by one where the whole is and no token starts inside a scalar.
  var firstInvalid: Int? {
    func isInside(_ start: Int) -> Bool { start < bytes.count && bytes[start] & 0xC0 == 0x80 }
    if String(validating: bytes, as: UTF8.self) != nil, !starts.contains(where: isInside) { return nil }
    return indices.first { String(validating: bytes[starts[$0]..<starts[$0 + 1]], as: UTF8.self) == nil }
  }

  /// Makes room for as many tokens of usual length.
  mutating func reserveCapacity(_ count: Int) {
    starts.reserveCapacity(count + 1)
    bytes.reserveCapacity(count * 8)
  }

  /// Adds the token that is `prefix` and `rest` together.
  mutating func append(_ rest: some Collection<UInt8>, after prefix: [UInt8] = []) {
    bytes += prefix
    bytes += rest
    starts.append(bytes.count)
  }
}
