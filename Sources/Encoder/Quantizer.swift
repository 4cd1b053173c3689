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
