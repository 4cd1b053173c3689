/// A tensor of one dimension that holds whole numbers, where it stands in a file.
struct IntegerList {
  private let type: StoredInteger
  private let file: MappedFile
  private let byteRange: Range<Int>

  private enum StoredInteger: String {
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case uint64 = "U64"
    case uint32 = "U32"
    case uint16 = "U16"

    var size: Int {
      switch self {
      case .int64, .uint64: 8
      case .int32, .uint32: 4
      case .int16, .uint16: 2
      }
    }
  }

  /// nil where the type is another one, the shape no list, or the bytes are not those of the shape.
  init?(_ type: String, shape: [Int], file: MappedFile, byteRange: Range<Int>) {
    guard let type = StoredInteger(rawValue: type), shape.count == 1, byteRange.upperBound <= file.count,
      byteRange.count % type.size == 0, byteRange.count / type.size == shape[0]
    else { return nil }
    (self.type, self.file, self.byteRange) = (type, file, byteRange)
  }

  /// - Throws: `malformed` with the offset of the first that is outside of `range`.
  func values(_ name: String, in range: Range<Int>) throws(ModelFileError) -> [Int32] {
    var values: [Int32] = []
    values.reserveCapacity(byteRange.count / type.size)
    for offset in stride(from: byteRange.lowerBound, to: byteRange.upperBound, by: type.size) {
      guard let value = number(at: offset), range.contains(value), let stored = Int32(exactly: value) else {
        throw ModelFileError(
          .malformed("the tensor '\(name)' holds a number outside of \(range.lowerBound)..<\(range.upperBound)"),
          path: file.path, offset: offset)
      }
      values.append(stored)
    }
    return values
  }

  private func number(at offset: Int) -> Int? {
    switch type {
    case .int64: Int(exactly: load(Int64.self, offset))
    case .int32: Int(load(Int32.self, offset))
    case .int16: Int(load(Int16.self, offset))
    case .uint64: Int(exactly: load(UInt64.self, offset))
    case .uint32: Int(exactly: load(UInt32.self, offset))
    case .uint16: Int(load(UInt16.self, offset))
    }
  }

  private func load<Stored: FixedWidthInteger & BitwiseCopyable>(_: Stored.Type, _ offset: Int) -> Stored {
    file.withBytes { Stored(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Stored.self)) }
  }
}
