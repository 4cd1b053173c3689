import CPatterns

/// What a text must have in it to take part in a search: a regular expression, or a phrase. Matching takes time linear in the
/// text, whatever the pattern.
public final class TextPattern: Sendable {
  /// What a compiled pattern may take, in bytes: repetitions of repetitions grow.
  private static let memory = 1 << 20

  // Sound to share: RE2 is matched by several threads at once, and nothing changes it.
  private nonisolated(unsafe) let compiled: OpaquePointer
  /// Of the expression, what is the match.
  private let group: Int32

  /// A regular expression as RE2 reads it, with `^` and `$` at the ends of lines.
  /// - Throws: `invalid`, with what is wrong with it.
  public convenience init(regex: String) throws(CollectionError) {
    guard !regex.isEmpty else { throw Self.invalid("regex", regex, "a regular expression", nil) }
    try self.init("(?m)" + regex, group: 0) { problem in
      Self.invalid("regex", regex, "a regular expression", problem.replacing("(?m)", with: "", maxReplacements: 1))
    }
  }

  /// Whole words, one behind the other, in upper or lower case, with any blanks between them.
  /// - Throws: `invalid` where it has none, or is too long.
  public convenience init(phrase: String) throws(CollectionError) {
    let words = phrase.split(whereSeparator: \.isWhitespace).map { Self.escaped(String($0)) }
    guard let first = phrase.unicodeScalars.first(where: { !$0.properties.isWhitespace }),
      let last = phrase.unicodeScalars.last(where: { !$0.properties.isWhitespace })
    else { throw Self.invalid("phrase", phrase, "words", nil) }
    let before = Self.isOfWord(first) ? #"(?:^|[^\pL\pN\pM_])"# : ""
    let behind = Self.isOfWord(last) ? #"(?:$|[^\pL\pN\pM_])"# : ""
    let expression = "(?i)" + before + "(" + words.joined(separator: #"\s+"#) + ")" + behind
    try self.init(expression, group: 1) { Self.invalid("phrase", phrase, "a phrase", $0) }
  }

  private init(
    _ expression: String, group: Int32, problem told: (String) -> CollectionError
  ) throws(CollectionError) {
    var expression = expression
    var problem = [CChar](repeating: 0, count: 256)
    let made = expression.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { bytes in
        akin_pattern_new(bytes.baseAddress, bytes.count, Self.memory, &problem, problem.count)
      }
    }
    guard let made else {
      throw told(String(decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    compiled = made
    self.group = group
  }

  deinit {
    akin_pattern_free(compiled)
  }

  private static func invalid(
    _ parameter: String, _ found: String, _ expected: String, _ problem: String?
  ) -> CollectionError {
    let reason = problem.map { " (\($0.prefix(200)))" } ?? ""
    return CollectionError(
      .invalid(parameter: parameter, expected: expected, found: "\"\(found.prefix(200))\"" + reason))
  }

  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  private static func escaped(_ word: String) -> String {
    word.unicodeScalars.reduce(into: "") { result, scalar in
      if scalar.isASCII, !isOfWord(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
  }

  /// Whether it is in a text in UTF-8.
  func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    find(text, from: 0) != nil
  }

  /// Whether it is in a text.
  public func matches(_ text: String) -> Bool {
    var text = text
    return text.withUTF8(matches)
  }

  /// Where it is in a text, as offsets in UTF-8, in order and apart; none of empty matches.
  public func ranges(in text: String) -> [Range<Int>] {
    var text = text
    return text.withUTF8 { bytes in
      var ranges: [Range<Int>] = []
      var start = 0
      while start <= bytes.count, let range = find(bytes, from: start) {
        if !range.isEmpty { ranges.append(range) }
        // Behind an empty match the next scalar begins.
        start = range.isEmpty ? range.upperBound + 1 : range.upperBound
        while start < bytes.count, bytes[start] & 0xC0 == 0x80 { start += 1 }
      }
      return ranges
    }
  }

  private func find(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int>? {
    var (first, end) = (0, 0)
    let found = text.withMemoryRebound(to: CChar.self) { bytes in
      akin_pattern_find(compiled, group, bytes.baseAddress, bytes.count, start, &first, &end)
    }
    return found == 1 ? first..<end : nil
  }
}
