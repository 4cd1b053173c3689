/// What a progress bar says at one moment.
struct ProgressLine {
  /// What is being fetched.
  let label: String
  let received: Int
  /// Nil where the other side does not tell.
  let total: Int?
  /// Bytes a second; nil before there is anything to measure.
  let rate: Double?

  /// The bars of several files stand below each other.
  private static let labelColumns = 34

  /// One line in at most `columns`: label, bar, share, amount, rate, time left.
  func text(columns: Int) -> String { line.text(columns: columns) }

  /// The same without a bar, for a log.
  var plainText: String { line.plainText }

  private var line: BarLine {
    let part = total.flatMap { $0 > 0 ? Double(received) / Double($0) : nil }
    let numbers = [(share, 4), (amount, 1), (rateText, 2), (timeLeft, 3)]
    return BarLine(
      label: label, share: part,
      numbers: numbers.compactMap { text, weight in text.map { BarLine.Number(text: $0, weight: weight) } },
      labelColumns: Self.labelColumns)
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
