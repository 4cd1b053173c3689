/// Unigram: of all ways to spell a word in tokens the one with the highest sum of scores (Viterbi).
struct Unigram: Sendable {
  private let vocabulary: Vocabulary
  private let scores: [Double]
  private let unknownID: Int32
  private let unknownScore: Double
  private let byteTokens: [Int32]
  private let lengths: PrefixLengths

  /// What an unknown character costs beyond the least likely token.
  private static let unknownPenalty = 10.0

  init(_ model: UnigramModel, _ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    scores = model.scores
    unknownID = model.unknownID
    unknownScore = (model.scores.min() ?? 0) - Self.unknownPenalty
    byteTokens = model.byteFallback ? vocabulary.byteTokens() : []
    lengths = PrefixLengths(vocabulary.tokens)
  }

  /// Appends the pieces of the word at `word` of `bytes`.
  func append(_ word: Range<Int>, of bytes: [UInt8], _ scratch: inout ModelScratch, to pieces: inout [Piece]) {
    scratch.path.start(word.count)
    var start = 0
    while start < word.count {
      let base = word.lowerBound + start
      let length = UTF8Bytes.scalar(in: bytes, at: base).length
      let score = scratch.path.nodes[start].score
      var hasCharacter = false
      forEachToken(bytes, base..<word.upperBound) { id, tokenLength in
        scratch.path.offer(id, score: scores[Int(id)] + score, from: start, to: start + tokenLength)
        if tokenLength == length { hasCharacter = true }
      }
      if !hasCharacter {
        scratch.path.offer(unknownID, score: unknownScore + score, from: start, to: start + length)
      }
      start += length
    }
    appendPath(word, bytes, scratch.path.traced(word.count), to: &pieces)
  }

  /// Unknown characters go by their own name.
  func namesByText(_ piece: Piece) -> Bool { piece.id == unknownID }

  /// The tokens that `bytes[range]` begins with, the shortest first.
  @inline(__always)
  private func forEachToken(_ bytes: [UInt8], _ range: Range<Int>, _ body: (Int32, Int) -> Void) {
    var hash = TokenTable.seed
    var index = range.lowerBound
    let table = vocabulary.table
    var mask = lengths.mask(bytes, range)
    var length = 0
    while mask != 0 {
      let target = mask.trailingZeroBitCount
      mask &= mask - 1
      // The last bit stands for every greater length.
      let isLast = target == PrefixLengths.longest
      let end = isLast ? min(table.longest, range.count) : target
      guard end <= range.count else { return }
      while length < end {
        hash = TokenTable.extend(hash, bytes[index])
        index += 1
        length += 1
        guard length == end || isLast && length >= target else { continue }
        if let id = table.find(
          bytes, range.lowerBound..<range.lowerBound + length, hash: TokenTable.finish(hash), vocabulary.tokens)
        {
          body(id, length)
        }
      }
    }
  }

  /// The path's pieces, with unknown ones that touch joined.
  private func appendPath(
    _ word: Range<Int>, _ bytes: [UInt8], _ path: [UnigramPath.Step], to pieces: inout [Piece]
  ) {
    var unknown: Range<Int>?
    for step in path.reversed() {
      let range = word.lowerBound + Int(step.start)..<word.lowerBound + Int(step.end)
      if step.id == unknownID {
        unknown = (unknown?.lowerBound ?? range.lowerBound)..<range.upperBound
        continue
      }
      if let run = unknown { appendUnknown(run, bytes, to: &pieces) }
      unknown = nil
      pieces.append(Piece(id: step.id, start: range.lowerBound, end: range.upperBound))
    }
    if let run = unknown { appendUnknown(run, bytes, to: &pieces) }
  }

  /// A run of unknown characters: a token all the same, or its bytes' tokens, or the unknown one.
  private func appendUnknown(_ run: Range<Int>, _ bytes: [UInt8], to pieces: inout [Piece]) {
    if let id = vocabulary.id(bytes, run) {
      return pieces.append(Piece(id: id, start: run.lowerBound, end: run.upperBound))
    }
    if !byteTokens.isEmpty, bytes[run].allSatisfy({ byteTokens[Int($0)] >= 0 }) {
      for byte in bytes[run] {
        pieces.append(Piece(id: byteTokens[Int(byte)], start: run.lowerBound, end: run.upperBound))
      }
      return
    }
    pieces.append(Piece(id: unknownID, start: run.lowerBound, end: run.upperBound))
  }
}

/// The best way to each place of a word.
struct UnigramPath: Sendable {
  struct Node: Sendable {
    var score = 0.0
    var id: Int32 = 0
    /// -1 where no token ends.
    var start: Int32 = -1
  }

  struct Step: Sendable {
    let id, start, end: Int32
  }

  private(set) var nodes: [Node] = []
  private var steps: [Step] = []

  mutating func start(_ length: Int) {
    nodes.removeAll(keepingCapacity: true)
    nodes.append(contentsOf: repeatElement(Node(), count: length + 1))
  }

  /// Takes a token that ends at `end` where nothing as good did.
  @inline(__always)
  mutating func offer(_ id: Int32, score: Double, from start: Int, to end: Int) {
    guard nodes[end].start < 0 || score > nodes[end].score else { return }
    nodes[end] = Node(score: score, id: id, start: Int32(truncatingIfNeeded: start))
  }

  /// The best tokens, the last first.
  mutating func traced(_ length: Int) -> [Step] {
    steps.removeAll(keepingCapacity: true)
    var end = Int32(truncatingIfNeeded: length)
    while end > 0 {
      let node = nodes[Int(end)]
      steps.append(Step(id: node.id, start: node.start, end: end))
      end = node.start
    }
    return steps
  }
}

/// For the first bytes of a text the lengths of all tokens that begin like that, so that few are looked up in vain.
private struct PrefixLengths: Sendable {
  /// Stands for this length and every greater one.
  static let longest = 31
  /// Bytes that are looked at.
  private static let width = 4
  private var masks: [UInt32]
  private let shift: UInt64

  init(_ tokens: TokenList) {
    var bits: UInt64 = 8
    while bits < 18, 1 << bits < tokens.count { bits += 1 }
    shift = 64 - bits
    masks = Array(repeating: 0, count: 1 << bits)
    for id in tokens.indices {
      let range = tokens.range(id)
      guard !range.isEmpty else { continue }
      masks[slot(tokens.bytes, range, min(range.count, Self.width))] |= 1 << UInt32(min(range.count, Self.longest))
    }
  }

  /// A bit for each length that a token at the beginning of `bytes[range]` may have.
  @inline(__always)
  func mask(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    var mask: UInt32 = 0
    let width = min(range.count, Self.width)
    var length = 1
    while length < width {
      mask |= masks[slot(bytes, range, length)] & (1 << UInt32(length))
      length += 1
    }
    // Of shorter tokens only those of this very length are meant.
    let whole = masks[slot(bytes, range, width)]
    return mask | whole & ~((1 << UInt32(width)) - 1)
  }

  @inline(__always)
  private func slot(_ bytes: [UInt8], _ range: Range<Int>, _ width: Int) -> Int {
    var key = UInt64(width)
    for index in range.lowerBound..<range.lowerBound + width { key = key << 8 | UInt64(bytes[index]) }
    return Int((key &* 0x9E37_79B9_7F4A_7C15) >> shift)
  }
}
