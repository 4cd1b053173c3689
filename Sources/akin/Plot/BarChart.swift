import AkinCollections

/// Results of queries with their scores as bars: `akin search --plot`.
struct BarChart {
  /// A query with what was found.
  struct Group {
    let title: String
    var bars: [Bar] = []
  }

  /// A result.
  struct Bar {
    /// Where it is.
    let label: String
    /// What it says.
    let text: String
    let score: Float
  }

  var groups: [Group] = []
  /// What a score is.
  let measure: String

  private static let labelLetters = 44, titleLetters = 100
  private static let rowHeight = 24.0
  private static let barWidth = 320.0
  private static let margin = 12.0

  /// A place is known by its end, a text by its beginning.
  private func label(_ bar: Bar) -> String {
    bar.label == bar.text
      ? SVG.shortened(bar.label, to: Self.labelLetters) : SVG.ending(bar.label, in: Self.labelLetters)
  }

  var svg: SVG {
    let labels = groups.flatMap(\.bars).map { label($0) }
    let labelWidth = SVG.letter * Double(labels.reduce(0) { max($0, TextWidth.columns($1)) })
    // A title over each, and a blank row between them.
    let rows = groups.reduce(0) { $0 + max($1.bars.count, 1) } + max(1, 2 * groups.count - 1)
    let x = Self.margin + labelWidth + 8
    let titles = groups.map { SVG.shortened($0.title, to: Self.titleLetters) }
    let titleWidth = SVG.boldLetter * Double(titles.reduce(0) { max($0, TextWidth.columns($1)) })
    var svg = SVG(
      width: max(x + Self.barWidth + 64, titleWidth + 2 * Self.margin),
      height: 2 * Self.margin + Self.rowHeight * Double(rows),
      title: "\(measure) of what was found for \(groups.count == 1 ? "one query" : "\(groups.count) queries")")
    let scores = groups.flatMap { $0.bars.map(\.score) }
    // Bars begin at zero, or at the least score where that is below.
    let (low, high) = (min(0, scores.min() ?? 0), max(scores.max() ?? 1, .leastNormalMagnitude))
    var y = Self.margin + Self.rowHeight / 2
    for (group, title) in zip(groups, titles) {
      svg.text(title, x: Self.margin, y: y, isBold: true)
      y += Self.rowHeight
      if group.bars.isEmpty {
        svg.text("nothing found", x: Self.margin, y: y)
        y += Self.rowHeight
      }
      for bar in group.bars {
        let share = Double((bar.score - low) / (high - low))
        svg.text(label(bar), x: x - 8, y: y, anchor: .end)
        svg.rectangle(
          x: x, y: y - 8, width: max(1, Self.barWidth * share), height: 16, color: Viridis.color(share),
          tip: SVG.shortened(bar.text, to: 300))
        svg.text(NumberText.fixed(bar.score, decimals: 3), x: x + Self.barWidth * share + 6, y: y)
        y += Self.rowHeight
      }
      y += Self.rowHeight
    }
    return svg
  }
}

extension BarChart.Group {
  /// Places of folders, by how similar their texts are to the query, or by what has ranked them where that is not known.
  init(_ query: String, _ hits: [CollectionHit], _ names: HitNames) {
    self.init(
      title: query,
      bars: hits.map { hit in
        BarChart.Bar(
          label: names.place(of: hit, lines: "\(hit.span.start.line + hit.bestLine + 1)"), text: hit.text,
          score: hit.similarity ?? hit.score)
      })
  }
}
