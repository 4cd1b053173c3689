/// What Hugging Face's tokenizers does to each Unicode scalar, expanded from `UnicodeTables`.
///
/// Not `Unicode.Scalar.Properties`: that library takes categories, decompositions and lower case from libraries with
/// different Unicode versions, and results must not change with the Swift toolchain.
struct UnicodeProperties: Sendable {
  /// The tables, expanded once a process (1.1 MB), when the first text beyond ASCII comes.
  static let shared = UnicodeProperties(scalars: 0x110000)
  /// Those of ASCII alone, which most texts are content with.
  static let ascii = UnicodeProperties(scalars: 0x80)

  /// Bits of `flags`.
  enum Flag {
    static let removed: UInt8 = 1
    static let whiteSpace: UInt8 = 2
    static let ideograph: UInt8 = 4
    static let punctuation: UInt8 = 8
    static let nonspacing: UInt8 = 16
    static let word: UInt8 = 32
    static let lowercase: UInt8 = 64
    /// Decomposes, or has a combining class other than 0.
    static let canonical: UInt8 = 128
  }

  /// One byte of `Flag` bits for every scalar, from 0 on.
  private let flags: [UInt8]
  private let lowercaseRuns: [LowercaseRun]
  private let combiningRuns: [CombiningRun]
  private let decompositions: [Decomposition]

  private struct LowercaseRun {
    let first, last, step: UInt32
    let difference: Int32
  }

  private struct CombiningRun {
    let first, last: UInt32
    let combiningClass: UInt8
  }

  private struct Decomposition {
    let scalar: UInt32
    let parts: [UInt32]
  }

  /// - Parameter scalars: how many have properties; the tables of others are not read.
  private init(scalars: Int) {
    var flags = [UInt8](repeating: 0, count: scalars)
    Self.mark(UnicodeTables.removed, Flag.removed, in: &flags)
    Self.mark(UnicodeTables.whiteSpace, Flag.whiteSpace, in: &flags)
    Self.mark(UnicodeTables.ideographs, Flag.ideograph, in: &flags)
    Self.mark(UnicodeTables.punctuation, Flag.punctuation, in: &flags)
    Self.mark(UnicodeTables.nonspacing, Flag.nonspacing, in: &flags)
    Self.mark(UnicodeTables.word, Flag.word, in: &flags)

    lowercaseRuns = Self.readLowercase(marking: &flags)
    combiningRuns = Self.readCombiningClasses(marking: &flags)
    decompositions = Self.readDecompositions(marking: &flags)
    if Int(Hangul.syllables.upperBound) < scalars {
      for syllable in Hangul.syllables { flags[Int(syllable)] |= Flag.canonical }
    }
    self.flags = flags
  }

  /// Gap since the last range, length - 1.
  private static func mark(_ letters: String, _ flag: UInt8, in flags: inout [UInt8]) {
    var table = UnicodeTableReader(letters)
    var scalar = 0
    while let gap = table.next(), let rest = table.next() {
      scalar += gap
      guard scalar < flags.count else { return }
      for index in scalar...min(scalar + rest, flags.count - 1) { flags[index] |= flag }
      scalar += rest + 1
    }
  }

  /// Gap, length - 1, step - 1, zigzag(lower - upper).
  private static func readLowercase(marking flags: inout [UInt8]) -> [LowercaseRun] {
    var table = UnicodeTableReader(UnicodeTables.lowercase)
    var runs: [LowercaseRun] = []
    var scalar = 0
    while let gap = table.next(), let rest = table.next(), let more = table.next(), let change = table.nextSigned() {
      let first = scalar + gap
      guard first < flags.count else { return runs }
      let last = first + rest * (more + 1)
      for index in stride(from: first, through: min(last, flags.count - 1), by: more + 1) {
        flags[index] |= Flag.lowercase
      }
      runs.append(
        LowercaseRun(
          first: UInt32(first), last: UInt32(last), step: UInt32(more + 1), difference: Int32(change)))
      scalar = last + 1
    }
    return runs
  }

