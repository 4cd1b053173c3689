/// How numbers in cells are shown, where that makes something else of them: dates and times, which are stored as days.
struct SheetFormats {
  private enum Kind {
    case number, date, time, both
    /// Hours that go on beyond a day's.
    case span
  }

  /// Of each style of cells.
  private var kinds: [Kind] = []
  /// Days from the first that is counted to 1970.
  private let daysTo1970: Int

  /// - Parameter styles: the part of that name; nil where there is none.
  init(_ styles: XMLList?, countsFrom1904: Bool) {
    daysTo1970 = countsFrom1904 ? 24_107 : 25_569
    guard let styles else { return }
    var codes: [Int: String] = [:]
    for format in styles.all("numFmt") {
      if let id = format["numFmtId"].flatMap({ Int($0) }), let code = format["formatCode"] { codes[id] = code }
    }
    // Only behind that element they are those of cells.
    for (_, attributes) in styles.elements.drop(while: { $0.name != "cellXfs" }) where attributes["numFmtId"] != nil {
      let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
      kinds.append(codes[id].map(Self.kind) ?? Self.kind(builtIn: id))
    }
  }

  /// ECMA-376, part 1, 18.8.30.
  private static func kind(builtIn id: Int) -> Kind {
    switch id {
    case 14...17, 27...31, 36, 50...54, 57, 58: .date
    case 18...21, 32...35, 45, 47, 55, 56: .time
    case 22: .both
    case 46: .span
    default: .number
    }
  }

  /// What a code such as `dd\.mm\.yyyy` shows; of `m` alone nobody knows whether months or minutes are meant.
  private static func kind(_ code: String) -> Kind {
    var letters = ""
    var (isQuoted, isEscaped, isBracketed) = (false, false, false)
    var bracketed = ""
    for character in code.lowercased() {
      if isEscaped {
        isEscaped = false
      } else if character == "\"" {
        isQuoted.toggle()
      } else if isQuoted {
        continue
      } else if character == "\\" || character == "_" || character == "*" {
        isEscaped = true
      } else if character == "[" || character == "]" {
        isBracketed = character == "["
        if !isBracketed, ["h", "hh", "m", "mm", "s", "ss"].contains(bracketed) { return .span }
        bracketed = ""
      } else if isBracketed {
        bracketed.append(character)
      } else if character == ";" {
        break
      } else {
        letters.append(character)
      }
    }
    if letters.contains("general") { return .number }
    let hasDays = letters.contains("y") || letters.contains("d") || letters.contains("mmm")
    let hasHours = letters.contains("h") || letters.contains("s")
    return hasDays ? hasHours ? .both : .date : hasHours ? .time : .number
  }

  /// A number as a cell of a style shows it, dates as 2024-05-31 in whatever language.
  func shown(_ text: String, style: Int) -> String {
    guard let number = Double(text), number.isFinite else { return text }
    let kind = kinds.indices.contains(style) ? kinds[style] : .number
    // From 0 to the last day of the year 9999.
    guard kind != .number, (0..<2_958_466).contains(number) else { return Self.rounded(number, text) }
    let seconds = Int((number * 86_400).rounded())
    let (days, rest) = (seconds / 86_400, seconds % 86_400)
    switch kind {
    case .number: return text
    case .date: return day(days)
    case .time: return Self.clock(rest)
    case .both: return day(days) + " " + Self.clock(rest)
    case .span: return Self.clock(seconds)
    }
  }

  /// With no more than the fifteen digits that are shown.
  private static func rounded(_ number: Double, _ text: String) -> String {
    guard text.utf8.count > 16, number != 0, abs(number) < 1e15, abs(number) > 1e-9 else { return text }
    var scale = 1.0
    while abs(number * scale) < 1e14 { scale *= 10 }
    return "\((number * scale).rounded() / scale)"
  }

  private static func clock(_ seconds: Int) -> String {
    let clock = two(seconds / 3600) + ":" + two(seconds / 60 % 60)
    return seconds % 60 == 0 ? clock : clock + ":" + two(seconds % 60)
  }

  private static func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }

  /// The day of the Gregorian calendar.
  private func day(_ days: Int) -> String {
    // The first program counted a 29 February 1900, so that the days before it are one too early.
    let isBefore = daysTo1970 == 25_569 && days < 60
    var left = days - daysTo1970 + (isBefore ? 1 : 0) + 719_162
    // Days since the first of January of the year 1, by cycles of 400, 100, 4 and 1 years.
    let (cycles, rest) = left.quotientAndRemainder(dividingBy: 146_097)
    let centuries = min(rest / 36_524, 3)
    let fours = (rest - centuries * 36_524) / 1461
    let years = min((rest - centuries * 36_524 - fours * 1461) / 365, 3)
    left = rest - centuries * 36_524 - fours * 1461 - years * 365
    let year = cycles * 400 + centuries * 100 + fours * 4 + years + 1
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    var month = 0
    for length in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
      month += 1
      if left < length { break }
      left -= length
    }
    return "\(year)-\(Self.two(month))-\(Self.two(left + 1))"
  }
}
