/// Makes a list of merges of the tokens' names, as files have them.
public struct MergeBuilder: Sendable {
  private let tokens: TokenList
  private let table: TokenTable
  private let prefix: [UInt8]
  /// What was appended.
  public private(set) var merges = MergeList()

  /// - Parameters:
  ///   - tokens: the vocabulary.
  ///   - continuingPrefix: what a second token loses where it is joined.
  public init(_ tokens: TokenList, continuingPrefix: String = "") {
    self.tokens = tokens
    prefix = Array(continuingPrefix.utf8)
    var table = TokenTable(capacity: tokens.count)
    for id in tokens.indices { _ = table.insert(Int32(id), tokens, replaces: true) }
    self.table = table
  }

  /// Adds the merge of the next rank.
  /// - Returns: false where one of the two, or both together, is no token; nothing is added then.
  public mutating func append(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> Bool {
    let (left, right) = (Array(left), Array(right))
    guard right.count >= prefix.count else { return false }
    let joined = left + right.dropFirst(prefix.count)
    guard let first = table.find(left, 0..<left.count, tokens), let second = table.find(right, 0..<right.count, tokens),
      let both = table.find(joined, 0..<joined.count, tokens)
    else { return false }
    merges.append(first, second, joined: both)
    return true
  }

  /// Adds the merge of the next rank, as above.
  public mutating func append(_ left: String, _ right: String) -> Bool {
    append(left.utf8, right.utf8)
  }

  /// The merges of a vocabulary that SentencePiece trained: every token is made of any two others that spell it, and the
  /// token with the highest score is made first.
  /// - Parameters:
  ///   - scores: one for each token.
  ///   - isMade: whether a token is made of others at all.
  public static func merges(of tokens: TokenList, scores: [Double], where isMade: (Int) -> Bool) -> MergeList {
    struct Merge {
      let score: Double
      let lengths: (left: Int, right: Int)
      let left, right, joined: Int32
    }
    var table = TokenTable(capacity: tokens.count)
    for id in tokens.indices { _ = table.insert(Int32(id), tokens, replaces: true) }
    var merges: [Merge] = []
    for id in tokens.indices where isMade(id) {
      let range = tokens.range(id)
      var own: [Merge] = []
      for middle in range.dropFirst() where !UTF8Bytes.isContinuation(tokens.bytes[middle]) {
        guard let left = table.find(tokens.bytes, range.lowerBound..<middle, tokens),
          let right = table.find(tokens.bytes, middle..<range.upperBound, tokens)
        else { continue }
        let lengths = (scalars(tokens, range.lowerBound..<middle), scalars(tokens, middle..<range.upperBound))
        own.append(Merge(score: scores[id], lengths: lengths, left: left, right: right, joined: Int32(id)))
      }
      merges += own.sorted { ($0.left, $0.right) < ($1.left, $1.right) }
    }
    // Stable, as the sorting of the converter that transformers has: equal ones keep their order.
    let order = merges.indices.sorted { first, second in
      let (a, b) = (merges[first], merges[second])
      if a.score != b.score { return a.score > b.score }
      return a.lengths != b.lengths ? a.lengths > b.lengths : first < second
    }
    var list = MergeList()
    list.reserveCapacity(order.count)
    for index in order { list.append(merges[index].left, merges[index].right, joined: merges[index].joined) }
    return list
  }

  private static func scalars(_ tokens: TokenList, _ range: Range<Int>) -> Int {
    tokens.bytes[range].reduce(0) { $0 + (UTF8Bytes.isContinuation($1) ? 0 : 1) }
  }
}
