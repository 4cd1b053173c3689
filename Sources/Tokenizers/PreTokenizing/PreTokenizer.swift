/// Cuts normalised text into words by the steps of a definition.
struct PreTokenizer: Sendable {
  private let steps: [PreTokenizerStep]
  private let bertWords = WordSplitter()
  /// BertPreTokenizer alone, which needs no list of words.
  let isBert: Bool
  /// No steps: the whole text is one word.
  let isEmpty: Bool
  /// The model sees bytes, not characters.
  let isByteLevel: Bool
  /// Words may depend on whether they begin the whole text.
  let looksAtPlace: Bool

  init(_ steps: [PreTokenizerStep]) {
    self.steps = steps
    isBert = steps == [.bert]
    isEmpty = steps.isEmpty
    isByteLevel = steps.contains { if case .byteLevel = $0 { true } else { false } }
    looksAtPlace = steps.contains { if case .metaspace(_, .first, _) = $0 { true } else { false } }
  }

  /// The first word at or after `start`, where `isBert`.
  @inline(__always)
  func nextBertWord(in bytes: [UInt8], from start: Int, to end: Int) -> Range<Int>? {
    bertWords.nextWord(in: bytes, from: start, to: end)
  }

  /// Cuts the text of `words`, which is one word yet. Its origins must be known where `looksAtPlace`.
  func cut(_ words: inout WordList) {
    for step in steps {
      switch step {
      case .bert: words.keep { bertWords.nextWord(in: $0, from: $1, to: $2) }
      case .whitespace: words.keep { Self.nextWhitespaceMatch($0, $1, $2) }
      case .whitespaceSplit: words.cutScalars(.removed) { ScalarClass.of($0).contains(.space) }
      case .punctuation(let behavior):
        words.cutScalars(behavior) { UnicodeProperties.isPunctuation($0) }
      case .digits(let individually):
        words.cutScalars(individually ? .isolated : .contiguous) { ScalarClass.of($0).contains(.digit) }
      case .delimiter(let scalar): words.cutScalars(.removed) { $0 == scalar.value }
      case .split(let pattern, let behavior, let inverted):
        words.cut(behavior, inverted: inverted) { pattern.firstMatch(in: $0, from: $1, to: $2) }
      case .metaspace(let replacement, let scheme, let splits):
        words.spell(with: replacement, scheme, splits: splits)
      case .byteLevel(let addsPrefixSpace, let usesRegex):
        if addsPrefixSpace { words.prependSpace() }
        if usesRegex { words.cutWhole { RegexPattern.gpt2.matchEnd(in: $0, at: $1, to: $2) } }
      }
    }
  }

  /// `\w+|[^\w\s]+`, where what is in neither is white space.
  private static func nextWhitespaceMatch(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Range<Int>? {
    typealias Flag = UnicodeProperties.Flag
    var first = start
    var kind: UInt8 = 0
    var index = start
    while index < end {
      let (scalar, length) = UTF8Bytes.scalar(in: bytes, at: index)
      let flags = UnicodeProperties.flags(of: scalar)
      let current: UInt8 = flags & Flag.word != 0 ? 1 : flags & Flag.whiteSpace != 0 ? 0 : 2
      if current != kind {
        if kind != 0 { return first..<index }
        (kind, first) = (current, index)
      }
      index += length
    }
    return kind != 0 ? first..<end : nil
  }
}

extension UnicodeProperties {
  /// The `Flag` bits of any scalar, without the whole tables where ASCII's will do.
  @inline(__always)
  static func flags(of scalar: UInt32) -> UInt8 {
    scalar < 0x80 ? ascii.flags(of: scalar) : shared.flags(of: scalar)
  }

  static func isPunctuation(_ scalar: UInt32) -> Bool { flags(of: scalar) & Flag.punctuation != 0 }
}

extension TextPattern {
  /// The first match at or after `start` that ends before `end`.
  func firstMatch(in bytes: [UInt8], from start: Int, to end: Int) -> Range<Int>? {
    switch self {
    case .literal(let text):
      return Array(text.utf8).firstMatch(in: bytes, from: start, to: end)
    case .regex(let pattern):
      var index = start
      while index < end {
        if let first = pattern.firstByte, bytes[index] != first {
          index += 1
          continue
        }
        if let matchEnd = pattern.matchEnd(in: bytes, at: index, to: end) { return index..<matchEnd }
        index += UTF8Bytes.scalar(in: bytes, at: index).length
      }
      return nil
    }
  }
}

extension [UInt8] {
  /// Where these bytes, at least one, come first in `bytes` at or after `start`.
  func firstMatch(in bytes: [UInt8], from start: Int, to end: Int) -> Range<Int>? {
    guard let first, count <= end - start else { return nil }
    var index = start
    while index <= end - count {
      if bytes[index] == first {
        var same = 1
        while same < count, bytes[index + same] == self[same] { same += 1 }
        if same == count { return index..<index + count }
      }
      index += 1
    }
    return nil
  }
}
