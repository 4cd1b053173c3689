/// A part of a text that stands together, before small ones are joined.
struct TextUnit: Sendable {
  var bytes: Range<Int>
  var symbol: Symbol?
  /// What encloses it, the outermost first.
  var trail: [String]
  /// Whether it is a part of something that had to be cut; it is then joined to nothing.
  var isCut = false
}

/// What the three ways of planning share: the text, its sizes, and the units found so far.
struct ChunkPlan {
  /// A unit below this share of the limit is small, and is joined with small neighbours.
  private static let smallShare = 6
  /// A unit of so few tokens says nothing alone, such as a closing brace.
  private static let tiny = 6
  /// Of the limit: what headings above a chunk may take.
  private static let leadShare = 4
  static let trailSeparator = " > "

  let lines: TextLines
  let counts: TokenCounts
  let language: Language
  /// Tokens of a chunk at most, with its lead and without special tokens.
  let limit: Int
  /// Tokens of a text of its own.
  let tokens: (String) -> Int
  var cutter: TextCutter { TextCutter(lines: lines, counts: counts) }

  private(set) var units: [TextUnit] = []
  /// Bytes at which a page, a slide or the like begins, by their order: what stands on both sides is not joined.
  var partStarts: [Int] = []

  init(lines: TextLines, counts: TokenCounts, language: Language, limit: Int, tokens: @escaping (String) -> Int) {
    self.lines = lines
    self.counts = counts
    self.language = language
    self.limit = limit
    self.tokens = tokens
  }

  /// What stands before a chunk's text for the model: the trail, without its outermost parts where it is too long.
  func lead(_ trail: [String]) -> String {
    var trail = trail[...]
    while !trail.isEmpty {
      let text = trail.joined(separator: Self.trailSeparator) + "\n"
      if text.utf8.count <= limit * 8, tokens(text) * Self.leadShare <= limit { return text }
      trail = trail.dropFirst()
    }
    return ""
  }

  /// Tokens that are left beside the lead.
  func room(_ trail: [String]) -> Int {
    max(1, limit - (trail.isEmpty ? 0 : tokens(lead(trail))))
  }

  func fits(_ bytes: Range<Int>, under trail: [String]) -> Bool {
    counts.size(lines.withoutBlankLines(bytes)) <= room(trail)
  }

  mutating func add(_ unit: TextUnit) {
    var unit = unit
    unit.bytes = lines.withoutBlankLines(unit.bytes)
    guard !unit.bytes.isEmpty else { return }
    guard let last = units.last, let joined = join(last, unit) else { return units.append(unit) }
    units[units.count - 1] = joined
  }

  /// Adds parts of something that had to be cut. Those after the first stand under its name too.
  mutating func add(cut parts: [Range<Int>], of symbol: Symbol?, trail: [String]) {
    for (index, part) in parts.enumerated() {
      let bytes = lines.withoutBlankLines(part)
      guard !bytes.isEmpty else { continue }
      units.append(
        TextUnit(
          bytes: bytes, symbol: index == 0 ? symbol : nil,
          trail: index == 0 ? trail : trail + (symbol.map { [$0.name] } ?? []), isCut: true))
    }
  }

  /// Whether a part begins behind one byte and not behind another.
  func beginsPart(after start: Int, through end: Int) -> Bool {
    var (low, high) = (0, partStarts.count)
    while low < high {
      let middle = (low + high) / 2
      if partStarts[middle] <= start { low = middle + 1 } else { high = middle }
    }
    return low < partStarts.count && partStarts[low] <= end
  }

  /// What does not hold although it always must; nil where all does: units in the text's order, each between its characters, of
  /// its size, and all of them of every word. For tests.
  func checkInvariants() -> String? {
    if partStarts != partStarts.sorted() { return "parts are out of order" }
    var (last, end) = (-1, 0)
    for unit in units {
      let bytes = unit.bytes
      if bytes.isEmpty || bytes.upperBound > lines.bytes.count { return "\(bytes) is no part of the text" }
      if bytes.lowerBound <= last { return "\(bytes) is out of order" }
      if lines.withoutBlankLines(bytes) != bytes { return "\(bytes) begins or ends with blank lines" }
      if [bytes.lowerBound, bytes.upperBound].contains(where: { lines.scalarStart(atOrBefore: $0) != $0 }) {
        return "\(bytes) cuts a character"
      }
      if end < bytes.lowerBound, !lines.trimmed(end..<bytes.lowerBound).isEmpty {
        return "\(end..<bytes.lowerBound) is in no unit"
      }
      if !unit.isCut {
        if bytes.lowerBound < end { return "\(bytes) has what is in the unit before, and was not cut" }
        if counts.size(bytes) > room(unit.trail) { return "\(bytes) is too long, and was not cut" }
        if beginsPart(after: bytes.lowerBound, through: bytes.upperBound - 1) {
          return "\(bytes) has the beginning of a part"
        }
      }
      (last, end) = (bytes.lowerBound, max(end, bytes.upperBound))
    }
    return lines.trimmed(end..<lines.bytes.count).isEmpty ? nil : "\(end..<lines.bytes.count) is in no unit"
  }

  /// Two small units under the same heading as one, or a tiny one with its neighbour.
  private func join(_ first: TextUnit, _ second: TextUnit) -> TextUnit? {
    guard !first.isCut, !second.isCut, first.trail == second.trail,
      !beginsPart(after: first.bytes.lowerBound, through: second.bytes.lowerBound)
    else { return nil }
    let bytes = first.bytes.lowerBound..<second.bytes.upperBound
    let (left, right, both) = (counts.size(first.bytes), counts.size(second.bytes), counts.size(bytes))
    let small = limit / Self.smallShare
    let areSmall =
      left + right <= limit / 2 && left < limit / 3 && right < small && (left < small || first.symbol == nil)
    let isTiny = min(left, right) <= Self.tiny && both <= room(first.trail)
    guard areSmall && both <= limit / 2 || isTiny else { return nil }
    var joined = first
    joined.bytes = bytes
    switch (first.symbol, second.symbol) {
    case (let symbol?, nil), (nil, let symbol?): joined.symbol = symbol
    case (let one?, _?) where right <= Self.tiny: joined.symbol = one
    case (_?, let other?) where left <= Self.tiny: joined.symbol = other
    default: joined.symbol = nil
    }
    return joined
  }
}
