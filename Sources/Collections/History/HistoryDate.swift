import Platform

/// Points in time as people name them to git.
public enum HistoryDate {
  private static let units: [(names: [String], seconds: Int)] = [
    (["s", "second", "seconds"], 1), (["min", "minute", "minutes"], 60), (["h", "hour", "hours"], 3600),
    (["d", "day", "days"], 86_400), (["w", "week", "weeks"], 604_800), (["month", "months"], 2_629_746),
    (["y", "year", "years"], 31_556_952),
  ]

  /// `2024`, `2024-05`, `2024-05-31`, `2024-05-31T10:00:00`, `3 weeks ago`, `3d`, `yesterday`, `@1700000000`: seconds since 1970 of its
  /// beginning, in the time zone here.
  /// - Returns: nil where it is none of these.
  public static func seconds(_ text: String, now: Int = Int(time(nil))) -> Int? {
    let words = text.lowercased().split(whereSeparator: { " ._".contains($0) }).map(String.init)
    if text.hasPrefix("@") { return Int(text.dropFirst()) }
    switch words {
    case ["now"]: return now
    case ["today"]: return midnight(before: now)
    case ["yesterday"]: return midnight(before: now - 86_400)
    default: break
    }
    if words.count <= 3, words.count < 3 || words[2] == "ago" { if let span = span(words) { return now - span } }
    return date(text)
  }

  /// `3 weeks`, `3d`.
  private static func span(_ words: [String]) -> Int? {
    guard let first = words.first else { return nil }
    let digits = first.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int(digits), count <= 1_000_000 else { return nil }
    let name = digits.count < first.count ? String(first.dropFirst(digits.count)) : words.count > 1 ? words[1] : ""
    guard words.count == (digits.count < first.count ? 1 : 2) || words.last == "ago" else { return nil }
    return units.first { $0.names.contains(name) }.map { $0.seconds * count }
  }

  private static func midnight(before seconds: Int) -> Int? {
    var clock = time_t(seconds), parts = tm()
    guard localtime_r(&clock, &parts) != nil else { return nil }
    (parts.tm_hour, parts.tm_min, parts.tm_sec, parts.tm_isdst) = (0, 0, 0, -1)
    return Int(mktime(&parts))
  }

  private static func date(_ text: String) -> Int? {
    let halves = text.uppercased().split(whereSeparator: { $0 == "T" || $0 == " " })
    guard let days = halves.first, halves.count <= 2 else { return nil }
    let numbers = days.split(separator: "-").map { Int($0) }
    guard (1...3).contains(numbers.count), days.first != "-", let year = numbers[0], (1900...9999).contains(year) else {
      return nil
    }
    let month = numbers.count > 1 ? numbers[1] : 1, day = numbers.count > 2 ? numbers[2] : 1
    guard let month, let day, (1...12).contains(month), (1...31).contains(day) else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (Int32(year - 1900), Int32(month - 1), Int32(day))
    parts.tm_isdst = -1
    guard halves.count == 2 else { return Int(mktime(&parts)) }
    var clock = halves[1]
    let isUniversal = clock.hasSuffix("Z")
    if isUniversal { clock = clock.dropLast() }
    let times = clock.split(separator: ":").map { Int32($0) }
    guard (2...3).contains(times.count), let hour = times[0], let minute = times[1],
      let second = times.count > 2 ? times[2] : 0,
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (hour, minute, second)
    return Int(isUniversal ? timegm(&parts) : mktime(&parts))
  }

  /// `2024-05-31`, in the time zone here.
  public static func day(_ seconds: Int) -> String {
    var clock = time_t(seconds), parts = tm()
    guard localtime_r(&clock, &parts) != nil else { return "\(seconds)" }
    func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + "\(number)" }
    return "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
  }
}
