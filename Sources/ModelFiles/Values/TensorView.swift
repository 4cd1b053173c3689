/// A tensor where it stands in a file: nothing is copied until it is asked for.
public struct TensorView: Sendable {
  /// The name in the file, or the canonical one in `ModelWeights`.
  public let name: String
  /// Dimensions, outermost first as numpy prints them (row-major); empty for a single value.
  public let shape: [Int]
  /// How the values are stored.
  public let type: TensorType
  /// The file that holds them.
  public let file: MappedFile
  /// Where in the file, in bytes from its start.
  public let byteRange: Range<Int>

  /// Checks the range against the file and the shape; later accesses need no check.
  /// - Throws: `malformed` with the range's offset where the range leaves the file or does not hold exactly the
  ///   values of the shape.
  public init(
    name: String, shape: [Int], type: TensorType, file: MappedFile, byteRange: Range<Int>
  ) throws(ModelFileError) {
    func malformed(_ what: String) -> ModelFileError {
      ModelFileError(.malformed("the tensor '\(name)' \(what)"), path: file.path, offset: byteRange.lowerBound)
    }
    guard byteRange.lowerBound >= 0, byteRange.upperBound <= file.count else {
      throw malformed("ends at byte \(byteRange.upperBound) of a file of \(file.count) bytes")
    }
    guard let expected = type.byteCount(shape: shape) else {
      throw malformed("has the impossible shape \(shape) for \(type.rawValue)")
    }
    guard expected == byteRange.count else {
      throw malformed("has \(byteRange.count) bytes where shape \(shape) in \(type.rawValue) needs \(expected)")
    }
    self.name = name
    self.shape = shape
    self.type = type
    self.file = file
    self.byteRange = byteRange
  }

  private init(_ view: TensorView, name: String) {
    self.name = name
    shape = view.shape
    type = view.type
    file = view.file
    byteRange = view.byteRange
  }

  /// The same bytes under another name.
  public func renamed(_ name: String) -> TensorView {
    TensorView(self, name: name)
  }

  /// How many values: the product of `shape`.
  public var elementCount: Int {
    byteRange.count / type.blockBytes * type.blockLength
  }

  /// Gives the stored bytes to `body`; the pointer is valid only during the call and may be unaligned.
  public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try file.withBytes { try body(UnsafeRawBufferPointer(rebasing: $0[byteRange])) }
  }

  /// The values as float32, in the order of the file: f16 and bf16 are widened exactly, blocks are multiplied out.
  public func float32() -> [Float] {
    let count = elementCount
    return withBytes { bytes in
      [Float](unsafeUninitializedCapacity: count) { values, initialized in
        type.widen(bytes, into: values)
        initialized = count
      }
    }
  }
}

/// Exact widening of the 16-bit formats. Swift's `Float16` does not exist on Intel Macs.
enum HalfPrecision {
  /// IEEE 754 binary16 to binary32.
  static func widenBinary16(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0:  // zero and subnormals: fraction * 2^-24, exact in binary32
      let magnitude = Float(fraction) * 0x1p-24
      return sign == 0 ? magnitude : -magnitude
    case 31:  // infinity and NaN
      return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default:
      return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// bfloat16 to binary32.
  static func widenBfloat16(_ bits: UInt16) -> Float {
    Float(bitPattern: UInt32(bits) << 16)
  }
}
