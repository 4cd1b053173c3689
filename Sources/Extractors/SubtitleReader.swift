import Extraction

/// What is said in a film: the texts of SubRip and WebVTT (w3.org/TR/webvtt1), a line each, with the second at which it is said.
enum SubtitleReader {
  /// Seconds of silence that end a paragraph.
  private static let silence = 3.0

  static func read(_ bytes: [UInt8]) throws(ReadingError) -> ExtractedText {
    var builder = TextBuilder()
    var end = 0.0
    var spoken: [Substring]?
    for line in DocumentEncoding.text(bytes).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
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
        if end != nil { return plain + rest }
        plain.append(character)
        rest = rest.dropFirst()
      }
    }
    return plain
  }
}
