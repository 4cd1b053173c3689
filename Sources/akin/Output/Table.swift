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
  /// Less of a flexible column says too little: rows are then laid out one below the other.
  private static let leastReadableWidth = 24

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
    guard isReadable(widths, screen: terminal.columns) else { return stacked(for: terminal) }
    let titles = terminal.paint(line(columns.map(\.title), widths: widths), .dim)
    return [titles] + rows.map { line($0, widths: widths) }
  }

  private func isReadable(_ widths: [Int], screen: Int) -> Bool {
    let natural = self.widths(screen: .max)
    let isCut = columns.indices.contains { widths[$0] < natural[$0] && widths[$0] < Self.leastReadableWidth }
    return !isCut && widths.reduce(0, +) + Self.gap * (columns.count - 1) <= screen
  }

  /// The first cell of each row on a line of its own, whole, and the others with their titles below it.
  private func stacked(for terminal: Terminal) -> [String] {
    rows.flatMap { row in
      var lines = [row[0]]
      var line = ""
      for (column, cell) in zip(columns, row).dropFirst() where !cell.isEmpty {
        let part = column.title + " " + cell
        if !line.isEmpty, 2 + TextWidth.columns(line) + Self.gap + TextWidth.columns(part) > terminal.columns {
          lines += Self.hanging(line, to: terminal.columns)
          line = ""
        }
        line += (line.isEmpty ? "" : String(repeating: " ", count: Self.gap)) + part
      }
      if !line.isEmpty { lines += Self.hanging(line, to: terminal.columns) }
      return lines
    }
  }

  private static func hanging(_ line: String, to width: Int) -> [String] {
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    return TextWidth.hanging(words, after: "  ", 4, to: width)
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
