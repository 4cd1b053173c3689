/// What a component of an embedding is.
public enum EmbeddingDataType: String, Sendable, CaseIterable {
  /// IEEE 754 single precision.
  case float32
  /// -127 to 127, with one scale a vector.
  case int8
  /// One bit a component: whether it is above zero.
  case ubinary
}

/// How an embedding is written in JSON.
public enum EmbeddingEncodingFormat: String, Sendable, CaseIterable {
  /// An array of numbers.
  case float
  /// Base64 of the components' bytes, numbers little-endian.
  case base64
}

/// Narrow forms of a float32 vector. Each looks at one vector only, so that the same text gives the same bytes in any
/// request.
public enum VectorQuantizer {
  /// int8 with the vector's own symmetric range.
  ///
  /// With m the largest magnitude, `scale` is m / 127 and a value is component * (127 / m) in float64, rounded to the
  /// nearest integer, ties to even. `Float(value) * scale` restores a component within `scale / 2`. A vector of zeros
  /// has scale 0 and values 0. The cosine of two int8 vectors needs no scale.
  public static func int8(_ vector: [Float]) -> (values: [Int8], scale: Float) {
    let largest = vector.reduce(Float(0)) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else { return ([Int8](repeating: 0, count: vector.count), 0) }
    let factor = 127 / Double(largest)
    let values = vector.map { component in
      let scaled = (Double(component) * factor).rounded(.toNearestOrEven)
      return scaled.isNaN ? 0 : Int8(clamping: Int(scaled))
    }
    return (values, largest / 127)
  }

  /// The sign bits, eight components a byte, the first in the highest bit: 1 where a component is above zero. The last
  /// byte is filled with zeros. These are the bytes of `numpy.packbits(vector > 0)`.
  public static func ubinary(_ vector: [Float]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (vector.count + 7) / 8)
    for (index, component) in vector.enumerated() where component > 0 {
      bytes[index / 8] |= 0x80 >> UInt8(index % 8)
    }
    return bytes
  }
}

/// float32 values as little-endian bytes.
public enum Float32Bytes {
  /// Four bytes a value.
  public static func encode(_ values: [Float]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 4)
    for value in values {
      for shift in stride(from: UInt32(0), through: 24, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
      }
    }
    return bytes
  }

  /// One value for each four bytes; nil where some are left over.
  public static func decode(_ bytes: [UInt8]) -> [Float]? {
    guard bytes.count % 4 == 0 else { return nil }
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
      return Float(bitPattern: bits)
    }
  }
}
