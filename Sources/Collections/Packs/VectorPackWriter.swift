import Digests
import Encoder
import Platform

/// Makes a pack of vectors that come in any order: the same vectors make the same bytes. They wait in a file without a name, so
/// that memory holds their hashes alone.
struct VectorPackWriter: ~Copyable {
  private struct Entry {
    let key: VectorPack.Key
    /// Where its row is in the file that they wait in.
    let row: Int
    let textBytes: Int
  }

  let path: String
  private let space: VectorSpace
  private let keepsTexts: Bool
  private var texts: [Entry] = []
  private var places: [Entry] = []
  private var known: (texts: Set<TextHash>, places: Set<TextHash>) = ([], [])
  private let spool: Int32
  private var spooled = 0
  private var waiting: [UInt8] = []
  private static let pieceBytes = 1 << 20

  /// - Parameters:
  ///   - path: the pack's, beside which vectors wait.
  ///   - keepsTexts: whether the texts stand in it too.
  /// - Throws: `unwritable`.
  init(path: String, space: VectorSpace, keepsTexts: Bool) throws(PackError) {
    (self.path, self.space, self.keepsTexts) = (path, space, keepsTexts)
    let name = path + ".\(getpid()).\(UInt32.random(in: 0 ... .max)).rows"
    spool = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard spool >= 0 else { throw Self.unwritable(path) }
    unlink(name)
  }

  deinit { if spool >= 0 { close(spool) } }

  var textCount: Int { texts.count }
  var placeCount: Int { places.count }

  func holds(text hash: TextHash) -> Bool { known.texts.contains(hash) }

  func holds(place hash: TextHash) -> Bool { known.places.contains(hash) }

  /// Adds the vector of a text that is not there yet.
  mutating func add(_ hash: TextHash, _ vector: [Float], text: String) throws(PackError) {
    guard known.texts.insert(hash).inserted else { return }
    let bytes = vector.withUnsafeBytes { Array($0) }
    texts.append(Entry(key: .init(hash), row: spooled, textBytes: keepsTexts ? text.utf8.count : 0))
    try append(bytes, text)
  }

  /// Adds the vector of a place that is not there yet.
  mutating func add(place hash: TextHash, _ vector: QuantizedVector, text: String) throws(PackError) {
    guard known.places.insert(hash).inserted else { return }
    let bytes = withUnsafeBytes(of: vector.scale) { Array($0) } + vector.codes.map { UInt8(bitPattern: $0) }
    places.append(Entry(key: .init(hash), row: spooled, textBytes: keepsTexts ? text.utf8.count : 0))
    try append(bytes, text)
  }

  private mutating func append(_ bytes: [UInt8], _ text: String) throws(PackError) {
    waiting += bytes
    spooled += bytes.count
    if keepsTexts {
      waiting += text.utf8
      spooled += text.utf8.count
    }
    if waiting.count >= Self.pieceBytes { try spoolWaiting() }
  }

  private mutating func spoolWaiting() throws(PackError) {
    guard Self.write(waiting, to: spool) else { throw Self.unwritable(path) }
    waiting.removeAll(keepingCapacity: true)
  }

  // MARK: The pack

  /// Writes the pack, whole or not at all.
  /// - Returns: its id.
  /// - Throws: `unwritable`.
  consuming func finish() throws(PackError) -> String {
    try spoolWaiting()
    texts.sort { $0.key < $1.key }
    places.sort { $0.key < $1.key }
    let all = texts + places
    let layout = PackLayout(
      space: space, texts: texts.count, places: places.count,
      textBytes: keepsTexts ? all.reduce(0) { $0 + $1.textBytes } : nil)
    var output = try PackOutput(path: path)
    try output.append(layout.head)
    for text in texts { try output.append(text.key.hash.bytes) }
    let vectorBytes = space.dimensions * 4, placeBytes = 4 + space.dimensions
    for text in texts { try output.append(row(text.row, vectorBytes)) }
    for place in places { try output.append(place.key.hash.bytes) }
    for place in places { try output.append(row(place.row, 4)) }
    for place in places { try output.append(row(place.row + 4, space.dimensions)) }
    if output.count < layout.textEnds {
      try output.append([UInt8](repeating: 0, count: layout.textEnds - output.count))
    }
    if keepsTexts {
      var end: UInt64 = 0
      for entry in all {
        end += UInt64(entry.textBytes)
        try output.append(withUnsafeBytes(of: end.littleEndian) { Array($0) })
      }
      for text in texts { try output.append(row(text.row + vectorBytes, text.textBytes)) }
      for place in places { try output.append(row(place.row + placeBytes, place.textBytes)) }
    }
    return try output.finish()
  }

  private func row(_ offset: Int, _ count: Int) throws(PackError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var read = 0
    while read < count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        pread(spool, buffer.baseAddress?.advanced(by: read), count - read, off_t(offset + read))
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw PackError(.unwritable("what was put aside cannot be read again"), path: path) }
      read += got
    }
    return bytes
  }

  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        systemWrite(descriptor, buffer.baseAddress?.advanced(by: written), bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      written += count
    }
    return true
  }

  static func unwritable(_ path: String) -> PackError {
    PackError(.unwritable(SystemError.message()), path: path)
  }
}

/// write(2), whose name the type hides.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

/// A file that appears under its name when it is whole, with the SHA-256 of its bytes behind them.
struct PackOutput: ~Copyable {
  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private var hash = SHA256()
  private var waiting: [UInt8] = []
  /// Bytes so far.
  private(set) var count = 0
  private var isDone = false

  init(path: String) throws(PackError) {
    self.path = path
    temporary = path + ".\(getpid()).partial"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw VectorPackWriter.unwritable(path) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isDone { unlink(temporary) }
  }

  mutating func append(_ bytes: [UInt8]) throws(PackError) {
    waiting += bytes
    count += bytes.count
    if waiting.count >= 1 << 20 { try flush() }
  }

  private mutating func flush() throws(PackError) {
    hash.update(waiting)
    guard VectorPackWriter.write(waiting, to: descriptor) else { throw VectorPackWriter.unwritable(path) }
    waiting.removeAll(keepingCapacity: true)
  }

  consuming func finish() throws(PackError) -> String {
    try flush()
    let digest = swapped()
    guard VectorPackWriter.write(digest, to: descriptor), fsync(descriptor) == 0, rename(temporary, path) == 0 else {
      throw VectorPackWriter.unwritable(path)
    }
    isDone = true
    return digest.hexadecimal
  }

  private mutating func swapped() -> [UInt8] {
    var whole = SHA256()
    swap(&whole, &hash)
    return whole.finalize()
  }
}
