/// Documents in the order of their scores: the best with a bar and in full, the others dim.
enum RankedLines {
  /// Columns of the bar of score 1.
  private static let barColumns = 20
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  static func lines(
    _ ranked: [(index: Int, score: Float)], documents: [String], terminal: Terminal
  ) -> [String] {
    ranked.enumerated().map { place, entry in
      let score = TextWidth.padded(NumberText.fixed(entry.score, decimals: 3), to: 6, alignment: .right)
      let bar = TextWidth.padded(bar(entry.score), to: barColumns)
      let room = terminal.columns - 6 - 2 - barColumns - 2
      let text = TextWidth.clipped(documents[entry.index], to: max(20, room))
      if place == 0 { return terminal.paint(score, .good) + "  " + terminal.paint(bar, .good) + "  " + text }
      return terminal.paint(score + "  " + bar + "  " + text, .dim)
    }
  }

  /// Blocks in eighths of a column; nothing for scores up to 0.
  private static func bar(_ score: Float) -> String {
    let units = Int((min(max(score, 0), 1) * Float(barColumns * 8)).rounded())
    return String(repeating: "█", count: units / 8) + eighths[units % 8]
  }
}
