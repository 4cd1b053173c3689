import ModelFiles

/// Makes q8_0 of float32: GGML's block_q8_0, 32 values along the last dimension in a float16 scale and 32 int8.
public enum Quantizer {
  /// Quantises rows of `columns` values by GGML's rule (`quantize_row_q8_0_ref` in ggml-quants.c): scale = largest
  /// magnitude / 127, value = x / scale rounded to nearest, ties away from zero.
  /// - Parameters:
  ///   - values: rows end to end.
  ///   - columns: a multiple of 32 that divides the number of values.
  /// - Returns: 34 bytes for every 32 values: the scale, little-endian, then the values.
  public static func q8Blocks(_ values: [Float], columns: Int) throws(EncoderError) -> [UInt8] {
    guard columns > 0, columns % q8BlockLength == 0, values.count % columns == 0 else {
      throw .quantizerColumns(values: values.count, columns: columns)
    }
    let blocks = KernelMemory<UInt8>(count: values.count / q8BlockLength * q8BlockBytes)
    if let block = quantizeWeights(KernelMemory(values).all, into: blocks.all) {
      throw .unquantizable(name: "values", block: block)
    }
    return blocks.all.array
  }
}

extension Quantizer {
  /// A model's tensors as a GGUF file of type q8_0 holds them: the weights of linear layers and the word table in q8_0,
  /// all others in float32. An encoder made from them gives bit for bit the vectors of one made from `weights` with
  /// `Precision.q8`. Stays float32: a weight whose rows are no multiple of 32, which the format cannot hold, and the
  /// Dense modules, which are computed in float32. Tensors that are q8_0 already are taken as they are.
  /// - Returns: the tables, then the blocks in order.
  public static func ggufTensors(_ weights: ModelWeights) throws(EncoderError) -> [GGUFTensor] {
    let reader = TensorReader(weights: weights, kernels: try Kernels.table())
    let linear = Set(TransformerTensor.all(weights.description.transformer).filter(\.isQuantized).map(\.name))
    let names = weights.tensors.keys.sorted { fileOrder($0) < fileOrder($1) }
    var tensors: [GGUFTensor] = []
    for name in names {
      guard let view = weights.tensors[name] else { continue }
      tensors.append(try tensor(view.renamed(name), isQuantized: linear.contains(name), from: reader))
    }
    return tensors
  }

  private static func tensor(
    _ view: TensorView, isQuantized: Bool, from reader: TensorReader
  ) throws(EncoderError) -> GGUFTensor {
    if isQuantized, view.shape.count == 2, view.shape[1] % q8BlockLength == 0 {
      let blocks = KernelMemory<UInt8>(count: view.elementCount / q8BlockLength * q8BlockBytes)
      try reader.readQ8(view, rows: 0..<view.shape[0], columns: view.shape[1], into: blocks.all)
      return GGUFTensor(name: view.name, shape: view.shape, type: .q8, bytes: blocks.all.array)
    }
    let values = KernelMemory<Float>(count: view.elementCount)
    try reader.read(view.name, shape: view.shape, into: values.all)
    return GGUFTensor(
      name: view.name, shape: view.shape, type: .f32, bytes: values.all.array.withUnsafeBytes { Array($0) })
  }

  /// Sorts "blk.2.…" before "blk.10.…", the tables before the blocks and Akin's own tensors behind them.
  private static func fileOrder(_ name: String) -> (Int, Int, String) {
    let parts = name.split(separator: ".")
    let group = parts[0] == "blk" ? 1 : parts[0] == "akin" ? 2 : 0
    let number = parts.lazy.compactMap { Int($0) }.first ?? 0
    return (group, number, name)
  }
}
