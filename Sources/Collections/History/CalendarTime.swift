import Platform

/// A time by the calendar.
struct CalendarTime {
  var year: Int
  /// From 1, as the day.
  var month: Int, day: Int
  var hour = 0, minute = 0, second = 0

  init(year: Int, month: Int = 1, day: Int = 1) {
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// In the time zone here; nil for what the system has no calendar of.
  init?(_ seconds: Int) {
    guard let parts = Self.parts(seconds) else { return nil }
    self.init(year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
    (hour, minute, second) = (Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec))
  }

  /// 0 for Sunday.
  static func weekday(_ seconds: Int) -> Int? { parts(seconds).map { Int($0.tm_wday) } }

  private static func parts(_ seconds: Int) -> tm? {
    var clock = time_t(seconds), parts = tm()
    return localtime_r(&clock, &parts) == nil ? nil : parts
  }

  /// Seconds since 1970. Days and months beyond their ends count on.
  /// - Parameter zone: seconds east of Greenwich; nil for the time zone here.
  func seconds(zone: Int?) -> Int {
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (Int32(year - 1900), Int32(month - 1), Int32(day))
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (Int32(hour), Int32(minute), Int32(second))
    parts.tm_isdst = -1
    return zone.map { Int(timegm(&parts)) - $0 } ?? Int(mktime(&parts))
  }

  /// Whether the month has such a day.
  var isDay: Bool {
    let february = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    let days = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1900...9999).contains(year) && (1...12).contains(month) && (1...days[month - 1]).contains(day)
  }
}
