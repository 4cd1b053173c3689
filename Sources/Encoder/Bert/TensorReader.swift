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

  /// Panels of matrices [rows, columns], one below the other. Blocks that a file holds are packed from where they are.
  func packQ8(_ names: [String], rows: Int, columns: Int) throws(EncoderError) -> KernelSlice<UInt8> {
    let blocks = q8BlockCount(columns), bytes = rows * blocks * q8BlockBytes
    let panels = panelRoom.take(kernels.panelBytes(columns: rows * names.count, blocks: blocks))
    let views = try names.map { name throws(EncoderError) in try view(name, shape: [rows, columns]) }
    if views.allSatisfy({ $0.type == .q8 }) && (names.count == 1 || rows % kernels.columnUnit == 0) {
      for (index, view) in views.enumerated() {
        view.withBytes { kernels.packQ8($0, blocks: blocks, into: panels, first: index * rows) }
      }
    } else {
      let all = KernelMemory<UInt8>(count: bytes * names.count)
      for (index, name) in names.enumerated() {
        try readQ8(name, rows: rows, columns: columns, into: all[from: index * bytes, bytes])
      }
      withExtendedLifetime(all) {
        let source = UnsafeRawBufferPointer(start: all.all.pointer, count: all.count)
        kernels.packQ8(source, blocks: blocks, into: panels, first: 0)
      }
    }
    return panels
  }

  /// Takes the blocks of a q8_0 tensor as they are, and quantises any other. Rows are filled up to whole blocks.
  func readQ8(_ name: String, rows: Int, columns: Int, into target: KernelSlice<UInt8>) throws(EncoderError) {
    let view = try view(name, shape: [rows, columns])
    if view.type == .q8 {
      view.withBytes { bytes in
        precondition(bytes.count == target.count, "a view has the bytes of its shape")
        UnsafeMutableRawBufferPointer(start: target.pointer, count: target.count).copyMemory(from: bytes)
      }
      return
    }
    let rowBlocks = q8BlockCount(columns)
    let row = KernelMemory<Float>(count: columns)
    let rowBytes = columns / view.type.blockLength * view.type.blockBytes
    let failure: Int? = view.withBytes { bytes in
      for index in 0..<rows {
        let stored = UnsafeRawBufferPointer(rebasing: bytes[index * rowBytes..<(index + 1) * rowBytes])
        kernels.widen(stored, type: view.type, into: row.all)
        let blocks = target[from: index * rowBlocks * q8BlockBytes, rowBlocks * q8BlockBytes]
        if let block = quantizeWeights(row.all, into: blocks) { return index * rowBlocks + block }
      }
      return nil
    }
    if let failure { throw .unquantizable(name: name, block: failure) }
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
  func take(_ bytes: Int) -> KernelSlice<UInt8> {
    let start = (used + 63) / 64 * 64
    guard bytes <= memory.count - start else { return KernelMemory<UInt8>(count: bytes).all }
    used = start + bytes
    return memory[from: start, bytes]
  }
}
