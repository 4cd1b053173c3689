/// The regular expressions that cut text for byte-pair encoding: GPT-2's and its descendants'. All are an alternation of
/// contractions, words, numbers, other marks and white space, and differ in what a word may begin with, how long a number
/// is, and what else belongs to a part.
struct WordScanner: Sendable, Equatable {
  enum Contractions: Sendable { case none, lowercase, anyCase }
  /// What a word may begin with: nothing, a space, or anything but letters, numbers and line ends.
  enum Lead: Sendable { case none, space, mark }
  /// What a word is made of: `\p{L}+`, `[\p{L}\p{M}]+`, or capitals before small letters.
  enum Letters: Sendable { case letters, marked, cased }

  /// `'s|'t|'re|'ve|'m|'ll|'d` as a part of its own.
  var contractions = Contractions.anyCase
  var lead = Lead.mark
  var letters = Letters.letters
  /// The contractions belong to the word before them.
  var endsInContraction = false
  /// ` ?` before a number.
  var numberLead = false
  /// The most digits of a number.
  var numberLength = 3
  /// ` ?` before other marks.
  var markLead = true
  /// `[\r\n]*` behind other marks.
  var marksTakeNewlines = true
  /// `[\r\n/]*` there.
  var marksTakeSlashes = false
  /// `\s*[\r\n]+`
  var takesNewlines = true
  /// `\s+(?!\S)|\s+`; otherwise white space is no part.
  var takesSpace = true

  private static let lowercaseContractions = #"'s|'t|'re|'ve|'m|'ll|'d"#
  private static let anyContractions = #"(?i:'s|'t|'re|'ve|'m|'ll|'d)"#
  private static let space = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
  private static let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
  private static let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
  private static let noLetter = #"[^\r\n\p{L}\p{N}]?"#

  /// Every expression that is known, GPT-2's first.
  static let table: [(source: String, scanner: WordScanner)] = [
    (
      lowercaseContractions + #"| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#,
      WordScanner(
        contractions: .lowercase, lead: .space, numberLead: true, numberLength: .max, marksTakeNewlines: false,
        takesNewlines: false)
    ),
    // Llama 3.
    (anyContractions + "|" + noLetter + #"\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + space, WordScanner()),
    // Qwen 2 and 3.
    (
      anyContractions + "|" + noLetter + #"\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + space,
      WordScanner(numberLength: 1)
    ),
    // Qwen 3.5.
    (
      anyContractions + "|" + noLetter + #"[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|"# + space,
      WordScanner(letters: .marked, numberLength: 1)
    ),
    // cl100k as tiktoken spells it: what is possessive here cannot be given back there.
    (
      #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"#,
      WordScanner()
    ),
    // o200k.
    (
      noLetter + upper + "*" + lower + "+" + anyContractions + "?|" + noLetter + upper + "+" + lower + "*"
        + anyContractions + #"?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + space,
      WordScanner(contractions: .none, letters: .cased, endsInContraction: true, marksTakeSlashes: true)
    ),
    // CLIP.
    (
      lowercaseContractions + #"|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#,
      WordScanner(
        contractions: .lowercase, lead: .none, numberLength: 1, markLead: false, marksTakeNewlines: false,
        takesNewlines: false, takesSpace: false)
    ),
  ]

  static func known(_ source: String) -> WordScanner? {
    table.first { $0.source.utf8.elementsEqual(source.utf8) }?.scanner
  }

  /// Where the match ends that starts at `start`; `nil` where none does.
  func matchEnd(in bytes: [UInt8], at start: Int, to end: Int) -> Int? {
    let text = ScannedText(bytes: bytes, end: end)
    if contractions != .none, let index = text.contractionEnd(at: start, anyCase: contractions == .anyCase) {
      return index
    }
    return wordEnd(text, start) ?? numberEnd(text, start) ?? marksEnd(text, start)
      ?? (takesSpace ? spaceEnd(text, start) : nil)
  }

  private func wordEnd(_ text: ScannedText, _ start: Int) -> Int? {
    switch letters {
    case .letters: return leadEnd(text, start) { text.runEnd(of: .letter, from: $0) }
    case .marked: return leadEnd(text, start) { text.runEnd(of: [.letter, .mark], from: $0) }
    case .cased:
      // Two alternatives: each is tried with a lead and without before the next one is.
      guard let index = leadEnd(text, start, text.smallEnd) ?? leadEnd(text, start, text.capitalsEnd) else {
        return nil
      }
      return text.contractionEnd(at: index, anyCase: true) ?? index
    }
  }

  /// Where letters end behind what a word may begin with, else without it.
  @inline(__always)
  private func leadEnd(_ text: ScannedText, _ start: Int, _ lettersEnd: (Int) -> Int?) -> Int? {
    switch lead {
    case .none: return lettersEnd(start)
    case .space: return lettersEnd(text.bytes[start] == UInt8(ascii: " ") ? start + 1 : start)
    case .mark:
      let (first, length) = text.classes(at: start)
      if first.isDisjoint(with: [.letter, .number, .newline]), let index = lettersEnd(start + length) { return index }
      return lettersEnd(start)
    }
  }

  private func numberEnd(_ text: ScannedText, _ start: Int) -> Int? {
    if numberLead, text.bytes[start] == UInt8(ascii: " ") {
      return text.runEnd(of: .number, from: start + 1, atMost: numberLength)
    }
    return text.runEnd(of: .number, from: start, atMost: numberLength)
  }

  private func marksEnd(_ text: ScannedText, _ start: Int) -> Int? {
    let first = markLead && text.bytes[start] == UInt8(ascii: " ") ? start + 1 : start
    let others: ScalarClass = letters == .marked ? [.letter, .number, .space, .mark] : [.letter, .number, .space]
    guard var index = text.runEnd(outside: others, from: first) else { return nil }
    while marksTakeNewlines, index < text.end {
      let byte = text.bytes[index]
      let isTaken = byte == 0x0A || byte == 0x0D || marksTakeSlashes && byte == UInt8(ascii: "/")
      guard isTaken else { break }
      index += 1
    }
    return index
  }

  private func spaceEnd(_ text: ScannedText, _ start: Int) -> Int? {
    var index = start
    var last = start
    var newline: Int?
    while index < text.end {
      let (classes, length) = text.classes(at: index)
      guard classes.contains(.space) else { break }
      last = index
      index += length
      if classes.contains(.newline) { newline = index }
    }
    guard index > start else { return nil }
    if takesNewlines, let newline { return newline }
    // The last white space before a word is left to it, if another one comes before.
    return index < text.end && last > start ? last : index
  }
}

/// Bytes of a text up to an end.
private struct ScannedText {
  let bytes: [UInt8]
  let end: Int

