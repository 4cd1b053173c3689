/// The names in a checkout's index (gitformat-index(5)): what git tracks. Versions 2 to 4, split and sparse ones included.
struct GitIndex: Sendable {
  /// A larger file is not read: it lists some millions of files.
  static let largestFile = 1 << 29

  /// Bytes of an object's name.
  enum Hash: Int, Sendable {
    case sha1 = 20
    case sha256 = 32
  }

  /// All names one after the other, in their order by bytes, each once.
  private(set) var names: [UInt8] = []
  /// Where each name ends in ``names``.
  private(set) var ends: [Int] = []
  /// The name of the shared index that this one adds to, as the hexadecimal end of its file's name; nil for one that is whole.
  private(set) var base: String?
  /// Positions in the shared index of names that are no more.
  private(set) var deleted: [Bool] = []

  /// An index without names.
  init() {}

  /// Reads an index.
  /// - Throws: why it cannot be read.
  init(_ bytes: [UInt8], hash: Hash) throws(GitIndexError) {
    var reader = GitIndexReader(bytes, end: bytes.count - hash.rawValue)
    guard try reader.next(4).elementsEqual("DIRC".utf8) else {
      throw GitIndexError("it does not begin as an index does")
    }
    let version = try reader.integer()
    guard (2...4).contains(version) else { throw GitIndexError("its version is \(version)") }
    let count = try reader.integer()
    var name: [UInt8] = []
    for _ in 0..<count {
      let start = reader.position
      try reader.skip(24)
      let mode = try reader.integer()
      try reader.skip(12 + hash.rawValue)
      let flags = try reader.short()
      if flags & 0x4000 != 0 {
        guard version > 2 else { throw GitIndexError("an entry has flags of a later version") }
        try reader.skip(2)
      }
      if version == 4 {
        let stripped = try reader.offset()
        guard stripped <= name.count else { throw GitIndexError("a name is shorter than nothing") }
        name.removeLast(stripped)
        name += try reader.untilNUL()
      } else {
        name = Array(try reader.untilNUL())
        // One NUL has been read; entries end at multiples of eight bytes.
        try reader.skip((8 - (reader.position - start) % 8) % 8)
      }
      // Folders of a sparse index stand for files that are not on the disk; empty names for entries of a shared index.
      if !name.isEmpty, mode != 0o040000 { append(name) }
    }
    try readExtensions(&reader, hash: hash)
    if !isSorted { self = Self.sorted(Set((0..<self.ends.count).map { Array(self[$0]) })) }
  }

  private mutating func readExtensions(_ reader: inout GitIndexReader, hash: Hash) throws(GitIndexError) {
    while reader.position < reader.end {
      let signature = Array(try reader.next(4))
      let size = try reader.integer()
      let content = try reader.next(size)
      switch String(decoding: signature, as: UTF8.self) {
      case "link":
        var link = GitIndexReader(content)
        let digest = try link.next(hash.rawValue)
        guard digest.contains(where: { $0 != 0 }) else { break }
        base = digest.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
        if link.position < link.end { deleted = try link.bitmap(limit: Self.largestFile / 64) }
      case "sdir": break
      default:
        // What begins with a capital letter may be left alone.
        guard let first = signature.first, (0x41...0x5A).contains(first) else {
          throw GitIndexError("it has an extension that is not known")
        }
      }
    }
  }

  private var isSorted: Bool {
    ends.indices.dropFirst().allSatisfy { self[$0 - 1].lexicographicallyPrecedes(self[$0]) }
  }

  private mutating func append(_ name: some Collection<UInt8>) {
    // A conflict has an entry for each version of a file.
    if let last = ends.indices.last, self[last].elementsEqual(name) { return }
    names += name
    ends.append(names.count)
  }

