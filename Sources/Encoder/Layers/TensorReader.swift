import ModelFiles

/// Takes tensors out of a model by name, in the format that a layer needs.
struct TensorReader {
  let weights: ModelWeights
  let kernels: KernelTable
  /// Where q8_0 panels go.
  var panelRoom = PanelRoom(bytes: 0)

  /// The tensor of that name, if it has that shape.
  func view(_ name: String, shape: [Int]) throws(EncoderError) -> TensorView {
    guard let view = weights.tensors[name] else { throw .missingTensor(name) }
    guard view.shape == shape else { throw .tensorShape(name: name, expected: shape, found: view.shape) }
    return view
  }

  /// Widens a tensor of any type to float32.
  func read(_ name: String, shape: [Int], into target: KernelSlice<Float>) throws(EncoderError) {
    let view = try view(name, shape: shape)
    view.withBytes { kernels.widen($0, type: view.type, into: target) }
  }

  /// Panels of rows of matrices, one below the other, in q8_0. Blocks that a file holds are packed from where they are.
  func packQ8(_ rows: [LinearLayer.Rows], columns: Int) throws(EncoderError) -> KernelSlice<UInt8> {
    let blocks = q8BlockCount(columns), rowBytes = blocks * q8BlockBytes
    let outputs = rows.reduce(0) { $0 + $1.range.count }
    let panels = panelRoom.piece(kernels.panelBytes(columns: outputs, blocks: blocks))
    let views = try rows.map { part throws(EncoderError) in try view(part.weight, shape: [part.count, columns]) }
    let arePanelsWhole = rows.dropLast().allSatisfy { $0.range.count % kernels.columnUnit == 0 }
    if views.allSatisfy({ $0.type == .q8 }) && arePanelsWhole {
      var first = 0
      for (part, view) in zip(rows, views) {
        view.withBytes {
          let bytes = $0[part.range.lowerBound * rowBytes..<part.range.upperBound * rowBytes]
          kernels.packQ8(UnsafeRawBufferPointer(rebasing: bytes), blocks: blocks, into: panels, first: first)
        }
        first += part.range.count
      }
    } else {
      let all = KernelMemory<UInt8>(count: outputs * rowBytes)
      var first = 0
      for (part, view) in zip(rows, views) {
        try readQ8(view, rows: part.range, columns: columns, into: all[from: first, part.range.count * rowBytes])
        first += part.range.count * rowBytes
      }
      withExtendedLifetime(all) {
        let source = UnsafeRawBufferPointer(start: all.all.pointer, count: all.count)
        kernels.packQ8(source, blocks: blocks, into: panels, first: 0)
      }
    }
    return panels
  }

  /// Likewise in float32.
  func packF32(_ rows: [LinearLayer.Rows], columns: Int) throws(EncoderError) -> KernelMemory<Float> {
    let outputs = rows.reduce(0) { $0 + $1.range.count }
    let all = KernelMemory<Float>(count: outputs * columns)
    var first = 0
    for part in rows {
      let target = all[from: first * columns, part.range.count * columns]
      try view(part.weight, shape: [part.count, columns]).withRows(part.range) { bytes, type in
        kernels.widen(bytes, type: type, into: target)
      }
      first += part.range.count
    }
    return f32Panels(all.all, columns: outputs, depth: columns)
  }

  /// The biases of rows, in float32; nil for a layer without.
  func readBias(_ rows: [LinearLayer.Rows]) throws(EncoderError) -> KernelMemory<Float>? {
    guard rows.allSatisfy({ $0.bias != nil }) else { return nil }
    let all = KernelMemory<Float>(count: rows.reduce(0) { $0 + $1.range.count })
    var first = 0
    for part in rows {
      guard let name = part.bias else { continue }
      let whole = KernelMemory<Float>(count: part.count)
      try read(name, shape: [part.count], into: whole.all)
      all[from: first, part.range.count].copy(from: whole[part.range].array)
      first += part.range.count
    }
    return all
  }

  /// Takes the blocks of a q8_0 tensor [any, columns] as they are, and quantises any other. Rows are filled up to whole
  /// blocks.
  func readQ8(
    _ view: TensorView, rows: Range<Int>, columns: Int, into target: KernelSlice<UInt8>
  ) throws(EncoderError) {
    let rowBlocks = q8BlockCount(columns)
    if view.type == .q8 {
      view.withRows(rows) { bytes, _ in
        precondition(bytes.count == target.count, "a view has the bytes of its shape")
        UnsafeMutableRawBufferPointer(start: target.pointer, count: target.count).copyMemory(from: bytes)
      }
      return
    }
    let row = KernelMemory<Float>(count: columns)
    for index in rows {
      view.withRows(index..<index + 1) { bytes, type in kernels.widen(bytes, type: type, into: row.all) }
      let first = (index - rows.lowerBound) * rowBlocks * q8BlockBytes
      if let block = quantizeWeights(row.all, into: target[from: first, rowBlocks * q8BlockBytes]) {
        throw .unquantizable(name: view.name, block: index * rowBlocks + block)
      }
    }
  }
}

extension TensorView {
  /// The bytes of some rows of a matrix; a row of q8_0 is filled up to whole blocks.
  fileprivate func withRows(_ rows: Range<Int>, _ body: (UnsafeRawBufferPointer, TensorType) -> Void) {
    let rowBytes = (shape[1] + type.blockLength - 1) / type.blockLength * type.blockBytes
    withBytes { bytes in
      body(UnsafeRawBufferPointer(rebasing: bytes[rows.lowerBound * rowBytes..<rows.upperBound * rowBytes]), type)
    }
  }
}

/// One piece of memory for the panels of all layers. Used by one thread, while a model is loaded.
final class PanelRoom {
  private let memory: KernelMemory<UInt8>
  private var used = 0

  init(bytes: Int) {
    memory = KernelMemory(count: bytes)
  }

  /// The next `bytes`, from a cache line's start on; a piece of its own where the room is full.
  func piece(_ bytes: Int) -> KernelSlice<UInt8> {
    let start = (used + 63) / 64 * 64
    guard bytes <= memory.count - start else { return KernelMemory<UInt8>(count: bytes).all }
    used = start + bytes
    return memory[from: start, bytes]
  }
}
