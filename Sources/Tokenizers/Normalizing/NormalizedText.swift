/// Normalised bytes, each with the place it came from.
struct NormalizedText: Sendable {
  /// UTF-8.
  var bytes: [UInt8] = []
  /// For every byte the scalar of the original text that it stands for, or -1 where it stands for none; empty where offsets
  /// are not wanted. They never descend.
  var origins: [Int32] = []

  /// Appends bytes that stand for one scalar of the text.
  /// - Parameter origin: `nil` where offsets are not wanted.
  @inline(__always)
  mutating func append(_ bytes: [UInt8], origin: Int32?) {
    self.bytes += bytes
    if let origin { for _ in bytes { origins.append(origin) } }
  }

  /// Appends a part of another text.
  mutating func append(_ other: NormalizedText, _ range: Range<Int>) {
    bytes += other.bytes[range]
    if !other.origins.isEmpty { origins += other.origins[range] }
  }

  /// Forgets the text and keeps the memory.
  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    origins.removeAll(keepingCapacity: true)
  }
}

/// A text before normalising.
struct SourceText: Sendable {
  /// UTF-8.
  let bytes: [UInt8]
  /// For every byte the index of its scalar; empty where offsets are not wanted.
  let scalarIndices: [Int32]

  init(bytes: [UInt8], scalarIndices: [Int32]) {
    (self.bytes, self.scalarIndices) = (bytes, scalarIndices)
  }

  /// - Parameter offsets: whether tokens will be traced back to the text.
  init(_ text: String, offsets: Bool) {
    let bytes = Array(text.utf8)
    self.bytes = bytes
    guard offsets else {
      scalarIndices = []
      return
    }
    var index: Int32 = -1
    scalarIndices = bytes.map { byte in
      if !UTF8Bytes.isContinuation(byte) { index += 1 }
      return index
    }
  }
}

/// Writes a text anew scalar by scalar and keeps the reference's books on where each comes from.
struct TextRewriter {
  private let old: NormalizedText
  private(set) var new = NormalizedText()
  /// The next byte of the old text that is not spoken for.
  private var next = 0
  private let isTraced: Bool

  init(_ old: NormalizedText) {
    self.old = old
    isTraced = !old.origins.isEmpty
    new.bytes.reserveCapacity(old.bytes.count + 8)
    if isTraced { new.origins.reserveCapacity(old.bytes.count + 8) }
  }

  /// Writes a scalar.
  /// - Parameter change: 1 for one that was put in, and stands where the one before it does; 0 for one that takes the place of
  ///   the next scalar; -n for one that takes the places of the next scalar and of n others.
  @inline(__always)
  mutating func put(_ scalar: UInt32, change: Int) {
    let length = UTF8Bytes.append(scalar, to: &new.bytes)
    guard isTraced else { return }
    let origin: Int32
    if change > 0 {
      origin = next > 0 ? old.origins[next - 1] : -1
    } else {
      origin = next < old.origins.count ? old.origins[next] : old.origins[old.origins.count - 1]
      for _ in 0...(-change) where next < old.bytes.count {
        next += UTF8Bytes.scalar(in: old.bytes, at: next).length
      }
    }
    for _ in 0..<length { new.origins.append(origin) }
  }
}
