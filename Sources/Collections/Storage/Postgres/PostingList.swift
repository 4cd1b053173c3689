/// Where a word stands, in the chunks of one segment: for each its number, its length in words, and how often each column of
/// ``IndexedWords`` has the word. Numbers of seven bits a byte, the lowest first; chunks ascend, and each is told by its distance to
/// the one before.
package struct PostingList {
  /// How often a chunk has a word.
  package struct Posting {
    package var chunk: Int64
    /// Words of the chunk, all columns together.
    package var length: Int
    /// One a column.
    package var counts: [Int]

    package init(chunk: Int64, length: Int, counts: [Int]) {
      self.chunk = chunk
      self.length = length
      self.counts = counts
    }
  }

  package private(set) var bytes: [UInt8] = []
  private var last: Int64

  /// - Parameter first: the segment's number, which is that of its first chunk.
  package init(first: Int64) {
    last = first
  }

  package mutating func append(_ posting: Posting) {
    append(UInt64(posting.chunk - last))
    last = posting.chunk
    append(UInt64(posting.length))
    var mask: UInt64 = 0
    for (column, count) in posting.counts.enumerated() where count > 0 { mask |= 1 << UInt64(column) }
    append(mask)
    for count in posting.counts where count > 0 { append(UInt64(count)) }
  }

  private mutating func append(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Reads what was written.
  /// - Throws: `damaged`.
  package static func read(
    _ bytes: [UInt8], first: Int64, _ body: (Posting) throws -> Void
  ) throws {
    let columns = IndexedWords.columns.count
    var index = 0
    func number() throws -> Int {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while index < bytes.count, shift < 63 {
        let byte = bytes[index]
        index += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return Int(truncatingIfNeeded: value) }
        shift += 7
      }
      throw CollectionError(.damaged, detail: "a list of words ends too soon")
    }
    var posting = Posting(chunk: first, length: 0, counts: Array(repeating: 0, count: columns))
    while index < bytes.count {
      posting.chunk &+= Int64(try number())
      posting.length = try number()
      let mask = try number()
      for column in 0..<columns { posting.counts[column] = mask >> column & 1 == 1 ? try number() : 0 }
      try body(posting)
    }
  }
}

/// The words of new chunks, turned around: for each word its list.
struct SegmentWords {
  /// The number of the first chunk.
  let first: Int64
  private(set) var lists: [[UInt8]: PostingList] = [:]

  init(first: Int64) {
    self.first = first
  }

  /// Adds a chunk's words; chunks come in the order of their numbers.
  /// - Returns: how many words it has.
  mutating func add(_ words: IndexedWords, of chunk: Int64, by stemmer: WordStemmer.Session) throws -> Int {
    var counts: [[UInt8]: [Int]] = [:]
    var length = 0
    for (column, value) in words.values.enumerated() {
      for word in try stemmer.words(value) {
        counts[Self.key(word), default: Array(repeating: 0, count: words.values.count)][column] += 1
        length += 1
      }
    }
    for (word, counts) in counts { add(PostingList.Posting(chunk: chunk, length: length, counts: counts), to: word) }
    return length
  }

  mutating func add(_ posting: PostingList.Posting, to word: [UInt8]) {
    lists[word, default: PostingList(first: first)].append(posting)
  }

  /// What a word is stored under: itself, or where an index could not hold it the hash of it, behind a byte that begins no UTF-8.
  static func key(_ word: [UInt8]) -> [UInt8] {
    word.count <= 200 ? word : [0xFF] + TextHash(utf8: word).bytes
  }
}
