/// WordPiece: the longest entry that the rest of the word starts with, again and again; one unknown token where there is
/// none, or where the word is too long.
struct WordPiece: Sendable {
  private let vocabulary: Vocabulary
  /// What follows the continuing prefix.
  private let continuing: TokenTable
  private let maxWordLength: Int
  private let unknownID: Int32

  init(_ model: WordPieceModel, _ vocabulary: Vocabulary, unknownID: Int32) {
    self.vocabulary = vocabulary
    self.unknownID = unknownID
    maxWordLength = model.maxWordLength
    let tokens = vocabulary.tokens
    let prefix = Array(model.continuingPrefix.utf8)
    let ids = tokens.indices.filter { id in
      let range = tokens.range(id)
      return range.count > prefix.count
        && prefix.indices.allSatisfy { tokens.bytes[range.lowerBound + $0] == prefix[$0] }
    }
    var continuing = TokenTable(capacity: ids.count, skip: prefix.count)
    for id in ids { _ = continuing.insert(Int32(id), tokens) }
    self.continuing = continuing
  }

  /// Appends the pieces of the word at `word` of `bytes`.
  @inline(__always)
  func append(_ word: Range<Int>, of bytes: [UInt8], _ scratch: inout ModelScratch, to pieces: inout [Piece]) {
    let first = pieces.count
    let isTooLong = isTooLong(word, bytes)
    var start = word.lowerBound
    while !isTooLong, start < word.upperBound,
      let (id, end) = longestPrefix(
        of: bytes, start..<word.upperBound, inside: start > word.lowerBound, hashes: &scratch.hashes)
    {
      pieces.append(Piece(id: id, start: start, end: end))
      start = end
    }
    guard start < word.upperBound else { return }
    pieces.removeLast(pieces.count - first)
    pieces.append(Piece(id: unknownID, start: word.lowerBound, end: word.upperBound))
  }

  @inline(__always)
  private func isTooLong(_ word: Range<Int>, _ bytes: [UInt8]) -> Bool {
    guard word.count > maxWordLength else { return false }
    let scalars = bytes[word].reduce(0) { $0 + (UTF8Bytes.isContinuation($1) ? 0 : 1) }
    return scalars > maxWordLength
  }

  /// The longest token that `bytes[range]` starts with, at the start of a word or inside it.
  /// - Parameter hashes: room for the hash of every prefix; kept by the caller to be used again.
  /// - Returns: the token and where it ends.
  @inline(__always)
  private func longestPrefix(
    of bytes: [UInt8], _ range: Range<Int>, inside: Bool, hashes: inout [UInt32]
  ) -> (id: Int32, end: Int)? {
    let table = inside ? continuing : vocabulary.table
    let tokens = vocabulary.tokens
    let longest = min(range.count, table.longest)
    guard longest > 0 else { return nil }
    // Most words are tokens: those cost one look.
    if longest == range.count,
      let id = table.find(bytes, range, hash: TokenTable.hash(bytes, range), tokens)
    {
      return (id, range.upperBound)
    }
    hashes.removeAll(keepingCapacity: true)
    var hash = TokenTable.seed
    for index in range.lowerBound..<range.lowerBound + longest {
      hash = TokenTable.extend(hash, bytes[index])
      hashes.append(TokenTable.finish(hash))
    }
    var end = range.lowerBound + longest
    while end > range.lowerBound {
      // A piece ends where a scalar ends.
      if end == bytes.count || !UTF8Bytes.isContinuation(bytes[end]),
        let id = table.find(bytes, range.lowerBound..<end, hash: hashes[end - range.lowerBound - 1], tokens)
      {
        return (id, end)
      }
      end -= 1
    }
    return nil
  }
}
