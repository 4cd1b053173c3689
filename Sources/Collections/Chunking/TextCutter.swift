/// A place where a text may be cut.
struct CutPlace: Sendable {
  /// The first byte after the cut.
  let offset: Int
  /// Less is better.
  let cost: Int
}

/// Cuts what does not fit the model into parts that do, at the best of the places offered, and lets each part begin with
/// the end of the one before it.
struct TextCutter {
  /// Of the limit: what a part may repeat of the one before.
  static let overlapShare = 8

  let lines: TextLines
  let counts: TokenCounts

  /// - Parameters:
  ///   - places: inside `range`, ascending.
  ///   - limit: the size of a part at most; 1 or more.
  /// - Returns: parts that cover `range` in order.
  func cut(_ range: Range<Int>, at places: [CutPlace], limit: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = range.lowerBound
    // What the parts cover so far, and the first place behind it.
    var covered = start
    var next = 0
    while true {
      let furthest = lines.scalarStart(
        atOrBefore: counts.end(from: start, limit: limit, notPast: range.upperBound))
      guard furthest < range.upperBound else {
        parts.append(start..<range.upperBound)
        return parts
      }
      let place = bestPlace(places[next...], start: start, furthest: furthest, limit: limit)
      let end =
        place
        ?? wordEnd(before: furthest, after: max(covered, start + (furthest - start) * 3 / 4))
        ?? max(furthest, lines.scalarEnd(after: covered))
      parts.append(start..<end)
      covered = end
      while next < places.count, places[next].offset <= covered { next += 1 }
      start = overlapStart(
        places[..<next], end: end, isAtPlace: place != nil, after: start, limit: limit / Self.overlapShare)
    }
  }

  /// The cheapest place in the last half of the window, the later of equals; else the last place before it.
  private func bestPlace(_ places: ArraySlice<CutPlace>, start: Int, furthest: Int, limit: Int) -> Int? {
    var best: CutPlace?
    var last: Int?
    for place in places {
      guard place.offset <= furthest else { break }
      last = place.offset
      if counts.size(start..<place.offset) * 2 >= limit, place.cost <= best?.cost ?? .max { best = place }
    }
    return best?.offset ?? last
  }

  /// The start of the last word that begins in `after..<before`.
  private func wordEnd(before end: Int, after start: Int) -> Int? {
    var index = end
    while index > start + 1 {
      if TextLines.isBlank(lines.bytes[index - 1]) { return index }
      index -= 1
    }
    return nil
  }

  /// Where the part after `end` begins: with whole sentences or lines where the text was cut between them, else with words.
  private func overlapStart(
    _ places: ArraySlice<CutPlace>, end: Int, isAtPlace: Bool, after start: Int, limit: Int
  ) -> Int {
    guard limit > 0 else { return end }
    let earliest = max(counts.start(to: end, limit: limit), start + 1)
    var found: Int?
    for place in places.reversed() {
      guard place.offset >= earliest else { break }
      if place.offset < end { found = place.offset }
    }
    if isAtPlace { return found ?? end }
    return found ?? (earliest..<end).first { TextLines.isBlank(lines.bytes[$0 - 1]) } ?? end
  }
}

extension TextLines {
  /// The first start of a scalar after an offset.
  func scalarEnd(after offset: Int) -> Int {
    var end = min(offset + 1, bytes.count)
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }
}
