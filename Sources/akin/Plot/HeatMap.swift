/// Scores of texts against texts as coloured squares: `akin similarity --plot`.
struct HeatMap {
  let left: [String]
  let right: [String]
  /// `[left][right]`
  let scores: [[Float]]
  /// What a score is.
  let function: String
  /// The scores that get the first and the last colour.
  let range: ClosedRange<Float>

  /// Texts of a side, at most: a picture of more tells nothing, and takes megabytes.
  static let mostTexts = 500
  /// Sides of up to so many texts have numbers in their squares.
  private static let mostNumbers = 24
  private static let labelLetters = 36
  private static let margin = 12.0
  private static let legendSteps = 20, legendStep = 6.0

  var svg: SVG {
    let hasNumbers = max(left.count, right.count) <= Self.mostNumbers
    let side = hasNumbers ? 40.0 : max(4, min(20, 900 / Double(max(left.count, right.count))))
    let hasLabels = side >= 12
    let rows = hasLabels ? left.map { SVG.shortened($0, to: Self.labelLetters) } : []
    let columns = hasLabels ? right.map { SVG.shortened($0, to: Self.labelLetters) } : []
    let labelWidth = longest(rows)
    // Columns' labels stand on a slant.
    let top = 36 + longest(columns) * 0.71
    let (x, y) = (Self.margin + labelWidth + 6, Self.margin + top)
    var svg = SVG(
      width: x + side * Double(right.count) + max(Self.margin + 90, longest(columns) * 0.71),
      height: y + max(side * Double(left.count), Self.legendStep * Double(Self.legendSteps)) + Self.margin,
      title: "\(function) of \(left.count) by \(right.count) texts")
    for (row, line) in scores.enumerated() {
      if hasLabels { svg.text(rows[row], x: x - 6, y: y + side * (Double(row) + 0.5), anchor: .end) }
      for (column, score) in line.enumerated() {
        let (left, top) = (x + side * Double(column), y + side * Double(row))
        let number = NumberText.fixed(score, decimals: 2)
        svg.rectangle(
          x: left, y: top, width: side, height: side, color: Viridis.color(share(score)),
          tip: hasLabels ? "\(rows[row]) × \(columns[column]): \(number)" : nil)
        guard hasNumbers else { continue }
        svg.text(
          number, x: left + side / 2, y: top + side / 2, anchor: .middle, color: Viridis.textColor(share(score)))
      }
    }
    for (column, label) in columns.enumerated() {
      svg.text(label, x: x + side * (Double(column) + 0.5), y: y - 8, turned: 45)
    }
    legend(&svg, x: x + side * Double(right.count) + 16, y: y)
    return svg
  }

  /// What colours mean, beside the squares.
  private func legend(_ svg: inout SVG, x: Double, y: Double) {
    let (steps, height) = (Self.legendSteps, Self.legendStep)
    for step in 0..<steps {
      svg.rectangle(
        x: x, y: y + height * Double(step), width: 14, height: height,
        color: Viridis.color(1 - Double(step) / Double(steps - 1)))
    }
    svg.text(NumberText.fixed(range.upperBound, decimals: 2), x: x + 20, y: y + 6)
    svg.text(NumberText.fixed(range.lowerBound, decimals: 2), x: x + 20, y: y + height * Double(steps - 1))
  }

  private func share(_ score: Float) -> Double {
    let span = Double(range.upperBound) - Double(range.lowerBound)
    return span > 0 ? (Double(score) - Double(range.lowerBound)) / span : 0
  }

  private func longest(_ labels: [String]) -> Double {
    SVG.letter * Double(labels.reduce(0) { max($0, TextWidth.columns($1)) })
  }
}
