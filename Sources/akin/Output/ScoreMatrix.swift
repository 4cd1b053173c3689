/// Scores of texts against texts as a coloured grid with the texts beside it.
struct ScoreMatrix {
  /// Names of the rows.
  let left: [String]
  /// Names of the columns; nil where they are the rows'.
  let right: [String]?
  /// `[left][right]`.
  let scores: [[Float]]
  let color: ScoreColor
  var decimals = 2

  private var columnNames: [String] { right ?? left }

  /// The grid, at most as wide as the screen: columns that do not fit follow in blocks below.
  func lines(for terminal: Terminal) -> [String] {
    let names = left.map(TextWidth.printable)
    let numberWidth = max(String(left.count).count, String(columnNames.count).count)
    let cellWidth = cellWidth(numberWidth)
    let longest = names.reduce(0) { max($0, TextWidth.columns($1)) }
    let labelWidth = min(longest, max(12, terminal.columns / 2))
    let margin = numberWidth + 1 + labelWidth + 2
    let perBlock = max(1, (terminal.columns - margin) / cellWidth)
    var lines: [String] = []
    for start in stride(from: 0, to: columnNames.count, by: perBlock) {
      let block = start..<min(start + perBlock, columnNames.count)
      if start > 0 { lines.append("") }
      let heads = block.map { TextWidth.padded(String($0 + 1), to: cellWidth, alignment: .right) }
      lines.append(terminal.paint(String(repeating: " ", count: margin) + heads.joined(), .dim))
      for (row, name) in names.enumerated() {
        let number = TextWidth.padded(String(row + 1), to: numberWidth, alignment: .right)
        let label = TextWidth.padded(TextWidth.clipped(name, to: labelWidth), to: labelWidth)
        let cells = block.map { cell(scores[row][$0], width: cellWidth, terminal) }
        lines.append(terminal.paint(number, .dim) + " " + label + "  " + cells.joined())
      }
    }
    return lines + legend(numberWidth: numberWidth, terminal)
  }

  /// Room for the widest number, and a blank on both sides.
  private func cellWidth(_ numberWidth: Int) -> Int {
    let numbers = scores.flatMap { $0 }.map { NumberText.fixed($0, decimals: decimals).count }
    return max(numbers.max() ?? 4, numberWidth, 4) + 2
  }

  private func cell(_ score: Float, width: Int, _ terminal: Terminal) -> String {
    let number = NumberText.fixed(score, decimals: decimals) + " "
    return terminal.paint(TextWidth.padded(number, to: width, alignment: .right), color.style(score))
  }

  /// What the columns' numbers stand for, where it is not the rows.
  private func legend(numberWidth: Int, _ terminal: Terminal) -> [String] {
    guard let right else { return [] }
    return [""]
      + right.enumerated().map { index, name in
        let number = TextWidth.padded(String(index + 1), to: numberWidth, alignment: .right)
        let text = TextWidth.clipped(TextWidth.printable(name), to: terminal.columns - numberWidth - 1)
        return terminal.paint(number, .dim) + " " + text
      }
  }
}
