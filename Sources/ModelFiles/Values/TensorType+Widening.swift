extension TensorType {
  /// Widens stored values to float32, in the order of the file, with GGML's own rounding (dequantize_row_... in ggml-quants.c).
  /// - Parameters:
  ///   - bytes: whole blocks; may be unaligned.
  ///   - values: room for all of theirs.
  package func widen(_ bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    let blocks = bytes.count / blockBytes
    precondition(bytes.count == blocks * blockBytes && values.count == blocks * blockLength, "whole blocks")
    if self == .f32 { return UnsafeMutableRawBufferPointer(values).copyMemory(from: bytes) }
    for block in 0..<blocks {
      let source = UnsafeRawBufferPointer(rebasing: bytes[block * blockBytes..<(block + 1) * blockBytes])
      let target = UnsafeMutableBufferPointer(rebasing: values[block * blockLength..<(block + 1) * blockLength])
      switch self {
      case .f32: break
      case .f16: target[0] = source.scale(at: 0)
      case .bf16: target[0] = HalfPrecision.widenBfloat16(source.half(at: 0))
      case .f64: target[0] = Float(source.double(at: 0))
      case .i8: target[0] = Float(Int8(bitPattern: source[0]))
      case .q8:
        let scale = source.scale(at: 0)
        for index in 0..<32 { target[index] = scale * Float(Int8(bitPattern: source[2 + index])) }
      case .q4: source.widenNibbles(at: 2, scale: source.scale(at: 0), less: 8, high: 0, into: target)
      case .q4WithMinimum:
        source.widenNibbles(
          at: 4, scale: source.scale(at: 0), minimum: source.scale(at: 2), less: 0, high: 0, into: target)
      case .q5: source.widenNibbles(at: 6, scale: source.scale(at: 0), less: 16, high: source.word(at: 2), into: target)
      case .q5WithMinimum:
        source.widenNibbles(
          at: 8, scale: source.scale(at: 0), minimum: source.scale(at: 2), less: 0, high: source.word(at: 4),
          into: target)
      case .q4K: source.widenEighths(at: 16, highBits: nil, into: target)
      case .q5K: source.widenEighths(at: 48, highBits: 16, into: target)
      case .q6K: source.widenSixteenths(into: target)
      }
    }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func half(at offset: Int) -> UInt16 {
    UInt16(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  fileprivate func word(at offset: Int) -> UInt32 {
    UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  fileprivate func double(at offset: Int) -> Double {
    Double(bitPattern: UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
  }

  fileprivate func scale(at offset: Int) -> Float { HalfPrecision.widenBinary16(half(at: offset)) }

  /// A block of 32: the lower halves of 16 bytes, then the upper ones.
  /// - Parameters:
  ///   - minimum: added to all; nil where `less` is taken from each before it is scaled.
  ///   - high: a fifth bit of each value, the first value's lowest.
  fileprivate func widenNibbles(
    at offset: Int, scale: Float, minimum: Float? = nil, less: Int32, high: UInt32,
    into target: UnsafeMutableBufferPointer<Float>
  ) {
    for index in 0..<16 {
      let byte = UInt32(self[offset + index])
      let low = Int32(byte & 15 | ((high >> UInt32(index)) & 1) << 4) - less
      let up = Int32(byte >> 4 | ((high >> UInt32(index + 16)) & 1) << 4) - less
      target[index] = scale * Float(low)
      target[index + 16] = scale * Float(up)
      guard let minimum else { continue }
      target[index] += minimum
      target[index + 16] += minimum
    }
  }

  /// The scale and the minimum of an eighth of a block of 256, six bits each, packed in twelve bytes from 4 on.
  private func parts(of eighth: Int) -> (scale: UInt8, minimum: UInt8) {
    let packed = 4
    if eighth < 4 { return (self[packed + eighth] & 63, self[packed + eighth + 4] & 63) }
    let low = self[packed + eighth + 4]
    return (
      low & 15 | (self[packed + eighth - 4] >> 6) << 4, low >> 4 | (self[packed + eighth] >> 6) << 4
    )
  }

  /// A block of 256 values of four bits, 32 with a scale and a minimum.
  /// - Parameter highBits: where 32 bytes hold a fifth bit of each, one bit an eighth.
  fileprivate func widenEighths(at offset: Int, highBits: Int?, into target: UnsafeMutableBufferPointer<Float>) {
    let scale = self.scale(at: 0), minimum = self.scale(at: 2)
    for eighth in 0..<8 {
      let parts = parts(of: eighth)
      let own = scale * Float(parts.scale), least = minimum * Float(parts.minimum)
      for index in 0..<32 {
        let byte = self[offset + eighth / 2 * 32 + index]
        var value = eighth % 2 == 0 ? byte & 15 : byte >> 4
        if let highBits { value |= ((self[highBits + index] >> UInt8(eighth)) & 1) << 4 }
        target[32 * eighth + index] = own * Float(value) - least
      }
    }
  }

  /// A block of 256 values of six bits, 16 with a scale.
  fileprivate func widenSixteenths(into target: UnsafeMutableBufferPointer<Float>) {
    let scale = self.scale(at: 208)
    for half in 0..<2 {
      for part in 0..<4 {
        for index in 0..<32 {
          let byte = self[64 * half + part % 2 * 32 + index]
          let low = part < 2 ? byte & 15 : byte >> 4
          let high = (self[128 + 32 * half + index] >> UInt8(2 * part)) & 3
          let own = Int8(bitPattern: self[192 + 8 * half + 2 * part + index / 16])
          target[128 * half + 32 * part + index] = scale * Float(own) * Float(Int32(low | high << 4) - 32)
        }
      }
    }
  }
}
