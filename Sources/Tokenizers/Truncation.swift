/// Which tokens of one or two texts are kept.
enum Truncation {
  /// The strategy `longest_first`: how many tokens of each text are kept.
  /// - Parameters:
  ///   - first: tokens of the text.
  ///   - second: tokens of the second text; `nil` if there is none.
  ///   - limit: tokens for both, at least 0; `nil` keeps everything.
  static func longestFirst(_ first: Int, _ second: Int?, limit: Int?) -> (first: Int, second: Int) {
    guard let limit, first + (second ?? 0) > limit else { return (first, second ?? 0) }
    guard let second else { return (limit, 0) }
    // Both are cut to one half, the longer one taking the odd token; or only the longer one, where the shorter one fits
    // into its half.
    let shorter = min(first, second)
    let half = min(shorter, limit / 2)
    let rest = limit - half
    return first > second ? (rest, half) : (half, rest)
  }
}

extension TruncationSide {
  /// The places that are left of `count` where `kept` are kept.
  func kept(_ kept: Int, of count: Int) -> Range<Int> {
    self == .right ? 0..<kept : count - kept..<count
  }
}
