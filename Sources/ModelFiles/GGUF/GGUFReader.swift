/// Reads a GGUF file's header front to back; every read is checked against the end of the file, and every count against
/// the bytes that are left before anything is done with it. What is being read is named by a closure, since a vocabulary
/// has tens of thousands of strings and only an error needs the name.
struct GGUFReader {
  /// Arrays inside arrays inside arrays: no known file nests at all.
  private static let deepestArray = 3

  let file: MappedFile
  private(set) var offset: Int

  init(_ file: MappedFile, offset: Int = 0) {
    self.file = file
    self.offset = offset
  }

  func malformed(_ what: String, at offset: Int? = nil) -> ModelFileError {
    ModelFileError(.malformed(what), path: file.path, offset: offset ?? self.offset)
  }

  /// Moves over `count` bytes.
  /// - Returns: where they began.
  mutating func skip(_ count: Int, _ what: @autoclosure () -> String) throws(ModelFileError) -> Int {
    guard count >= 0, count <= file.count - offset else {
      throw malformed("the file ends in \(what())")
    }
    defer { offset += count }
    return offset
  }

  mutating func integer<T: FixedWidthInteger>(
    _ type: T.Type, _ what: @autoclosure () -> String
  ) throws(ModelFileError) -> T {
    let start = try skip(MemoryLayout<T>.size, what())
    return file.withBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: T.self)) }
  }

  /// A count of things that take at least `minimumBytes` each in what is left of the file.
  mutating func count(of what: @autoclosure () -> String, minimumBytes: Int) throws(ModelFileError) -> Int {
    let start = offset
    let count = try integer(UInt64.self, "the number of \(what())")
    guard count <= UInt64((file.count - offset) / minimumBytes) else {
      throw malformed("\(count) \(what()) do not fit the \(file.count - offset) bytes left", at: start)
    }
    return Int(count)
  }

  mutating func string(_ what: @autoclosure () -> String) throws(ModelFileError) -> String {
    let start = offset
    guard let text = try withString(what(), { String(validating: $0, as: UTF8.self) }) else {
      throw malformed("\(what()) is not UTF-8", at: start)
    }
    return text
  }

  /// Gives the bytes of a string to `body`; they may be no UTF-8.
  mutating func withString<R>(
    _ what: @autoclosure () -> String, _ body: (UnsafeRawBufferPointer) -> R
  ) throws(ModelFileError) -> R {
    let length = try count(of: "bytes of \(what())", minimumBytes: 1)
    let start = try skip(length, what())
    return file.withBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<start + length])) }
  }

  /// Reads what stands before an array's elements. A count over what is read of an array is refused.
  mutating func arrayHeader() throws(ModelFileError) -> (element: GGUFValue.ElementType, count: Int) {
    let element = try elementType("an array's element type")
    let start = offset
    let count = try count(of: "array elements", minimumBytes: element.minimumBytes)
    guard count <= GGUFMetadata.longestArray else {
      throw malformed("an array of \(count) elements; at most \(GGUFMetadata.longestArray) are read", at: start)
    }
    return (element, count)
  }

  mutating func elementType(
    _ what: @autoclosure () -> String
  ) throws(ModelFileError) -> GGUFValue.ElementType {
    let start = offset
    let number = try integer(UInt32.self, what())
    guard let type = GGUFValue.ElementType(rawValue: number) else {
      throw malformed("\(what()) is \(number); the format knows 0 to 12", at: start)
    }
    return type
  }

  /// Moves over a value without keeping it.
  mutating func skipValue(_ type: GGUFValue.ElementType, depth: Int = 0) throws(ModelFileError) {
    switch type {
    case .string:
      let length = try count(of: "bytes of a string", minimumBytes: 1)
      _ = try skip(length, "a string")
    case .array:
      guard depth < Self.deepestArray else { throw malformed("arrays nested more than \(Self.deepestArray) deep") }
      let element = try elementType("an array's element type")
      let count = try count(of: "array elements", minimumBytes: element.minimumBytes)
      guard element == .string || element == .array else {
        _ = try skip(count * element.minimumBytes, "an array")
        return
      }
      for _ in 0..<count { try skipValue(element, depth: depth + 1) }
    default:
      _ = try skip(type.minimumBytes, "a value")
    }
  }

  /// Reads a value whose extent `skipValue` has checked.
  mutating func value(_ type: GGUFValue.ElementType) throws(ModelFileError) -> GGUFValue {
    switch type {
    case .uint8: return .uint8(try integer(UInt8.self, "a value"))
    case .int8: return .int8(try integer(Int8.self, "a value"))
    case .uint16: return .uint16(try integer(UInt16.self, "a value"))
    case .int16: return .int16(try integer(Int16.self, "a value"))
    case .uint32: return .uint32(try integer(UInt32.self, "a value"))
    case .int32: return .int32(try integer(Int32.self, "a value"))
    case .uint64: return .uint64(try integer(UInt64.self, "a value"))
    case .int64: return .int64(try integer(Int64.self, "a value"))
    case .float32: return .float32(Float(bitPattern: try integer(UInt32.self, "a value")))
    case .float64: return .float64(Double(bitPattern: try integer(UInt64.self, "a value")))
    case .string: return .string(try string("a string"))
    case .bool:
      let byte = try integer(UInt8.self, "a value")
      guard byte <= 1 else { throw malformed("a boolean is \(byte)", at: offset - 1) }
      return .bool(byte == 1)
    case .array:
      let (element, count) = try arrayHeader()
      var values: [GGUFValue] = []
      values.reserveCapacity(count)
      for _ in 0..<count { values.append(try value(element)) }
      return .array(element: element, values: values)
    }
  }
}
