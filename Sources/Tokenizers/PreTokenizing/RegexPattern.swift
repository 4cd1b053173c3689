/// A regular expression that tokenizers are known to use. It is not interpreted: a scanner written for it, or for its like,
/// finds its matches in linear time.
public struct RegexPattern: Sendable, Equatable {
  /// As the file spells it.
  public let source: String
  private let scanner: Scanner
  /// What every match begins with, where that is one ASCII character.
  let firstByte: UInt8?

  private enum Scanner: Sendable, Equatable {
    case words(WordScanner)
    case run(ScalarRun)
  }

  /// - Returns: `nil` for an expression that is not known.
  public init?(_ source: String) {
    if let words = WordScanner.known(source) {
      scanner = .words(words)
      firstByte = nil
    } else if let run = ScalarRun(source) {
      scanner = .run(run)
      firstByte = run.firstByte
    } else {
      return nil
    }
    self.source = source
  }

  /// The expressions that are known as a whole; those of one class and a count come beside them.
  public static var known: [String] { WordScanner.table.map(\.source) }

  /// GPT-2's, which ByteLevel uses.
  static let gpt2 = WordScanner.table[0].scanner

  /// Where the match ends that starts at `index`; `nil` where none does. A match is never empty.
  @inline(__always)
  func matchEnd(in bytes: [UInt8], at index: Int, to end: Int) -> Int? {
    switch scanner {
    case .words(let words): words.matchEnd(in: bytes, at: index, to: end)
    case .run(let run): run.matchEnd(in: bytes, at: index, to: end)
    }
  }

  /// Whether they are spelled the same.
  public static func == (left: RegexPattern, right: RegexPattern) -> Bool {
    left.source.utf8.elementsEqual(right.source.utf8)
  }
}

/// One character or class, so many times: ` {2,}`, `\s+`, `\p{N}{1,3}`.
struct ScalarRun: Sendable, Equatable {
  private enum Member: Sendable, Equatable {
    case scalar(UInt32)
    case set(ScalarClass)
  }

  private let member: Member
  private let minimum: Int
  private let maximum: Int

  /// The character, where it is one of ASCII.
  var firstByte: UInt8? {
    if case .scalar(let scalar) = member, scalar < 0x80 { UInt8(scalar) } else { nil }
  }

  private static let sets: [(String, ScalarClass)] = [
    (#"\s"#, .space), (#"\p{L}"#, .letter), (#"\p{N}"#, .number), (#"\p{P}"#, .punctuation), (#"\p{M}"#, .mark),
    (#"[\r\n]"#, .newline),
  ]
  /// Characters that mean something else than themselves.
  private static let operators = #"\[](){}.*+?^$|"#

  init?(_ source: String) {
    let rest: Substring
    if let (name, set) = Self.sets.first(where: { source.utf8.starts(with: $0.0.utf8) }) {
      member = .set(set)
      rest = source.dropFirst(name.count)
    } else if let first = source.first, !Self.operators.contains(first), first.unicodeScalars.count == 1,
      let scalar = first.unicodeScalars.first
    {
      member = .scalar(scalar.value)
      rest = source.dropFirst()
    } else {
      return nil
    }
    guard let (minimum, maximum) = Self.count(rest) else { return nil }
    (self.minimum, self.maximum) = (minimum, maximum)
  }

  /// Nothing, `+`, `{n}`, `{n,}` or `{n,m}`, with a least number of 1.
  private static func count(_ text: Substring) -> (Int, Int)? {
    if text.isEmpty { return (1, 1) }
    if text == "+" { return (1, .max) }
    guard text.first == "{", text.last == "}" else { return nil }
    let parts = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count <= 2, let least = parts.first.flatMap({ Int($0) }), (1...1 << 20).contains(least) else {
      return nil
    }
    if parts.count == 1 { return (least, least) }
    if parts[1].isEmpty { return (least, .max) }
    guard let most = Int(parts[1]), most >= least else { return nil }
    return (least, most)
  }

  func matchEnd(in bytes: [UInt8], at start: Int, to end: Int) -> Int? {
    var index = start
    var count = 0
    while index < end, count < maximum {
      let (scalar, length) = UTF8Bytes.scalar(in: bytes, at: index)
      guard matches(scalar) else { break }
      index += length
      count += 1
    }
    return count >= minimum ? index : nil
  }

  private func matches(_ scalar: UInt32) -> Bool {
    switch member {
    case .scalar(let value): scalar == value
    case .set(let set): !ScalarClass.of(scalar).isDisjoint(with: set)
    }
  }
}
