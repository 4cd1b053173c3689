import Digests
import Encoder
import ModelFiles

/// Vectors of texts in one file, by the texts' hashes: mapped, and searched where they lie. See ``PackLayout``.
///
/// Of texts it holds the float32 vectors that a collection stores, bit for bit, and of places the int8 that it stores of these.
public final class VectorPack: Sendable {
  /// The file.
  public let path: String
  /// What its vectors are of.
  public var space: VectorSpace { layout.space }
  /// Vectors of texts.
  public var textCount: Int { layout.texts }
  /// Vectors of places.
  public var placeCount: Int { layout.places }
  /// Whether the texts are in it too.
  public var holdsTexts: Bool { layout.textBytes != nil }
  /// Bytes of the file.
  public var bytes: Int { layout.bytes }

  let layout: PackLayout
  private let file: MappedFile

  /// Opens a pack: its header and its length are checked, and not what is between them; see ``requireWhole()``. Blocks.
  /// - Throws: ``PackError``.
  public init(path: String) throws(PackError) {
    self.path = path
    do throws(ModelFileError) { file = try MappedFile(path: path) } catch { throw PackError(error) }
    let head = file.withBytes { Array($0.prefix(Self.longestBeginning)) }
    layout = try PackLayout(head: head, path: path)
    guard layout.bytes == file.count else {
      throw PackError(.wrongLength(expected: layout.bytes, found: file.count), path: path)
    }
  }

  /// Bytes after which a pack has told its length.
  public static let longestBeginning = 16 + PackLayout.longestHeader

  /// The bytes of a pack of which the beginning is there. Blocks.
  /// - Throws: ``PackError`` where it is none.
  public static func length(of path: String) throws(PackError) -> Int {
    let file: MappedFile
    do throws(ModelFileError) { file = try MappedFile(path: path) } catch { throw PackError(error) }
    return try PackLayout(head: file.withBytes { Array($0.prefix(longestBeginning)) }, path: path).bytes
  }

  /// Names the content: 64 hexadecimal digits of SHA-256.
  public var id: String { file.withBytes { $0[layout.digest...].hexadecimal } }

  /// Checks that vectors of that space can be taken from it.
  /// - Throws: `otherSpace`, `otherArithmetic`.
  public func require(_ asked: VectorSpace) throws(PackError) {
    guard space.identity == asked.identity else {
      throw PackError(.otherSpace(pack: space, asked: asked), path: path)
    }
    guard layout.arithmetic == PackLayout.arithmetic else {
      throw PackError(.otherArithmetic(found: layout.arithmetic), path: path)
    }
  }

  /// Reads all of it: that the digest is right, the hashes ascend, and each vector is of length 1 or 0. Blocks.
  /// - Throws: `damaged`.
  public func requireWhole() throws(PackError) {
    let (found, stored) = file.withBytes { bytes in
      var hash = SHA256()
      hash.update(UnsafeRawBufferPointer(rebasing: bytes[..<layout.digest]))
      return (hash.finalize(), Array(bytes[layout.digest...]))
    }
    guard !file.wasCut, found == stored else { throw damaged("its bytes are not those that were written") }
    for (start, count) in [(layout.textHashes, layout.texts), (layout.placeHashes, layout.places)] {
      for row in stride(from: 1, to: count, by: 1) where key(start, row - 1) >= key(start, row) {
        throw damaged("its hashes are not in order (row \(row))")
      }
    }
    for row in 0..<layout.texts {
      guard StoredVector.isOne(vector(row)) else { throw damaged("vector \(row) is none of length 1") }
    }
    for row in 0..<layout.places {
      let scale = place(row).scale
      guard scale.isFinite, scale >= 0, scale <= 1 else { throw damaged("the scale of place \(row) is \(scale)") }
    }
    guard holdsTexts else { return }
    var before = 0
    for row in 0..<layout.texts + layout.places {
      let end = self.end(row)
      guard end >= before, end <= layout.textBytes ?? 0 else { throw damaged("the ends of its texts are not in order") }
      before = end
    }
  }

