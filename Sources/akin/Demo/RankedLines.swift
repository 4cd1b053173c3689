/// Documents in the order of their scores: the best with a bar and in full, the others dim.
enum RankedLines {
  /// Columns of the bar of score 1, on a wide screen.
  private static let maximumBarColumns = 20
  private static let scoreColumns = 6
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  static func lines(
    _ ranked: [(index: Int, score: Float)], documents: [String], terminal: Terminal
  ) -> [String] {
    let barColumns = min(maximumBarColumns, terminal.columns / 5)
    return ranked.enumerated().map { place, entry in
      let score = TextWidth.padded(NumberText.fixed(entry.score, decimals: 3), to: scoreColumns, alignment: .right)
      let bar = TextWidth.padded(bar(entry.score, columns: barColumns), to: barColumns)
      let text = TextWidth.clipped(documents[entry.index], to: terminal.columns - scoreColumns - barColumns - 4)
      if place == 0 { return terminal.paint(score, .good) + "  " + terminal.paint(bar, .good) + "  " + text }
      return terminal.paint(score + "  " + bar + "  " + text, .dim)
    }
  }

  /// Blocks in eighths of a column; nothing for scores up to 0.
  private static func bar(_ score: Float, columns: Int) -> String {
    let units = Int((min(max(score, 0), 1) * Float(columns * 8)).rounded())
    return String(repeating: "█", count: units / 8) + eighths[units % 8]
  }
}
