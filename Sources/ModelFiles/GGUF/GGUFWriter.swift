/// Writes GGUF version 3, little-endian, alignment 32.
public struct GGUFWriter: Sendable {
  /// The keys and values, in the order in which they are written.
  public var metadata: [(String, GGUFValue)]
  /// The tensors, in the order in which they are written.
  public var tensors: [GGUFTensor]
  /// A key of `metadata` of type uint64 whose value is replaced by the XXH64 of the whole file with that value zero.
  public var checksumKey: String?

  /// Stores what is to be written; `write(to:)` checks it.
  public init(metadata: [(String, GGUFValue)], tensors: [GGUFTensor], checksumKey: String? = nil) {
    self.metadata = metadata
    self.tensors = tensors
    self.checksumKey = checksumKey
  }

  /// Writes the file under a temporary name beside `path`, has the system store it, and renames it: another process
  /// sees the old file or the whole new one.
  /// - Throws: `malformed` where a name is repeated or too long, or a tensor's bytes do not fit its shape;
  ///   `unwritable`.
  public func write(to path: String) throws(ModelFileError) {
    try check(path)
    var header = Header(self)
    if let offset = header.checksumOffset {
      header.replace(at: offset, with: checksum(header.bytes))
    }
    let chunks = header.bytes
    try AtomicFile.write(to: path) { write throws(ModelFileError) in
      try write(chunks)
      for tensor in tensors {
        try write(tensor.bytes)
        try write(Self.padding(after: tensor.bytes.count))
      }
    }
  }

  /// What stands before the tensors' data.
  var header: [UInt8] { Header(self).bytes }

  private func check(_ path: String) throws(ModelFileError) {
    var names: Set<String> = []
    for (key, _) in metadata {
      guard names.insert(key).inserted else { throw ModelFileError(.malformed("the key '\(key)' twice"), path: path) }
    }
    names = []
    for tensor in tensors {
      guard names.insert(tensor.name).inserted else {
        throw ModelFileError(.malformed("the tensor '\(tensor.name)' twice"), path: path)
      }
      // GGML_MAX_NAME is 64 with the terminating zero.
      guard tensor.name.utf8.count < 64, tensor.shape.count <= GGUFFile.mostDimensions,
        tensor.type.byteCount(shape: tensor.shape) == tensor.bytes.count
      else {
        let what = "the tensor '\(tensor.name)' \(tensor.shape) \(tensor.type.rawValue), \(tensor.bytes.count) bytes"
        throw ModelFileError(.malformed("cannot write \(what)"), path: path)
      }
    }
  }

  private func checksum(_ header: [UInt8]) -> UInt64 {
    var hash = XXH64()
    header.withUnsafeBytes { hash.update($0) }
    for tensor in tensors {
      tensor.bytes.withUnsafeBytes { hash.update($0) }
      Self.padding(after: tensor.bytes.count).withUnsafeBytes { hash.update($0) }
    }
    return hash.digest()
  }

  fileprivate static func padding(after count: Int) -> [UInt8] {
    let alignment = GGUFFile.defaultAlignment
    return [UInt8](repeating: 0, count: (alignment - count % alignment) % alignment)
  }
}

/// Everything before the data.
private struct Header {
  var bytes: [UInt8] = []
  var checksumOffset: Int?

  init(_ writer: GGUFWriter) {
    append(GGUFFile.magic)
    append(UInt32(3))
    append(UInt64(writer.tensors.count))
    append(UInt64(writer.metadata.count))
    for (key, value) in writer.metadata {
      append(key)
      append(value.type.rawValue)
      if key == writer.checksumKey { checksumOffset = bytes.count }
      append(key == writer.checksumKey ? .uint64(0) : value)
    }
    var offset = 0
    for tensor in writer.tensors {
      append(tensor.name)
      append(UInt32(tensor.shape.count))
      for dimension in tensor.shape.reversed() { append(UInt64(dimension)) }
      append(tensor.type.ggmlNumber)
      append(UInt64(offset))
      offset += tensor.bytes.count + GGUFWriter.padding(after: tensor.bytes.count).count
    }
    bytes += GGUFWriter.padding(after: bytes.count)
  }

  mutating func replace(at offset: Int, with value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(offset..<offset + 8, with: $0) }
  }

  private mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  private mutating func append(_ text: String) {
    append(UInt64(text.utf8.count))
    bytes += text.utf8
  }

  private mutating func append(_ value: GGUFValue) {
    switch value {
    case .uint8(let number): append(number)
    case .int8(let number): append(number)
    case .uint16(let number): append(number)
    case .int16(let number): append(number)
    case .uint32(let number): append(number)
    case .int32(let number): append(number)
    case .uint64(let number): append(number)
    case .int64(let number): append(number)
    case .float32(let number): append(number.bitPattern)
    case .float64(let number): append(number.bitPattern)
    case .bool(let flag): append(UInt8(flag ? 1 : 0))
    case .string(let text): append(text)
    case .array(let element, let values):
      append(element.rawValue)
      append(UInt64(values.count))
      for value in values { append(value) }
    }
  }
}
