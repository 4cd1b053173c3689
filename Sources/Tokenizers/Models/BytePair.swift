/// Byte-pair encoding of words, of characters or of bytes.
struct BytePair: Sendable {
  private let vocabulary: Vocabulary
  private let model: BytePairModel
  private let merges: MergeTable
  private let unknownID: Int32?
  /// The token of each byte (on bytes), or of each ASCII character without prefix and suffix; -1 where there is none.
  private let symbols: [Int32]
  private let byteTokens: [Int32]
  private let isByteLevel: Bool
  /// Neither prefix nor suffix.
  private let isPlain: Bool
  /// A text without words of its own is as many as it has marks: what is before one cannot be joined with it.
  private let cutsBeforeMark: Bool

  init(_ model: BytePairModel, _ vocabulary: Vocabulary, isByteLevel: Bool) throws(TokenizerError) {
    self.model = model
    self.vocabulary = vocabulary
    self.isByteLevel = isByteLevel
    merges = MergeTable(model.merges)
    if let unknown = model.unknown {
      guard let id = vocabulary.id(unknown) else { throw .missingToken(unknown, role: "unknown") }
      unknownID = id
    } else {
      unknownID = nil
    }
    isPlain = model.continuingPrefix.isEmpty && model.wordSuffix.isEmpty
    symbols = (0..<(isByteLevel ? 256 : 128)).map { vocabulary.id([UInt8($0)], 0..<1) ?? -1 }
    byteTokens = model.byteFallback ? vocabulary.byteTokens() : []
    let dropsNothing = unknownID != nil || !byteTokens.isEmpty && !byteTokens.contains(-1)
    cutsBeforeMark =
      isPlain && !isByteLevel && dropsNothing && vocabulary.id(Self.mark, 0..<Self.mark.count) != nil
      && Self.neverJoinsBeforeMark(model.merges, vocabulary.tokens)
  }

  /// Appends the pieces of the word at `word` of `bytes`.
  func append(_ word: Range<Int>, of bytes: [UInt8], _ scratch: inout ModelScratch, to pieces: inout [Piece]) {
    if model.ignoresMerges, let id = vocabulary.id(bytes, word) {
      return pieces.append(Piece(id: id, start: word.lowerBound, end: word.upperBound))
    }
    var start = word.lowerBound
    while start < word.upperBound {
      let end = cutsBeforeMark ? Self.partEnd(in: bytes, from: start, to: word.upperBound) : word.upperBound
      scratch.once(start..<end, of: bytes, to: &pieces) { join(start..<end, of: bytes, &$0, to: &$1) }
      start = end
    }
  }

  /// The next mark that stands behind something else.
  private static func partEnd(in bytes: [UInt8], from start: Int, to end: Int) -> Int {
    var index = start
    // Marks at the beginning belong to what follows.
    while index + 3 <= end, isMark(bytes, index) { index += 3 }
    while index < end {
      if bytes[index] == mark[0], index + 3 <= end, isMark(bytes, index) { return index }
      index += 1
    }
    return end
  }

  /// What SentencePiece writes for a space: U+2581.
  private static let mark: [UInt8] = [0xE2, 0x96, 0x81]

  @inline(__always)
  private static func isMark(_ bytes: [UInt8], _ index: Int) -> Bool {
    bytes[index] == 0xE2 && bytes[index + 1] == 0x96 && bytes[index + 2] == 0x81
  }

  /// Whether no two symbols are ever joined of which the second begins with a mark and the first does not end with one.
  private static func neverJoinsBeforeMark(_ merges: MergeList, _ tokens: TokenList) -> Bool {
    func begins(_ id: Int32) -> Bool { tokens.bytes[tokens.range(Int(id))].starts(with: mark) }
    func ends(_ id: Int32) -> Bool { tokens.bytes[tokens.range(Int(id))].suffix(3).elementsEqual(mark) }
    return !(0..<merges.count).contains { begins(merges.right[$0]) && !ends(merges.left[$0]) }
  }

  /// Appends the pieces of a word, or of a part of one, whatever is around it.
  private func join(_ word: Range<Int>, of bytes: [UInt8], _ scratch: inout ModelScratch, to pieces: inout [Piece]) {
    scratch.symbols.clear()
    let dropped = isByteLevel && isPlain ? appendBytes(word, bytes, &scratch) : appendCharacters(word, bytes, &scratch)
    scratch.symbols.join(merges)
    var start = word.lowerBound
    for index in scratch.symbols.ids.indices {
      let end = start + Int(scratch.symbols.lengths[index])
      pieces.append(Piece(id: scratch.symbols.ids[index], start: start, end: end))
      start = end
    }
    if dropped, isByteLevel { shift(&pieces, last: scratch.symbols.ids.count, word, bytes) }
  }