  @inline(__always)
  func classes(at index: Int) -> (ScalarClass, length: Int) {
    let byte = bytes[index]
    if byte < 0x80 { return (ScalarClass.ascii[Int(byte)], 1) }
    let (scalar, length) = UTF8Bytes.scalar(in: bytes, at: index)
    return (ScalarClass.of(scalar), length)
  }

  /// `nil` for an empty run.
  @inline(__always)
  func runEnd(of set: ScalarClass, from start: Int, atMost count: Int = .max) -> Int? {
    var index = start
    var rest = count
    while index < end, rest > 0 {
      let (classes, length) = classes(at: index)
      guard !classes.isDisjoint(with: set) else { break }
      index += length
      rest -= 1
    }
    return index > start ? index : nil
  }

  /// `nil` for an empty run.
  @inline(__always)
  func runEnd(outside set: ScalarClass, from start: Int) -> Int? {
    var index = start
    while index < end {
      let (classes, length) = classes(at: index)
      guard classes.isDisjoint(with: set) else { break }
      index += length
    }
    return index > start ? index : nil
  }

  /// Capitals and what has no case, and behind them at least one small letter or one without case.
  func smallEnd(from start: Int) -> Int? {
    var index = start
    var lastCaseless: Int?
    while index < end {
      let (classes, length) = classes(at: index)
      guard !classes.isDisjoint(with: Self.upper) else { break }
      index += length
      if !classes.isDisjoint(with: Self.lower) { lastCaseless = index }
    }
    return runEnd(of: Self.lower, from: index) ?? lastCaseless
  }

  /// At least one capital or letter without case. No small letter follows where `smallEnd` found none.
  func capitalsEnd(from start: Int) -> Int? { runEnd(of: Self.upper, from: start) }

  private static let upper: ScalarClass = [.uppercase, .titlecase, .modifier, .otherLetter, .mark]
  private static let lower: ScalarClass = [.lowercase, .modifier, .otherLetter, .mark]

  /// An apostrophe and s, t, re, ve, m, ll or d. In any case also the long s, which folds to s.
  func contractionEnd(at start: Int, anyCase: Bool) -> Int? {
    guard start + 1 < end, bytes[start] == UInt8(ascii: "'") else { return nil }
    let mask: UInt8 = anyCase ? 0x20 : 0
    func letter(_ offset: Int) -> UInt8 {
      guard start + offset < end else { return 0 }
      let byte = bytes[start + offset]
      return byte & 0xDF >= 0x41 && byte & 0xDF <= 0x5A ? byte | mask : byte
    }
    switch (letter(1), letter(2)) {
    case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _), (UInt8(ascii: "d"), _):
      return start + 2
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return start + 3
    case (0xC5, 0xBF) where anyCase: return start + 3
    default: return nil
    }
  }
}
