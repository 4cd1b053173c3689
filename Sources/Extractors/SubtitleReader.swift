import Extraction

/// What is said in a film: the texts of SubRip, WebVTT (w3.org/TR/webvtt1) and SubStation Alpha, a line each, with the second at which it is
/// said.
enum SubtitleReader {
  /// Seconds of silence that end a paragraph.
  private static let silence = 3.0

  static func read(_ bytes: [UInt8]) throws(ReadingError) -> ExtractedText {
    var builder = TextBuilder()
    var end = 0.0
    var spoken: [Substring]?
    let lines = DocumentEncoding.text(bytes).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.contains("[Events]") { return try events(lines) }
    for line in lines {
      if let (start, stop) = times(line) {
        try write(spoken, &builder)
        if start > end + silence { builder.separate() }
        builder.place("t=\(Int(start))")
        end = stop
        spoken = []
      } else if line.allSatisfy(\.isWhitespace) {
        try write(spoken, &builder)
        spoken = nil
      } else {
        spoken?.append(line)
      }
    }
    try write(spoken, &builder)
    return try builder.text()
  }

  /// `Dialogue: 0,0:00:01.00,0:00:03.00,Default,Ann,0,0,0,,What is said`, the columns as a line before has them; by their times, since
  /// signs and songs may have a place of their own.
  private static func events(_ lines: [Substring]) throws(ReadingError) -> ExtractedText {
    var columns: [String] = []
    var said: [(start: Double, end: Double, text: String)] = []
    for line in lines.drop(while: { $0 != "[Events]" }) {
      let name = line.prefix { $0 != ":" }
      let rest = line.dropFirst(name.count + 1)
      if name == "Format" {
        columns = rest.split(separator: ",").map { String($0).trimmedBlanks.lowercased() }
      } else if name == "Dialogue", columns.last == "text" {
        let values = rest.split(separator: ",", maxSplits: columns.count - 1, omittingEmptySubsequences: false)
        guard values.count == columns.count, let first = columns.firstIndex(of: "start"),
          let last = columns.firstIndex(of: "end"), let start = seconds(values[first]), let end = seconds(values[last]),
          // What is drawn is no text.
          !values[columns.count - 1].contains("\\p1")
        else { continue }
        var text = String(values[columns.count - 1])
        for sign in ["\\N", "\\n", "\\h"] { text.replace(sign, with: " ") }
        said.append((start, end, text))
      }
    }
    var builder = TextBuilder()
    var end = 0.0
    for (_, line) in said.enumerated().sorted(by: { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }) {
      if line.start > end + silence { builder.separate() }
      builder.place("t=\(Int(line.start))")
      end = line.end
      try builder.line(plain(line.text))
    }
    return try builder.text()
  }

  private static func write(_ lines: [Substring]?, _ builder: inout TextBuilder) throws(ReadingError) {
    try builder.line(plain((lines ?? []).joined(separator: " ")))
  }

  /// `00:01:02,500 --> 00:01:05,000`, the hours of which may be missing.
  private static func times(_ line: Substring) -> (start: Double, end: Double)? {
    guard let arrow = line.firstRange(of: "-->") else { return nil }
    let words = line[arrow.upperBound...].split(whereSeparator: \.isWhitespace)
    guard let start = seconds(line[..<arrow.lowerBound]), let last = words.first, let end = seconds(last) else {
      return nil
    }
    return (start, end)
  }

  private static func seconds(_ text: Substring) -> Double? {
    let parts = text.filter { !$0.isWhitespace }.map { $0 == "," ? "." : $0 }.split(separator: ":")
    guard (2...3).contains(parts.count) else { return nil }
    var seconds = 0.0
    for part in parts {
      guard let number = Double(String(part)), number.isFinite, (0..<1e6).contains(number) else { return nil }
      seconds = seconds * 60 + number
    }
    return seconds < 1e9 ? seconds : nil
  }

  private static let entities: KeyValuePairs = [
    "&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&lrm;": "", "&rlm;": "", "&amp;": "&",
  ]

  /// Without the marks of style: `<i>`, `<v Name>`, `{\an8}`.
  private static func plain(_ text: String) -> String {
    var plain = ""
    var rest = text[...]
    while let character = rest.first {
      let end: Character? = character == "<" ? ">" : character == "{" ? "}" : nil
      if let end, let close = rest.firstIndex(of: end) {
        rest = rest[close...].dropFirst()
      } else {
        // What nothing closes is text.
        if end != nil { break }
        plain.append(character)
        rest = rest.dropFirst()
      }
    }
    plain += rest
    guard plain.contains("&") else { return plain }
    // The sign itself last: what stands escaped twice is read once.
    for (name, sign) in entities { plain.replace(name, with: sign) }
    return plain
  }
}