  private static func sorted(_ names: Set<[UInt8]>) -> GitIndex {
    var index = GitIndex()
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) { index.append(name) }
    return index
  }

  /// These names with those of the shared index that are still there.
  func joined(with shared: GitIndex) -> GitIndex {
    var all = Set(ends.indices.map { Array(self[$0]) })
    for position in shared.ends.indices where !(deleted.indices.contains(position) && deleted[position]) {
      all.insert(Array(shared[position]))
    }
    return Self.sorted(all)
  }

  private subscript(position: Int) -> ArraySlice<UInt8> {
    names[(position == 0 ? 0 : ends[position - 1])..<ends[position]]
  }

  // MARK: Questions

  /// Whether git tracks a file, or a checkout within this one.
  /// - Parameter path: from the checkout's folder.
  func contains(_ path: some Collection<UInt8>) -> Bool {
    let position = lowerBound(path)
    return position < ends.count && self[position].elementsEqual(path)
  }

  /// Whether git tracks anything in a folder.
  func hasFiles(in folder: some Collection<UInt8>) -> Bool {
    let prefix = Array(folder) + [UInt8(ascii: "/")]
    let position = lowerBound(prefix)
    return position < ends.count && self[position].starts(with: prefix)
  }

  /// The first position whose name is not before `path`.
  private func lowerBound(_ path: some Collection<UInt8>) -> Int {
    var (low, high) = (0, ends.count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].lexicographicallyPrecedes(path) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Why an index cannot be read.
struct GitIndexError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Reads an index from the front; nothing beyond its end.
private struct GitIndexReader {
  private let bytes: ArraySlice<UInt8>
  let end: Int
  private(set) var position: Int

  init(_ bytes: [UInt8], end: Int) {
    self.bytes = bytes[...]
    self.end = end
    position = 0
  }

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    end = bytes.endIndex
    position = bytes.startIndex
  }

  mutating func next(_ count: Int) throws(GitIndexError) -> ArraySlice<UInt8> {
    guard count <= end - position else { throw GitIndexError("it is cut") }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func skip(_ count: Int) throws(GitIndexError) {
    _ = try next(count)
  }

  /// 4 bytes, the highest first.
  mutating func integer() throws(GitIndexError) -> Int {
    try next(4).reduce(0) { $0 << 8 | Int($1) }
  }

  mutating func short() throws(GitIndexError) -> Int {
    try next(2).reduce(0) { $0 << 8 | Int($1) }
  }

  /// A number of version 4 in groups of 7 bits, the highest first, each but the last one more than it says.
  mutating func offset() throws(GitIndexError) -> Int {
    var byte = try next(1).first ?? 0
    var value = Int(byte & 0x7F)
    while byte & 0x80 != 0 {
      guard value < 1 << 24 else { throw GitIndexError("a name's length is out of range") }
      byte = try next(1).first ?? 0
      value = (value + 1) << 7 | Int(byte & 0x7F)
    }
    return value
  }

  /// The bytes before the next NUL, which is read too.
  mutating func untilNUL() throws(GitIndexError) -> ArraySlice<UInt8> {
    guard position < end, let stop = bytes[position..<end].firstIndex(of: 0) else { throw GitIndexError("it is cut") }
    defer { position = stop + 1 }
    return bytes[position..<stop]
  }

  /// An EWAH bitmap (javaewah's format, as git writes it): words of 64 bits, some of them runs of one bit.
  /// - Parameter limit: of bits; more are an error.
  mutating func bitmap(limit: Int) throws(GitIndexError) -> [Bool] {
    let size = try integer()
    let words = try integer()
    guard size <= limit else { throw GitIndexError("its bitmap is too large") }
    var bits: [Bool] = []
    bits.reserveCapacity(size)
    var rest = words
    while rest > 0 {
      let marker = try word()
      rest -= 1
      let (run, literals) = (Int(marker >> 1 & 0xFFFF_FFFF), Int(marker >> 33))
      let runBits = min(run * 64, size - bits.count)
      bits += repeatElement(marker & 1 == 1, count: runBits)
      guard literals <= rest else { throw GitIndexError("its bitmap is cut") }
      rest -= literals
      for _ in 0..<literals {
        let literal = try word()
        for bit in 0..<UInt64(min(64, size - bits.count)) { bits.append(literal >> bit & 1 == 1) }
      }
    }
    return bits
  }

  private mutating func word() throws(GitIndexError) -> UInt64 {
    try next(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