  private func damaged(_ what: String) -> PackError { PackError(.damaged(what), path: path) }

  // MARK: Looking up

  /// The vectors of those texts that it has.
  /// - Returns: `[dimensions]` float32 of length 1; of a file that was cut meanwhile none.
  public func vectors(of hashes: some Sequence<TextHash>) -> [TextHash: [Float]] {
    found(hashes, layout.textHashes, layout.texts) { row in
      let vector = vector(row)
      return StoredVector.isOne(vector) ? vector : nil
    }
  }

  /// The vectors of those places that it has.
  func places(of hashes: some Sequence<TextHash>) -> [TextHash: QuantizedVector] {
    found(hashes, layout.placeHashes, layout.places) { row in
      let place = place(row)
      return place.scale.isFinite ? place : nil
    }
  }

  private func found<Value>(
    _ hashes: some Sequence<TextHash>, _ start: Int, _ count: Int, _ value: (Int) -> Value?
  ) -> [TextHash: Value] {
    var found: [TextHash: Value] = [:]
    for hash in hashes {
      let asked = Key(hash)
      let row = (0..<count).partitionPoint { key(start, $0) < asked }
      if row < count, key(start, row) == asked { found[hash] = value(row) }
    }
    return file.wasCut ? [:] : found
  }

  /// All that it holds, in the order of the hashes.
  func hash(text row: Int) -> TextHash { key(layout.textHashes, row).hash }

  func hash(place row: Int) -> TextHash { key(layout.placeHashes, row).hash }

  /// The text of a row of texts, or behind these of places; nil where it holds none.
  func text(_ row: Int) -> String? {
    guard let count = layout.textBytes else { return nil }
    let start = row == 0 ? 0 : end(row - 1), end = end(row)
    guard 0 <= start, start <= end, end <= count else { return nil }
    return file.withBytes { String(decoding: $0[layout.textStart + start..<layout.textStart + end], as: UTF8.self) }
  }

  // MARK: Rows. All of them lie within the length that was checked.

  func vector(_ row: Int) -> [Float] {
    let count = space.dimensions, start = layout.vectors + row * count * 4
    return file.withBytes { bytes in
      (0..<count).map { bytes.loadUnaligned(fromByteOffset: start + $0 * 4, as: Float.self) }
    }
  }

  func place(_ row: Int) -> QuantizedVector {
    let start = layout.codes + row * space.dimensions
    return file.withBytes { bytes in
      QuantizedVector(
        codes: bytes[start..<start + space.dimensions].map { Int8(bitPattern: $0) },
        scale: bytes.loadUnaligned(fromByteOffset: layout.scales + row * 4, as: Float.self))
    }
  }

  private func end(_ row: Int) -> Int {
    Int(
      truncatingIfNeeded: file.withBytes {
        $0.loadUnaligned(fromByteOffset: layout.textEnds + row * 8, as: UInt64.self).littleEndian
      })
  }

  private func key(_ start: Int, _ row: Int) -> Key {
    file.withBytes { bytes in
      Key(
        high: bytes.loadUnaligned(fromByteOffset: start + row * PackLayout.hashBytes, as: UInt64.self).bigEndian,
        low: bytes.loadUnaligned(fromByteOffset: start + row * PackLayout.hashBytes + 8, as: UInt64.self).bigEndian)
    }
  }

  /// A hash as two numbers, in the order of its bytes.
  struct Key: Comparable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    init(_ hash: TextHash) {
      func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
      self.init(high: number(hash.bytes[0..<8]), low: number(hash.bytes[8..<16]))
    }

    var hash: TextHash {
      TextHash(
        words: [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } })
    }

    static func < (left: Key, right: Key) -> Bool { (left.high, left.low) < (right.high, right.low) }
  }
}
