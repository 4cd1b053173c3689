/// What words became, so that a word that comes again is not computed again. It forgets everything when it is full: what it
/// holds never shows in a result.
struct WordCache: Sendable {
  private struct Entry {
    let hash: UInt32
    let keyStart, valueStart: Int32
    let keyCount, valueCount: UInt16
  }

  /// A piece with places from the word's start.
  private struct Value {
    let id, start, end: Int32
  }

  /// Numbers of entries, -1 in a free slot; at most half full.
  private var slots: [Int32] = []
  private var entries: [Entry] = []
  private var keys: [UInt8] = []
  private var values: [Value] = []

  /// Longer words are rare, and seldom come again.
  static let longestWord = 64
  private static let capacity = 8192

  /// Appends the pieces of the word at `word` of `bytes`.
  /// - Returns: the word's hash where it is not known, for `store`.
  @inline(__always)
  func append(_ word: Range<Int>, of bytes: [UInt8], to pieces: inout [Piece]) -> UInt32? {
    let hash = TokenTable.hash(bytes, word)
    guard !slots.isEmpty else { return hash }
    var index = Int(hash) & (slots.count - 1)
    while slots[index] >= 0 {
      let entry = entries[Int(slots[index])]
      if entry.hash == hash, isKey(entry, bytes, word) {
        for value in values[Int(entry.valueStart)..<Int(entry.valueStart) + Int(entry.valueCount)] {
          pieces.append(
            Piece(id: value.id, start: word.lowerBound + Int(value.start), end: word.lowerBound + Int(value.end)))
        }
        return nil
      }
      index = (index + 1) & (slots.count - 1)
    }
    return hash
  }

  @inline(__always)
  private func isKey(_ entry: Entry, _ bytes: [UInt8], _ word: Range<Int>) -> Bool {
    guard Int(entry.keyCount) == word.count else { return false }
    var same = 0
    while same < word.count, keys[Int(entry.keyStart) + same] == bytes[word.lowerBound + same] { same += 1 }
    return same == word.count
  }

  /// Keeps the pieces of a word that was not known.
  mutating func store(_ word: Range<Int>, of bytes: [UInt8], hash: UInt32, _ pieces: ArraySlice<Piece>) {
    if entries.count >= Self.capacity || slots.isEmpty { clear() }
    var index = Int(hash) & (slots.count - 1)
    while slots[index] >= 0 { index = (index + 1) & (slots.count - 1) }
    slots[index] = Int32(entries.count)
    entries.append(
      Entry(
        hash: hash, keyStart: Int32(keys.count), valueStart: Int32(values.count), keyCount: UInt16(word.count),
        valueCount: UInt16(pieces.count)))
    keys += bytes[word]
    for piece in pieces {
      values.append(
        Value(
          id: piece.id, start: Int32(piece.start - word.lowerBound), end: Int32(piece.end - word.lowerBound)))
    }
  }

  private mutating func clear() {
    slots = Array(repeating: -1, count: Self.capacity * 2)
    entries.removeAll(keepingCapacity: true)
    keys.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }
}
