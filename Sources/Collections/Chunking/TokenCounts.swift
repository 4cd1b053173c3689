import Tokenizers

/// How much of the model's length any part of a text takes.
struct TokenCounts: Sendable {
  /// Bytes that count as a token at least, so that long runs without tokens of their own, such as blank lines or one
  /// unknown word of a megabyte, make no endless chunk.
  private static let bytesPerToken = 16

  /// The first byte of each token.
  private let starts: [Int]

  init(_ text: String, tokenizer: Tokenizer) {
    starts = tokenizer.tokenStarts(text)
  }

  /// Tokens of a range, or what its bytes count for where that is more.
  func size(_ range: Range<Int>) -> Int {
    max(
      index(of: range.upperBound) - index(of: range.lowerBound),
      (range.count + Self.bytesPerToken - 1) / Self.bytesPerToken)
  }

  /// The furthest end that keeps `start..<end` within a size of `limit`, which is 1 or more.
  func end(from start: Int, limit: Int, notPast last: Int) -> Int {
    let token = index(of: start) + limit
    let byTokens = token < starts.count ? starts[token] : last
    return min(max(byTokens, start + 1), start + limit * Self.bytesPerToken, last)
  }

  /// The nearest start that keeps `start..<end` within a size of `limit`.
  func start(to end: Int, limit: Int) -> Int {
    let token = index(of: end) - limit
    return max(token >= 0 && !starts.isEmpty ? starts[token] : 0, end - limit * Self.bytesPerToken)
  }

  /// Tokens that start before an offset.
  private func index(of offset: Int) -> Int {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
