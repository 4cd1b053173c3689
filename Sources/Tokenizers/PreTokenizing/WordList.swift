/// A stretch of text that is being cut into words. The buffers are kept from one text to the next.
struct WordList: Sendable {
  /// The text, and the words that are left of it: ascending, not empty, some of it in none.
  private(set) var text = NormalizedText()
  private(set) var words: [Range<Int>] = []
  private var spare: [Range<Int>] = []
  private var matches: [(range: Range<Int>, isMatch: Bool)] = []

  /// Starts with one word; with none where the text is empty.
  mutating func start(_ text: NormalizedText) {
    self.text = text
    words.removeAll(keepingCapacity: true)
    if !text.bytes.isEmpty { words.append(0..<text.bytes.count) }
  }

  /// Gives the text's memory back for the next one.
  mutating func takeText() -> NormalizedText {
    let taken = text
    text = NormalizedText()
    return taken
  }

  /// Every word is covered by matches: each is a word.
  mutating func cutWhole(_ matchEnd: ([UInt8], Int, Int) -> Int?) {
    spare.removeAll(keepingCapacity: true)
    for word in words {
      var start = word.lowerBound
      while start < word.upperBound {
        let end = matchEnd(text.bytes, start, word.upperBound) ?? word.upperBound
        spare.append(start..<end)
        start = end
      }
    }
    swap(&words, &spare)
  }

  /// Keeps what `next` finds, one after the other.
  mutating func keep(_ next: ([UInt8], Int, Int) -> Range<Int>?) {
    spare.removeAll(keepingCapacity: true)
    for word in words {
      var start = word.lowerBound
      while let found = next(text.bytes, start, word.upperBound) {
        spare.append(found)
        start = found.upperBound
      }
    }
    swap(&words, &spare)
  }

  /// Cuts at every scalar that is one of those sought.
  mutating func cutScalars(_ behavior: SplitBehavior, _ isSought: (UInt32) -> Bool) {
    cut(behavior, inverted: false) { bytes, start, end in
      var index = start
      while index < end {
        let (scalar, length) = UTF8Bytes.scalar(in: bytes, at: index)
        if isSought(scalar) { return index..<index + length }
        index += length
      }
      return nil
    }
  }

  /// Cuts every word at its matches.
  /// - Parameter inverted: what is between them counts as the matches.
  mutating func cut(
    _ behavior: SplitBehavior, inverted: Bool, _ firstMatch: ([UInt8], Int, Int) -> Range<Int>?
  ) {
    spare.removeAll(keepingCapacity: true)
    for word in words {
      matches.removeAll(keepingCapacity: true)
      var start = word.lowerBound
      while let match = firstMatch(text.bytes, start, word.upperBound) {
        if start < match.lowerBound { matches.append((start..<match.lowerBound, inverted)) }
        matches.append((match, !inverted))
        start = match.upperBound
      }
      if start < word.upperBound { matches.append((start..<word.upperBound, inverted)) }
      appendWords(behavior)
    }
    swap(&words, &spare)
  }

  private mutating func appendWords(_ behavior: SplitBehavior) {
    let first = spare.count
    var wasMatch = false
    switch behavior {
    case .isolated: spare += matches.lazy.map(\.range)
    case .removed: spare += matches.lazy.filter { !$0.isMatch }.map(\.range)
    case .contiguous, .mergedWithPrevious:
      for (range, isMatch) in matches {
        let joins = behavior == .contiguous ? isMatch == wasMatch : isMatch && !wasMatch
        if joins, spare.count > first, let last = spare.popLast() {
          spare.append(last.lowerBound..<range.upperBound)
        } else {
          spare.append(range)
        }
        wasMatch = isMatch
      }
    case .mergedWithNext:
      for (range, isMatch) in matches.reversed() {
        if isMatch, !wasMatch, spare.count > first, let last = spare.popLast() {
          spare.append(range.lowerBound..<last.upperBound)
        } else {
          spare.append(range)
        }
        wasMatch = isMatch
      }
      spare[first...].reverse()
    }
  }

  /// Puts a space before every word that does not begin with one.
  mutating func prependSpace() {
    let space = UInt8(ascii: " ")
    rewrite(lead: [space], space: nil) { text, word in text.bytes[word.lowerBound] != space }
  }

  /// Metaspace. Where the scheme is `.first`, origins must be known.
  mutating func spell(with replacement: Unicode.Scalar, _ scheme: PrependScheme, splits: Bool) {
    let mark = Array(String(replacement).utf8)
    rewrite(lead: mark, space: mark) { text, word in
      let isPlace = scheme == .always || scheme == .first && text.origins[word.lowerBound] == 0
      let begins = text.bytes[word.lowerBound] == UInt8(ascii: " ") || text.bytes[word].starts(with: mark)
      return isPlace && !begins
    }
    if splits { cutBefore(mark) }
  }

  /// Begins a word at each of these strings.
  private mutating func cutBefore(_ mark: [UInt8]) {
    spare.removeAll(keepingCapacity: true)
    for word in words {
      var start = word.lowerBound
      var index = start
      while let match = mark.firstMatch(in: text.bytes, from: index, to: word.upperBound) {
        if match.lowerBound > start { spare.append(start..<match.lowerBound) }
        start = match.lowerBound
        index = match.upperBound
      }
      if start < word.upperBound { spare.append(start..<word.upperBound) }
    }
    swap(&words, &spare)
  }

  /// Writes every word anew, behind `lead` where it needs that, and with spaces spelled as `space`.
  private mutating func rewrite(
    lead: [UInt8], space: [UInt8]?, needsLead: (NormalizedText, Range<Int>) -> Bool
  ) {
    let old = text
    let isTraced = !old.origins.isEmpty
    var new = NormalizedText()
    let more = words.count * lead.count + (space == nil ? 0 : old.bytes.count / 2)
    new.bytes.reserveCapacity(old.bytes.count + more)
    if isTraced { new.origins.reserveCapacity(old.bytes.count + more) }
    spare.removeAll(keepingCapacity: true)
    for word in words {
      let start = new.bytes.count
      if needsLead(old, word) { new.append(lead, origin: isTraced ? old.origins[word.lowerBound] : nil) }
      if let space {
        for index in word {
          let origin = isTraced ? old.origins[index] : nil
          if old.bytes[index] == UInt8(ascii: " ") {
            new.append(space, origin: origin)
          } else {
            new.bytes.append(old.bytes[index])
            if let origin { new.origins.append(origin) }
          }
        }
      } else {
        new.append(old, word)
      }
      spare.append(start..<new.bytes.count)
    }
    text = new
    swap(&words, &spare)
  }
}
