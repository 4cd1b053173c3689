/// Which line of a text answers a query best, and which of its words do.
public struct QueryLines: Sendable {
  private let words: Set<[UInt8]>
  private let patterns: [TextPattern]

  /// What looks for the words of a query, but for function words, and for patterns.
  public init(_ query: String, patterns: [TextPattern] = []) {
    let all = Self.words(query)
    let functionWords = Set(RankedQuery.functionWords.map { Self.stem(Array($0.utf8)) })
    let content = Set(all).subtracting(functionWords)
    words = content.isEmpty ? Set(all) : content
    self.patterns = patterns
  }

  /// Lines as editors and the index count them, without their ends: a form feed, NEL or U+2028 ends none.
  public static func lines(_ text: String) -> [Substring] {
    text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
  }

  /// The line that says most of what is looked for; the first of equal ones.
  ///
  /// A match of a pattern counts most, then words of the query, then the name that the text declares. Lines that say nothing
  /// by themselves (marks, imports, encoded data) are taken only where the query has their words, or no other is there.
  /// - Returns: its number from 0, and whether it has a word or a match.
  public func best(in text: String, symbol: String? = nil) -> (number: Int, isNamed: Bool) {
    let name = symbol.flatMap { Self.words($0).last }
    var best = (number: 0, score: -Float.infinity, isNamed: false)
    for (number, line) in Self.lines(text).enumerated() {
      let own = Set(Self.words(String(line)))
      let shared = Float(own.intersection(words).count)
      let matches = Float(patterns.count { $0.matches(String(line)) })
      var score = 100 * matches + shared
      if let name, own.contains(name) { score += 0.5 }
      score += Self.saysSomething(line) ? 0.25 : line.allSatisfy(\.isWhitespace) ? -3 : shared > 0 ? -0.25 : -1.5
      if score > best.score { best = (number, score, matches + shared > 0) }
    }
    return (best.number, best.isNamed)
  }

  /// Whether a word is one that is looked for.
  public func isWanted(_ word: String) -> Bool {
    !words.isDisjoint(with: Self.words(word))
  }

  /// Where the first match is in a line, or else the first of the words; as offsets in UTF-8.
  public func first(in line: String) -> Range<Int>? {
    if let match = matches(in: line).min(by: { $0.lowerBound < $1.lowerBound }) { return match }
    var start = 0
    for word in line.split(omittingEmptySubsequences: false, whereSeparator: { !$0.isLetter && !$0.isNumber }) {
      start = word.utf8.distance(from: line.utf8.startIndex, to: word.startIndex)
      if isWanted(String(word)) { return start..<start + word.utf8.count }
    }
    return nil
  }

  /// Where the patterns are in a text, as offsets in UTF-8.
  public func matches(in text: String) -> [Range<Int>] {
    patterns.flatMap { $0.ranges(in: text) }
  }

  // MARK: Lines that say nothing

  /// Words that begin a line that says what a file needs, and not what it does.
  private static let needs: Set<String> = [
    "import", "from", "#include", "#import", "include", "using", "use", "require", "package", "namespace", "module",
    "@testable", "@_exported", "extern", "end",
    "else", "fi", "done", "esac", "try", "do", "begin", "then", "return", "break", "continue", "pass", "default:",
  ]
  /// Words that begin a line for the preprocessor, which says nothing however long it is.
  private static let directives: Set<String> = [
    "#if", "#ifdef", "#ifndef", "#elif", "#else", "#endif", "#pragma", "#undef",
  ]
  /// Runs of so many bytes without a blank are data.
  private static let longestWord = 60
  /// Lines that begin with such a word say something where they have more words than these.
  private static let fewWords = 3

  /// Whether a line means something to a reader who sees it alone.
  static func saysSomething(_ line: Substring) -> Bool {
    guard line.contains(where: { $0.isLetter || $0.isNumber }) else { return false }
    let words = line.split(whereSeparator: \.isWhitespace)
    let isData = words.contains {
      EncodedData.isData($0) || $0.utf8.count > longestWord && !$0.contains("(") && !$0.contains("/")
    }
    guard let first = words.first, !isData else { return false }
    return !directives.contains(String(first)) && !(needs.contains(String(first)) && words.count <= fewWords)
  }

  // MARK: Words

  /// Letters and digits in lower case; the parts of identifiers apart, and without endings that mean the same word.
  static func words(_ text: String) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    var wasLowercase = false
    for byte in text.utf8 {
      let isLetter = (0x61...0x7A).contains(byte | 0x20) || byte >= 0x80 || (0x30...0x39).contains(byte)
      let isUppercase = (0x41...0x5A).contains(byte)
      if !isLetter || isUppercase && wasLowercase {
        if word.count > 2 { words.append(stem(word)) }
        word = []
      }
      if isLetter { word.append(isUppercase ? byte | 0x20 : byte) }
      wasLowercase = isLetter && !isUppercase
    }
    if word.count > 2 { words.append(stem(word)) }
    return words
  }

  static func stem(_ word: [UInt8]) -> [UInt8] {
    for ending in ["ing", "ed", "s"] where word.count > ending.utf8.count + 3 {
      if word.suffix(ending.utf8.count).elementsEqual(ending.utf8) { return Array(word.dropLast(ending.utf8.count)) }
    }
    return word
  }
}
