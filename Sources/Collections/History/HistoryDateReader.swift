/// Puts together what the words of a text say about a time.
struct HistoryDateReader {
  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]
  private static let weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
  private static let numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
  private static let fillers: Set<String> = ["at", "on", "the", "of", "and"]
  private static let units: [(names: [String], seconds: Int)] = [
    (["s", "sec", "secs", "second", "seconds"], 1), (["min", "mins", "minute", "minutes"], 60),
    (["h", "hr", "hrs", "hour", "hours"], 3600), (["d", "day", "days"], 86_400), (["w", "week", "weeks"], 604_800),
    (["fortnight", "fortnights"], 1_209_600),
  ]
  private static let monthUnits: [(names: [String], months: Int)] = [
    (["month", "months"], 1), (["y", "yr", "yrs", "year", "years"], 12),
  ]
  /// Of a unit.
  private static let most = 1_000_000

  private let now: Int
  private var words: ArraySlice<HistoryDateWord> = []

  private var year: Int?, month: Int?, day: Int?
  private var weekday: Int?
  /// Days before today that are named.
  private var daysAgo: Int?
  private var clock: (hour: Int, minute: Int, second: Int)?
  private var zone: Int?
  /// Of spans.
  private var monthsBack: Int?, secondsBack: Int?
  private var instant: Int?

  init(now: Int) {
    self.now = now
  }

  // MARK: Reading

  /// - Returns: whether all words make sense together.
  mutating func read(_ words: [HistoryDateWord]) -> Bool {
    self.words = words[...]
    while let word = self.words.popFirst() {
      guard read(word) else { return false }
    }
    return true
  }

  private mutating func read(_ word: HistoryDateWord) -> Bool {
    switch word {
    case .seconds(let seconds): return set(&instant, seconds)
    case .zone(let seconds): return set(&zone, seconds)
    case .number(let text): return read(number: text)
    case .letters(let text): return read(letters: text)
    }
  }

  private func set<Value>(_ part: inout Value?, _ value: Value?) -> Bool {
    guard part == nil, let value else { return false }
    part = value
    return true
  }

  private var next: String? {
    if case .letters(let text)? = words.first { text } else { nil }
  }

  private mutating func read(number text: String) -> Bool {
    if text.contains(":") { return readClock(text) }
    let parts = text.split { "-/.".contains($0) }.map(String.init)
    guard parts.count == 1 else { return readDate(parts, mark: text.first { "-/.".contains($0) } ?? "-") }
    guard let number = Int(text) else { return false }
    if let next, next == "am" || next == "pm" { return readClock(text) }
    if let next, readSpan(number, next) {
      words.removeFirst()
      return true
    }
    if text.count == 8, year == nil {
      return readDate([text.prefix(4), text.dropFirst(4).prefix(2), text.suffix(2)].map { String($0) }, mark: "-")
    }
    if text.count >= 9 { return set(&instant, number) }
    if text.count == 4 { return set(&year, number) }
    if text.count == 6, year != nil, clock == nil {
      return setClock(number / 10_000, number / 100 % 100, number % 100)
    }
    guard text.count <= 2 else { return false }
    if let next, ["st", "nd", "rd", "th"].contains(next) { words.removeFirst() }
    return set(&day, number)
  }

  /// `10:30`, `10:30:05.123`, `3pm`.
  private mutating func readClock(_ text: String) -> Bool {
    let whole = text.split(separator: ".").first ?? ""
    let parts = whole.split(separator: ":").map { Int($0) }
    guard (1...3).contains(parts.count), var hour = parts[0] else { return false }
    if let half = next, half == "am" || half == "pm" {
      words.removeFirst()
      guard (1...12).contains(hour) else { return false }
      hour = hour % 12 + (half == "pm" ? 12 : 0)
    }
    guard let minute = parts.count > 1 ? parts[1] : 0, let second = parts.count > 2 ? parts[2] : 0 else {
      return false
    }
    return setClock(hour, minute, second)
  }

  private mutating func setClock(_ hour: Int, _ minute: Int, _ second: Int) -> Bool {
    guard clock == nil, (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second) else {
      return false
    }
    clock = (hour, minute, second)
    return true
  }

  /// Years come first or last; with points days come before months, and else months before days, unless these can be none.
  private mutating func readDate(_ parts: [String], mark: Character) -> Bool {
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count, (2...3).contains(parts.count), year == nil, month == nil, day == nil else {
      return false
    }
    if parts[0].count == 4 {
      (year, month, day) = (numbers[0], numbers[1], numbers.count > 2 ? numbers[2] : nil)
      return true
    }
    guard parts.count == 3, parts[2].count == 4 || parts[2].count == 2 else { return false }
    year = parts[2].count == 4 ? numbers[2] : numbers[2] + (numbers[2] < 70 ? 2000 : 1900)
    let isDayFirst = mark == "." ? numbers[1] <= 12 : numbers[0] > 12
    (day, month) = isDayFirst ? (numbers[0], numbers[1]) : (numbers[1], numbers[0])
    return true
  }

  private mutating func read(letters text: String) -> Bool {
    switch text {
    case "now": return set(&instant, now)
    case "never": return set(&instant, 0)
    case "today": return set(&daysAgo, 0)
    case "yesterday": return set(&daysAgo, 1)
    case "noon": return setClock(12, 0, 0)
    case "midnight": return setClock(0, 0, 0)
    case "tea": return setClock(17, 0, 0)
    case "z", "utc", "gmt": return set(&zone, 0)
    // Between a date and a time.
    case "t":
      if case .number? = words.first { return year != nil }
      return false
    case "ago": return monthsBack != nil || secondsBack != nil
    case "last": return readLast()
    default: break
    }
    if Self.fillers.contains(text) { return true }
    let number = text == "a" || text == "an" ? 1 : Self.numbers.firstIndex(of: text).map { $0 + 1 }
    if let next, let number, readSpan(number, next) {
      words.removeFirst()
      return true
    }
    guard text.count >= 3 else { return false }
    if let number = Self.weekdays.firstIndex(where: { $0.hasPrefix(text) }) { return set(&weekday, number) }
    return set(&month, Self.months.firstIndex { $0.hasPrefix(text) }.map { $0 + 1 })
  }

  /// `last friday`, `last week`.
  private mutating func readLast() -> Bool {
    guard case .letters(let text)? = words.popFirst() else { return false }
    if readSpan(1, text) { return true }
    return text.count >= 3 && set(&weekday, Self.weekdays.firstIndex { $0.hasPrefix(text) })
  }

  private mutating func readSpan(_ count: Int, _ unit: String) -> Bool {
    guard (0...Self.most).contains(count), monthsBack ?? 0 < Self.most, secondsBack ?? 0 < Self.most * 31_556_952 else {
      return false
    }
    if let found = Self.units.first(where: { $0.names.contains(unit) }) {
      secondsBack = (secondsBack ?? 0) + count * found.seconds
      return true
    }
    guard count <= 12_000, let found = Self.monthUnits.first(where: { $0.names.contains(unit) }) else { return false }
    monthsBack = (monthsBack ?? 0) + count * found.months
    return true
  }

  // MARK: What it comes to

  /// Nil where what was read contradicts itself, or is no day of the calendar.
  var span: ClosedRange<Int>? {
    let isDated = year != nil || month != nil || day != nil
    let isBack = monthsBack != nil || secondsBack != nil
    // Of a date the weekday is no news.
    let ways = [isDated, isBack, daysAgo != nil, instant != nil, weekday != nil && !isDated].count { $0 }
    guard ways <= 1, ways == 1 || clock != nil, var today = CalendarTime(now) else { return nil }
    if let instant { return clock == nil ? instant...instant : nil }
    if isDated { return dated(today) }
    if isBack { return back(from: today) }
    (today.hour, today.minute, today.second) = (0, 0, 0)
    if let weekday, let current = CalendarTime.weekday(now) {
      // Before today: there was no last one before it has been.
      today.day -= (current - weekday + 6) % 7 + 1
    } else {
      today.day -= daysAgo ?? 0
    }
    guard let clock else { return whole(today) }
    (today.hour, today.minute, today.second) = clock
    // A time alone is the last one.
    if daysAgo == nil, weekday == nil, today.seconds(zone: zone) > now { today.day -= 1 }
    return point(today)
  }

  private func back(from today: CalendarTime) -> ClosedRange<Int>? {
    var time = today
    time.month -= monthsBack ?? 0
    let seconds = time.seconds(zone: nil) - (secondsBack ?? 0)
    guard let clock else { return seconds...seconds }
    guard var day = CalendarTime(seconds) else { return nil }
    (day.hour, day.minute, day.second) = clock
    return point(day)
  }

  private func dated(_ today: CalendarTime) -> ClosedRange<Int>? {
    // A day of no month is none, and a month's day of a year is whole.
    guard day == nil || month != nil else { return nil }
    var time = CalendarTime(year: year ?? today.year, month: month ?? 1, day: day ?? 1)
    // The last one that there was.
    if year == nil, (time.month, time.day) > (today.month, today.day) { time.year -= 1 }
    guard time.isDay else { return nil }
    if let clock {
      guard day != nil else { return nil }
      (time.hour, time.minute, time.second) = clock
      return point(time)
    }
    return whole(time)
  }

  private func point(_ time: CalendarTime) -> ClosedRange<Int> {
    let seconds = time.seconds(zone: zone)
    return seconds...seconds
  }

  /// The day, the month or the year that begins then.
  private func whole(_ time: CalendarTime) -> ClosedRange<Int> {
    var end = time
    if year != nil, month == nil {
      end.year += 1
    } else if month != nil, day == nil {
      end.month += 1
    } else {
      end.day += 1
    }
    return time.seconds(zone: zone)...end.seconds(zone: zone) - 1
  }
}
