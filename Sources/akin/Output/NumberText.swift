/// Numbers as a person reads them.
enum NumberText {
  /// `value` with a fixed number of decimals, as `printf("%.3f")` writes it: "-0.070". A value that rounds to zero
  /// has no sign.
  static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = (value * scale).rounded()
    // Beyond what an Int64 holds there are no decimals left to show.
    guard abs(scaled) < 9e18 else { return "\(value)" }
    let digits = String(abs(Int64(scaled)))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let whole = (scaled < 0 ? "-" : "") + padded.dropLast(decimals)
    return decimals == 0 ? String(whole) : whole + "." + padded.suffix(decimals)
  }

  /// `value` with a fixed number of decimals.
  static func fixed(_ value: Float, decimals: Int) -> String {
    fixed(Double(value), decimals: decimals)
  }

  /// The parts of a sum, rounded so that what is shown of them adds up to what is shown of the sum: each is off by less than a step.
  static func addingUp(_ parts: [Float], to sum: Float, decimals: Int) -> [String] {
    let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
    var (exact, shown) = (0.0, 0.0)
    return parts.enumerated().map { index, part in
      exact += Double(part)
      let next = ((index == parts.count - 1 ? Double(sum) : exact) * scale).rounded()
      defer { shown = next }
      return fixed((next - shown) / scale, decimals: decimals)
    }
  }

  /// "87.3 MiB"; exact below a KiB.
  static func bytes(_ count: Int) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"]
    guard count >= 1024 else { return "\(count) B" }
    var value = Double(count) / 1024
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return fixed(value, decimals: value < 10 ? 1 : 0) + " " + units[unit]
  }

  /// "0.8 s", "12 s", "3 min 05 s", "2 h 10 min".
  static func duration(_ duration: Duration) -> String {
    let (whole, attoseconds) = duration.components
    let seconds = Double(whole) + Double(attoseconds) * 1e-18
    if seconds < 9.95 { return fixed(seconds, decimals: 1) + " s" }
    let rounded = Int(min(seconds, 1e9).rounded())
    if rounded < 60 { return "\(rounded) s" }
    func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if rounded < 3600 { return "\(rounded / 60) min \(twoDigits(rounded % 60)) s" }
    return "\(rounded / 3600) h \(twoDigits(rounded % 3600 / 60)) min"
  }

  /// "1 text", "2 texts".
  static func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }
}
