import ModelFiles

/// The word-embedding table, the largest tensor of a small model. It is read a row at a time where it is: in the
/// mapped file, or in memory where it had to be quantised first.
struct WordTable: Sendable {
  private enum Storage {
    /// The file and what is needed of the tensor: a view has names and shapes, whose owners would be counted for each word.
    case mapped(MappedFile, start: Int, type: TensorType)
    case quantized(KernelMemory<UInt8>)
  }

  private let storage: Storage
  private let rows: Int
  private let columns: Int
  private let words: WordRows?

  /// In q8_0 the table is quantised like any weight, so that a model folder gives the vectors that its GGUF file gives;
  /// rows of no multiple of 32 values stay as they are, since a file could not hold them otherwise.
  init(of model: TransformerDescription, precision: Precision, from reader: TensorReader) throws(EncoderError) {
    rows = model.wordRowCount
    columns = model.embeddingSize
    words = model.wordRows
    let view = try reader.view(TransformerTensor.wordTable, shape: [rows, columns])
    guard precision == .q8, view.type != .q8, columns % q8BlockLength == 0 else {
      storage = .mapped(view.file, start: view.byteRange.lowerBound, type: view.type)
      return
    }
    let blocks = KernelMemory<UInt8>(count: rows * columns / q8BlockLength * q8BlockBytes)
    try reader.readQ8(view, rows: 0..<rows, columns: columns, into: blocks.all)
    storage = .quantized(blocks)
  }

  /// Gives the table's mapped pages back to the system; rows that are read later come from the page cache again.
  func releasePages() {
    guard case .mapped(let file, _, _) = storage else { return }
    file.releasePages()
  }

  /// Widens the vector of word `id`, which must have one.
  func read(_ id: Int, into target: KernelSlice<Float>, kernels: KernelTable) {
    guard let words else { return read(row: id, into: target, kernels: kernels) }
    read(row: words.rows.isEmpty ? id : Int(words.rows[id]), into: target, kernels: kernels)
    if !words.weights.isEmpty { kernels.scale(target, by: words.weights[id]) }
  }

  private func read(row id: Int, into target: KernelSlice<Float>, kernels: KernelTable) {
    precondition(id >= 0 && id < rows && target.count == columns)
    switch storage {
    case .mapped(let file, let start, let type):
      file.withBytes { bytes in
        let size = columns / type.blockLength * type.blockBytes, first = start + id * size
        kernels.widen(UnsafeRawBufferPointer(rebasing: bytes[first..<first + size]), type: type, into: target)
      }
    case .quantized(let blocks):
      let size = columns / q8BlockLength * q8BlockBytes
      let row = blocks[from: id * size, size]
      kernels.widen(UnsafeRawBufferPointer(start: row.pointer, count: size), type: .q8, into: target)
    }
  }
}
