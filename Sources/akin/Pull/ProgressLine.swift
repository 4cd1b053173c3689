/// What a progress bar says at one moment.
struct ProgressLine {
  /// What is being fetched.
  let label: String
  let received: Int
  /// Nil where the other side does not tell.
  let total: Int?
  /// Bytes a second; nil before there is anything to measure.
  let rate: Double?

  private static let barColumns = 10...30
  /// The label's column, where the screen has room for it: the bars of several files then stand below each other.
  private static let labelColumns = 34

  /// One line in at most `columns`: label, bar, share, amount, rate, time left. On a narrow screen the bar goes first.
  func text(columns: Int) -> String {
    let room = columns - TextWidth.columns(numbers) - 4
    guard let total, total > 0 else { return TextWidth.clipped(label, to: room) + "  " + numbers }
    let barColumns = min(Self.barColumns.upperBound, room / 2)
    guard barColumns >= Self.barColumns.lowerBound else { return TextWidth.clipped(label, to: room) + "  " + numbers }
    let filled = Int(Double(barColumns) * min(1, Double(received) / Double(total)))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: barColumns - filled)
    let labelRoom = room - barColumns
    let shown = TextWidth.padded(TextWidth.clipped(label, to: labelRoom), to: min(Self.labelColumns, labelRoom))
    return shown + "  " + bar + "  " + numbers
  }

  /// The same without a bar, for a log.
  var plainText: String { label + "  " + numbers }

  private var numbers: String {
    [share, amount, rateText, timeLeft].compactMap { $0 }.joined(separator: "  ")
  }

  private var share: String? {
    guard let total, total > 0 else { return nil }
    // Rounded down: 100 % is said when it is true.
    let percent = String(Int(100 * min(1, Double(received) / Double(total))))
    return TextWidth.padded(percent, to: 3, alignment: .right) + " %"
  }

  private var amount: String {
    guard let total, received < total else { return NumberText.bytes(received) }
    return NumberText.bytes(received) + " of " + NumberText.bytes(total)
  }

  private var rateText: String? {
    rate.map { NumberText.bytes(Int($0)) + "/s" }
  }

  private var timeLeft: String? {
    guard let rate, rate >= 1, let total, total > received else { return nil }
    return NumberText.duration(.seconds(Double(total - received) / rate)) + " left"
  }
}
