extension ModelWeights {
  /// The files that the tensors stand in.
  public var files: [MappedFile] {
    Array(
      Dictionary(tensors.values.map { (ObjectIdentifier($0.file), $0.file) }, uniquingKeysWith: { first, _ in first })
        .values)
  }

  /// Checks that every weight is a number: one that is not makes every vector none.
  /// - Throws: `malformed` with the first such tensor by name.
  package func requireFinite() throws(ModelFileError) {
    for tensor in tensors.values.sorted(by: { $0.name < $1.name }) where !tensor.isFinite {
      throw ModelFileError(
        .malformed("the tensor '\(tensor.name)' holds weights that are no numbers (NaN or infinite)"),
        path: tensor.file.path, offset: tensor.byteRange.lowerBound)
    }
    for file in files where file.wasCut {
      throw ModelFileError(.altered("it was cut while it was read"), path: file.path)
    }
  }
}

extension TensorView {
  /// Whether no value is NaN or infinite; of blocks, whether no scale is. An exponent of ones is either, and carries into
  /// the sign when one is added to it.
  var isFinite: Bool {
    switch type {
    case .f32: !hasCarry(UInt32.self, exponent: 0x7F80_0000, step: 0x0080_0000, stride: 4, first: 0)
    case .bf16: !hasCarry(UInt16.self, exponent: 0x7F80, step: 0x0080, stride: 2, first: 0)
    // What is beyond float32 is infinite there.
    case .f64: float32().allSatisfy(\.isFinite)
    case .i8: true
    case .f16, .q8, .q4, .q5: isFinite(scalesAt: 0)
    case .q4WithMinimum, .q5WithMinimum, .q4K, .q5K: isFinite(scalesAt: 0) && isFinite(scalesAt: 2)
    case .q6K: isFinite(scalesAt: 208)
    }
  }

  /// - Parameter place: of a binary16 in each block.
  private func isFinite(scalesAt place: Int) -> Bool {
    !hasCarry(UInt16.self, exponent: 0x7C00, step: 0x0400, stride: type.blockBytes, first: place)
  }

  private func hasCarry<Bits: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _: Bits.Type, exponent: Bits, step: Bits, stride: Int, first: Int
  ) -> Bool {
    withBytes { bytes in
      var carries: Bits = 0
      var position = first
      while position < bytes.count {
        let value = Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Bits.self))
        carries |= (value & exponent) &+ step
        position += stride
      }
      return carries.leadingZeroBitCount == 0
    }
  }
}
