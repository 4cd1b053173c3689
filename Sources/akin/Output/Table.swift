/// Rows in aligned columns for a terminal, or tab-separated for a pipe.
struct Table {
  struct Column {
    let title: String
    var alignment = Alignment.left
    /// Gives way where the screen is too narrow, the widest first.
    var isFlexible = false
  }

  let columns: [Column]
  private(set) var rows: [[String]] = []

  /// Spaces between columns.
  private static let gap = 2
  /// The least a flexible column is cut to.
  private static let minimumFlexibleWidth = 8

  init(_ columns: [Column]) {
    self.columns = columns
  }

  /// - Parameter cells: one a column.
  mutating func append(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row of another length than the table's")
    rows.append(cells.map(TextWidth.printable))
  }

  /// The lines of the table: with titles and cut to the screen where a person reads, else without either.
  func lines(for terminal: Terminal) -> [String] {
    guard terminal.forReading else { return rows.map { $0.joined(separator: "\t") } }
    let widths = widths(screen: terminal.columns)
    let titles = terminal.paint(line(columns.map(\.title), widths: widths), .dim)
    return [titles] + rows.map { line($0, widths: widths) }
  }

  private func line(_ cells: [String], widths: [Int]) -> String {
    let padded = cells.indices.map { index in
      let clipped = TextWidth.clipped(cells[index], to: widths[index])
      // Nothing is gained by blanks at the end of a line.
      guard index < cells.count - 1 || columns[index].alignment == .right else { return clipped }
      return TextWidth.padded(clipped, to: widths[index], alignment: columns[index].alignment)
    }
    return padded.joined(separator: String(repeating: " ", count: Self.gap))
  }

  private func widths(screen: Int) -> [Int] {
    var widths = columns.indices.map { index in
      rows.reduce(TextWidth.columns(columns[index].title)) { max($0, TextWidth.columns($1[index])) }
    }
    let flexible = columns.indices.filter { columns[$0].isFlexible }
    var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - screen
    while excess > 0, let widest = flexible.max(by: { widths[$0] < widths[$1] }),
      widths[widest] > Self.minimumFlexibleWidth
    {
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}