  /// Gap, length - 1, class.
  private static func readCombiningClasses(marking flags: inout [UInt8]) -> [CombiningRun] {
    var table = UnicodeTableReader(UnicodeTables.combiningClasses)
    var runs: [CombiningRun] = []
    var scalar = 0
    while let gap = table.next(), let rest = table.next(), let combiningClass = table.next() {
      let first = scalar + gap
      guard first < flags.count else { return runs }
      for index in first...min(first + rest, flags.count - 1) { flags[index] |= Flag.canonical }
      runs.append(
        CombiningRun(
          first: UInt32(first), last: UInt32(first + rest), combiningClass: UInt8(truncatingIfNeeded: combiningClass)))
      scalar = first + rest + 1
    }
    return runs
  }

  /// Gap, number of parts, zigzag(first part - that of the row before), then zigzag(part - U+0300) for each other one.
  private static func readDecompositions(marking flags: inout [UInt8]) -> [Decomposition] {
    var table = UnicodeTableReader(UnicodeTables.decompositions)
    var rows: [Decomposition] = []
    var scalar = 0
    var first = 0
    while let gap = table.next(), let count = table.next(), let change = table.nextSigned() {
      scalar += gap
      first += change
      let rest = (1..<count).map { _ in UInt32(0x300 + (table.nextSigned() ?? 0)) }
      guard scalar < flags.count else { return rows }
      rows.append(Decomposition(scalar: UInt32(scalar), parts: [UInt32(first)] + rest))
      flags[scalar] |= Flag.canonical
      scalar += 1
    }
    return rows
  }

  /// The `Flag` bits of a scalar; none for a number that is no scalar.
  @inline(__always)
  func flags(of scalar: UInt32) -> UInt8 {
    Int(scalar) < flags.count ? flags[Int(scalar)] : 0
  }

  /// The lower case of a scalar that has `Flag.lowercase`: one scalar, but for U+0130, which gives "i" and U+0307
  /// (the caller appends the mark).
  func lowercase(_ scalar: UInt32) -> UInt32 {
    let index = lowercaseRuns.partition { $0.last >= scalar }
    guard index < lowercaseRuns.count else { return scalar }
    let run = lowercaseRuns[index]
    guard run.first <= scalar, (scalar - run.first) % run.step == 0 else { return scalar }
    return UInt32(truncatingIfNeeded: Int64(scalar) + Int64(run.difference))
  }

  /// The canonical combining class; 0 for starters.
  func combiningClass(_ scalar: UInt32) -> UInt8 {
    guard flags(of: scalar) & Flag.canonical != 0 else { return 0 }
    let index = combiningRuns.partition { $0.last >= scalar }
    guard index < combiningRuns.count, combiningRuns[index].first <= scalar else { return 0 }
    return combiningRuns[index].combiningClass
  }

  /// Calls `body` with each scalar of the full canonical decomposition, in order; with the scalar itself where it
  /// does not decompose.
  @inline(__always)
  func forEachPart(of scalar: UInt32, _ body: (UInt32) -> Void) {
    guard flags(of: scalar) & Flag.canonical != 0 else { return body(scalar) }
    if Hangul.syllables.contains(scalar) { return Hangul.forEachPart(of: scalar, body) }
    let index = decompositions.partition { $0.scalar >= scalar }
    guard index < decompositions.count, decompositions[index].scalar == scalar else { return body(scalar) }
    for part in decompositions[index].parts { body(part) }
  }
}

/// Hangul syllables decompose by arithmetic (The Unicode Standard, section 3.12).
enum Hangul {
  static let syllables: ClosedRange<UInt32> = 0xAC00...0xD7A3

  @inline(__always)
  static func forEachPart(of syllable: UInt32, _ body: (UInt32) -> Void) {
    let index = syllable - syllables.lowerBound
    body(0x1100 + index / 588)
    body(0x1161 + index % 588 / 28)
    if index % 28 != 0 { body(0x11A7 + index % 28) }
  }
}
