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
}
