/// A line of progress in whatever columns there are: a label, a bar, numbers.
struct BarLine {
  /// One of the numbers.
  struct Number {
    let text: String
    /// In its place where there is no room for all.
    var short: String?
    /// Where there is no room for these either, those with the least go first.
    let weight: Int
  }

  let label: String
  /// 0 to 1; nil where it is not known, and there is no bar.
  let share: Double?
  let numbers: [Number]
  /// The label's column, where the screen has room for it: several bars then stand below each other.
  var labelColumns = 0

  private static let barColumns = 10...30
  /// Of a longer label on a narrow screen.
  private static let leastLabelColumns = 12

  /// One line in at most `columns`. On a narrow screen first numbers that are missed least go, then the bar.
  func text(columns: Int) -> String {
    var shown = numbers
    let least = min(TextWidth.columns(label), Self.leastLabelColumns) + 2
    if least + TextWidth.columns(Self.joined(shown)) > columns {
      shown = shown.map { Number(text: $0.short ?? $0.text, weight: $0.weight) }
    }
    while shown.count > 1, least + TextWidth.columns(Self.joined(shown)) > columns {
      guard let lightest = shown.indices.min(by: { shown[$0].weight < shown[$1].weight }) else { break }
      shown.remove(at: lightest)
    }
    let numbers = Self.joined(shown)
    let room = columns - TextWidth.columns(numbers) - 4
    let barColumns = min(Self.barColumns.upperBound, room / 2)
    guard let share, barColumns >= Self.barColumns.lowerBound else {
      let line = TextWidth.clipped(label, to: max(1, room + 2)) + "  " + numbers
      return TextWidth.clipped(line, to: columns)
    }
    let filled = Int(Double(barColumns) * min(1, max(0, share)))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: barColumns - filled)
    let labelRoom = room - barColumns
    let head = TextWidth.padded(TextWidth.clipped(label, to: labelRoom), to: min(labelColumns, labelRoom))
    return head + "  " + bar + "  " + numbers
  }

  /// All of it without a bar, for a log.
  var plainText: String { label + "  " + Self.joined(numbers) }

  private static func joined(_ numbers: [Number]) -> String {
    numbers.map(\.text).joined(separator: "  ")
  }
}
