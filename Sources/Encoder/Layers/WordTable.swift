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

  /// Widens the vectors of words, each of which must have one.
  /// - Parameters:
  ///   - target: [words, columns], end to end.
  ///   - id: of the word of a row of `target`.
  func read(into target: RowView, kernels: KernelTable, id: (Int) -> Int) {
    switch storage {
    case .mapped(let file, let start, let type):
      let size = rows * rowBytes(type)
      file.withBytes { bytes in
        let table = UnsafeRawBufferPointer(rebasing: bytes[start..<start + size])
        read(from: table, type, into: target, kernels: kernels, id: id)
      }
    case .quantized(let blocks):
      withExtendedLifetime(blocks) {
        let table = UnsafeRawBufferPointer(start: blocks.all.pointer, count: blocks.count)
        read(from: table, .q8, into: target, kernels: kernels, id: id)
      }
    }
  }

  /// Nothing in the loop has an owner, who would be counted for each word.
  private func read(
    from table: UnsafeRawBufferPointer, _ type: TensorType, into target: RowView, kernels: KernelTable,
    id: (Int) -> Int
  ) {
    precondition(target.columns == columns && target.stride == columns)
    let size = rowBytes(type), places = words?.rows ?? [], weights = words?.weights ?? []
    for row in 0..<target.rows {
      let word = id(row), place = places.isEmpty ? word : Int(places[word])
      precondition(place >= 0 && place < rows)
      let vector = UnsafeMutableBufferPointer(start: target.pointer + row * columns, count: columns)
      kernels.widen(
        UnsafeRawBufferPointer(rebasing: table[place * size..<(place + 1) * size]), type: type, into: vector)
      if !weights.isEmpty { kernels.scale(vector, by: weights[word]) }
    }
  }

  private func rowBytes(_ type: TensorType) -> Int { columns / type.blockLength * type.blockBytes }
}
