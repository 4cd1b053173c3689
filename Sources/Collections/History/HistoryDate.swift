import Platform

/// Points in time as people name them to git. Other than for git a day without a time is the whole day, not this time of it, and what is
/// not understood is no date, not now.
public enum HistoryDate {
  /// What is understood, for whoever has written something else.
  public static let understood =
    "a date (2024-05-31, 2024/05/31, 31 May 2024) with a time and a zone or without, a day (yesterday, last friday) or a span "
    + "(2 weeks ago, 3d)"

  /// The time that a text names: from the first to the last second of a day, a month or a year, else one second. Seconds since 1970, in
  /// the time zone here where the text names none.
  /// - Returns: nil where it names no time.
  public static func span(_ text: String, now: Int = Int(time(nil))) -> ClosedRange<Int>? {
    guard let words = HistoryDateWord.words(text), !words.isEmpty else { return nil }
    var reader = HistoryDateReader(now: now)
    return reader.read(words) ? reader.span : nil
  }

  /// `2024-05-31`, in the time zone here.
  public static func day(_ seconds: Int) -> String {
    guard let parts = CalendarTime(seconds) else { return "\(seconds)" }
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
    return "\(parts.year)-\(two(parts.month))-\(two(parts.day))"
  }
}

/// A part of a text that names a time.
enum HistoryDateWord: Equatable {
  /// Digits with what may stand between them in dates and times.
  case number(String)
  case letters(String)
  /// Seconds east of Greenwich.
  case zone(Int)
  /// Seconds since 1970.
  case seconds(Int)

  /// - Returns: nil where something else is among them.
  static func words(_ text: String) -> [HistoryDateWord]? {
    var words: [HistoryDateWord] = []
    var rest = Array(text.lowercased())[...]
    while let first = rest.first {
      if first.isWhitespace || ",._".contains(first) {
        rest.removeFirst()
        continue
      }
      let word: HistoryDateWord?
      switch first {
      case "a"..."z": word = .letters(take(&rest) { ("a"..."z").contains($0) })
      case "0"..."9": word = .number(takeNumber(&rest))
      case "@":
        rest.removeFirst()
        word = Int(take(&rest, while: \.isDigit)).map { .seconds($0) }
      case "+", "-": word = zone(&rest)
      default: word = nil
      }
      guard let word else { return nil }
      words.append(word)
    }
    return words
  }

  private static func take(_ rest: inout ArraySlice<Character>, while holds: (Character) -> Bool) -> String {
    let part = rest.prefix(while: holds)
    rest = rest.dropFirst(part.count)
    return String(part)
  }

  private static func takeNumber(_ rest: inout ArraySlice<Character>) -> String {
    var number = take(&rest, while: \.isDigit)
    while let mark = rest.first, "-/.:".contains(mark), rest.dropFirst().first?.isDigit == true {
      // Behind a time it is that of the zone.
      if mark == "-", number.contains(":") { break }
      rest.removeFirst()
      number += String(mark) + take(&rest, while: \.isDigit)
    }
    return number
  }

  /// `+0200`, `-05:30`, `+02`.
  private static func zone(_ rest: inout ArraySlice<Character>) -> HistoryDateWord? {
    let sign = rest.removeFirst() == "-" ? -1 : 1
    let digits = take(&rest) { $0.isDigit || $0 == ":" }.filter { $0 != ":" }
    guard digits.count == 2 || digits.count == 4, let number = Int(digits) else { return nil }
    let (hours, minutes) = digits.count == 2 ? (number, 0) : (number / 100, number % 100)
    return hours <= 14 && minutes < 60 ? .zone(sign * (hours * 3600 + minutes * 60)) : nil
  }
}

extension Character {
  /// Of ASCII.
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}
