/// The help of a command, in as many columns as the screen has.
///
/// The argument parser fills lines with words, but for those of a command's usage, and gives what it tells of an option the columns
/// from the 26th on, however few there are.
struct HelpText {
  /// Columns for which the parser is asked: in none of its lines is there a break that it has not been given.
  static let unbroken = "100000"

  private static let labelColumns = 26
  /// Below it an option's text stands under its name.
  private static let leastColumns = 60
  private static let usage = "USAGE: "

  private let lines: [Substring]

  /// - Parameter message: the parser's, unbroken; nil where it is no help, but a version or a script.
  init?(_ message: String) {
    guard message.hasPrefix("OVERVIEW: ") || message.hasPrefix(Self.usage) else { return nil }
    lines = message.split(separator: "\n", omittingEmptySubsequences: false)
  }

  func laidOut(to columns: Int) -> String {
    var result: [String] = []
    var isList = false
    for line in lines {
      if line.hasPrefix(Self.usage) {
        isList = true
        result += TextWidth.hanging(
          Self.words(ofUsage: line.dropFirst(Self.usage.count)), after: Self.usage, 7, to: columns)
      } else if isList, line.prefix(while: { $0 == " " }).count == 2 {
        result += Self.option(line, to: columns)
      } else if isList, line.hasPrefix(String(repeating: " ", count: Self.labelColumns)) {
        result += Self.text(line.drop { $0 == " " }, to: columns)
      } else {
        let blanks = line.prefix { $0 == " " }
        let indent = blanks.count + (blanks.isEmpty ? 0 : 4)
        let words = line.dropFirst(blanks.count).split(separator: " ", omittingEmptySubsequences: false).map(
          String.init)
        result += TextWidth.hanging(words, after: String(blanks), indent, to: columns)
      }
    }
    return result.joined(separator: "\n")
  }

  /// A name with what is told of it, which is empty or on the next line where the name is long.
  private static func option(_ line: Substring, to columns: Int) -> [String] {
    let label = line.prefix(labelColumns), told = line.dropFirst(labelColumns)
    guard let first = told.first, first != " ", first != "<", label.last == " " else {
      return TextWidth.hanging(words(line.dropFirst(2)), after: "  ", 4, to: columns)
    }
    guard columns < leastColumns else {
      return TextWidth.hanging(words(told), after: String(label), labelColumns, to: columns)
    }
    var name = label
    while name.last == " " { name.removeLast() }
    return [String(name)] + text(told, to: columns)
  }

  /// What is told of an option, below its name.
  private static func text(_ told: Substring, to columns: Int) -> [String] {
    let indent = columns < leastColumns ? 6 : labelColumns
    return TextWidth.hanging(words(told), after: String(repeating: " ", count: indent), indent, to: columns)
  }

  private static func words(_ text: Substring) -> [String] { text.split(separator: " ").map(String.init) }

  /// An option with its value is one word, and so is what is between brackets.
  private static func words(ofUsage usage: Substring) -> [String] {
    var words: [String] = []
    for word in usage.split(separator: " ") {
      let isOpen = words.last.map { last in last.count { $0 == "[" } > last.count { $0 == "]" } } ?? false
      let isValue = word.hasPrefix("<") && words.last?.hasPrefix("-") == true
      if isOpen || isValue { words[words.count - 1] += " " + word } else { words.append(String(word)) }
    }
    return words
  }
}
