/// Normalised bytes, each with the place it came from.
struct NormalizedText: Sendable {
  /// UTF-8.
  var bytes: [UInt8] = []
  /// For every byte the scalar of the original text that it stands for; empty where offsets are not wanted.
  var origins: [Int32] = []
}

/// A text before normalising.
struct SourceText: Sendable {
  /// UTF-8.
  let bytes: [UInt8]
  /// For every byte the index of its scalar; empty where offsets are not wanted.
  let scalarIndices: [Int32]

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