  /// Sets the pieces of a word with bytes that were dropped to where the reference takes them to be: it counts on without what
  /// was dropped, in bytes of the characters that stand for bytes.
  private func shift(_ pieces: inout [Piece], last count: Int, _ word: Range<Int>, _ bytes: [UInt8]) {
    // For each byte of these characters the byte of the word.
    let places = word.flatMap { Array(repeating: $0, count: ByteAlphabet.width(bytes[$0])) }
    var start = 0
    for index in pieces.count - count..<pieces.count {
      let id = pieces[index].id
      let width = vocabulary.tokens.bytes[vocabulary.tokens.range(Int(id))].reduce(0) { $0 + ByteAlphabet.width($1) }
      let end = start + width
      pieces[index] = Piece(id: id, start: places[start], end: places[end - 1] + 1)
      start = end
    }
  }

  /// - Returns: whether there were bytes without a token.
  private func appendBytes(_ word: Range<Int>, _ bytes: [UInt8], _ scratch: inout ModelScratch) -> Bool {
    var unknown = UnknownRun()
    var dropped = false
    for index in word {
      let id = symbols[Int(bytes[index])]
      if id >= 0 {
        unknown.flush(&scratch.symbols)
        scratch.symbols.append(id, length: 1)
      } else if let unknownID {
        unknown.add(unknownID, length: 1, fuses: model.fusesUnknown, &scratch.symbols)
      } else {
        dropped = true
      }
    }
    unknown.flush(&scratch.symbols)
    return dropped
  }

  /// - Returns: whether there were characters without a token.
  private func appendCharacters(_ word: Range<Int>, _ bytes: [UInt8], _ scratch: inout ModelScratch) -> Bool {
    var unknown = UnknownRun()
    var dropped = false
    var index = word.lowerBound
    while index < word.upperBound {
      let length = isByteLevel ? 1 : UTF8Bytes.scalar(in: bytes, at: index).length
      let range = index..<index + length
      index += length
      if let id = symbol(range, of: word, bytes) {
        unknown.flush(&scratch.symbols)
        scratch.symbols.append(id, length: length)
      } else if let ids = fallback(range, of: word, bytes) {
        // What is unknown before it comes behind it: so does the reference.
        for id in ids { scratch.symbols.append(id, length: 1) }
      } else if let unknownID {
        unknown.add(unknownID, length: length, fuses: model.fusesUnknown, &scratch.symbols)
      } else {
        dropped = true
      }
    }
    unknown.flush(&scratch.symbols)
    return dropped
  }

  @inline(__always)
  private func symbol(_ range: Range<Int>, of word: Range<Int>, _ bytes: [UInt8]) -> Int32? {
    if isPlain {
      let byte = bytes[range.lowerBound]
      if byte < 0x80 {
        let id = symbols[Int(byte)]
        return id >= 0 ? id : nil
      }
      return vocabulary.id(bytes, range)
    }
    let spelled = spelling(range, of: word, bytes)
    return vocabulary.id(spelled, 0..<spelled.count)
  }

  private func spelling(_ range: Range<Int>, of word: Range<Int>, _ bytes: [UInt8]) -> [UInt8] {
    (range.lowerBound > word.lowerBound ? Array(model.continuingPrefix.utf8) : []) + bytes[range]
      + (range.upperBound == word.upperBound ? Array(model.wordSuffix.utf8) : [])
  }

  /// The tokens of a character's bytes, where all of them have one.
  private func fallback(_ range: Range<Int>, of word: Range<Int>, _ bytes: [UInt8]) -> [Int32]? {
    guard model.byteFallback else { return nil }
    let ids = spelling(range, of: word, bytes).map { byteTokens[Int($0)] }
    return ids.contains(-1) ? nil : ids
  }
}

/// Unknown characters that have not become a symbol yet: those that touch may become one.
private struct UnknownRun {
  private var id: Int32?
  private var length = 0

  mutating func add(_ id: Int32, length: Int, fuses: Bool, _ symbols: inout SymbolList) {
    if !fuses { flush(&symbols) }
    self.id = id
    self.length += length
  }

  @inline(__always)
  mutating func flush(_ symbols: inout SymbolList) {
    guard let id else { return }
    symbols.append(id, length: length)
    self.id = nil
    length = 0
  }
}
