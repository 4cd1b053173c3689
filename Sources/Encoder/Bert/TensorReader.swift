import ModelFiles

/// Takes tensors out of a model by name, in the format that a layer needs.
struct TensorReader: Sendable {
  let weights: ModelWeights
  let kernels: KernelTable

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
