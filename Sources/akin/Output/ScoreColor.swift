/// The colour of a score: dark blue for far, through green, to yellow for near, as in the viridis map.
struct ScoreColor {
  /// The scores that get the first and the last colour.
  private let range: ClosedRange<Float>

  /// For cosines of text vectors, which are hardly ever below zero.
  static let cosine = ScoreColor(range: 0...1)

  /// For scores without a known range: the smallest is far and the largest is near.
  init(spanning scores: [Float]) {
    let finite = scores.filter(\.isFinite)
    range = (finite.min() ?? 0)...(finite.max() ?? 1)
  }

  private init(range: ClosedRange<Float>) {
    self.range = range
  }

  /// Colours 17 to 227 of the 256-colour palette, evenly brighter.
  private static let palette = [17, 18, 24, 30, 36, 42, 78, 114, 150, 186, 227]
  /// Indices from here on carry black text.
  private static let firstBright = 5

  func style(_ score: Float) -> Style {
    let span = range.upperBound - range.lowerBound
    let position = span > 0 && score.isFinite ? (score - range.lowerBound) / span : 0
    let last = Self.palette.count - 1
    let index = Int((min(max(position, 0), 1) * Float(last)).rounded())
    return .cell(background: Self.palette[index], lightText: index < Self.firstBright)
  }
}
