/// A GGUF file of version 2 or 3, little-endian (ggml/docs/gguf.md in ggml's repository).
public struct GGUFFile: Sendable {
  static let magic: UInt32 = 0x4655_4747  // "GGUF"
  static let defaultAlignment = 32
  /// GGML_MAX_DIMS
  static let mostDimensions = 4

  /// The file.
  public let file: MappedFile
  /// 2 or 3.
  public let version: Int
  /// The keys.
  public let metadata: GGUFMetadata
  /// The tensors of a type that Akin reads, by name; dimensions outermost first, reversed from the file's order.
  public let tensors: [String: TensorView]
  /// The others: GGML's number of their type by name. Using one is an error, having one is not.
  public let otherTypes: [String: UInt32]
  /// Where the tensors' data begins.
  public let dataOffset: Int

  /// Maps `path` and checks the header, and that every tensor lies in the file, aligned, and overlaps no other.
  /// - Throws: what `MappedFile` throws, `malformed` with the offset, or `unsupported` for version 1 and big-endian files.
  public init(path: String) throws(ModelFileError) {
    try self.init(MappedFile(path: path))
  }

  /// Reads the header of a file that is mapped already.
  /// - Throws: `malformed` with the offset, or `unsupported` for version 1 and big-endian files.
  public init(_ file: MappedFile) throws(ModelFileError) {
    var reader = GGUFReader(file)
    guard try reader.integer(UInt32.self, "the magic number") == Self.magic else {
      throw reader.malformed("the file does not begin with 'GGUF'", at: 0)
    }
    version = try Self.version(&reader)
    // A tensor's name, dimensions, type and offset take 24 bytes, a key with its type and value 13.
    let tensorCount = try reader.count(of: "tensors", minimumBytes: 24)
    let keyCount = try reader.count(of: "keys", minimumBytes: 13)
    metadata = try Self.metadata(&reader, count: keyCount)
    let alignment = try Self.alignment(metadata)
    var infos: [TensorInfo] = []
    for _ in 0..<tensorCount { infos.append(try TensorInfo(&reader, alignment: alignment)) }
    let padding = (alignment - reader.offset % alignment) % alignment
    dataOffset = reader.offset + padding
    (tensors, otherTypes) = try Self.views(infos, dataOffset: dataOffset, file: file)
    self.file = file
  }

  private static func version(_ reader: inout GGUFReader) throws(ModelFileError) -> Int {
    let version = try reader.integer(UInt32.self, "the version")
    guard version == 2 || version == 3 else {
      let bigEndian = version.byteSwapped == 2 || version.byteSwapped == 3
      let what = bigEndian ? "a big-endian GGUF file" : "GGUF version \(version)"
      throw ModelFileError(.unsupported("\(what); versions 2 and 3 in little-endian are read"), path: reader.file.path)
    }
    return Int(version)
  }

  private static func metadata(_ reader: inout GGUFReader, count: Int) throws(ModelFileError) -> GGUFMetadata {
    var metadata = GGUFMetadata(file: reader.file)
    for _ in 0..<count {
      let start = reader.offset
      let key = try reader.string("a key's name")
      let type = try reader.elementType("the type of the key '\(key)'")
      let entry = GGUFMetadata.Entry(type: type, offset: reader.offset)
      try reader.skipValue(type)
      guard metadata.add(key, entry) else { throw reader.malformed("the key '\(key)' is there twice", at: start) }
    }
    return metadata
  }

  private static func alignment(_ metadata: GGUFMetadata) throws(ModelFileError) -> Int {
    let key = "general.alignment"
    guard let alignment = try metadata.int(key) else { return defaultAlignment }
    guard (8...1 << 20).contains(alignment), alignment & (alignment - 1) == 0 else {
      throw metadata.wrong(key, expected: "a power of two from 8 to 1048576", found: "\(alignment)")
    }
    return alignment
  }

  private static func views(
    _ infos: [TensorInfo], dataOffset: Int, file: MappedFile
  ) throws(ModelFileError) -> ([String: TensorView], [String: UInt32]) {
    var tensors: [String: TensorView] = [:]
    var otherTypes: [String: UInt32] = [:]
    for info in infos {
      func malformed(_ what: String) -> ModelFileError {
        ModelFileError(.malformed("the tensor '\(info.name)' \(what)"), path: file.path, offset: info.headerOffset)
      }
      guard tensors[info.name] == nil, otherTypes[info.name] == nil else { throw malformed("is there twice") }
      guard let type = TensorType(ggmlNumber: info.type) else {
        otherTypes[info.name] = info.type
        continue
      }
      guard let bytes = type.byteCount(shape: info.shape) else {
        throw malformed("has the impossible shape \(info.shape) for \(type.rawValue)")
      }
      guard dataOffset <= file.count, info.offset <= file.count - dataOffset,
        bytes <= file.count - dataOffset - info.offset
      else {
        throw malformed("leaves the file: \(bytes) bytes at \(info.offset) of the data")
      }
      let start = dataOffset + info.offset
      tensors[info.name] = try TensorView(
        name: info.name, shape: info.shape, type: type, file: file, byteRange: start..<start + bytes)
    }
    try checkOverlaps(Array(tensors.values), file: file)
    return (tensors, otherTypes)
  }

  private static func checkOverlaps(_ tensors: [TensorView], file: MappedFile) throws(ModelFileError) {
    let inOrder = tensors.filter { !$0.byteRange.isEmpty }.sorted { $0.byteRange.lowerBound < $1.byteRange.lowerBound }
    for (before, after) in zip(inOrder, inOrder.dropFirst())
    where after.byteRange.lowerBound < before.byteRange.upperBound {
      throw ModelFileError(
        .malformed("'\(after.name)' overlaps '\(before.name)'"), path: file.path, offset: after.byteRange.lowerBound)
    }
  }
}

/// What the header says of a tensor.
private struct TensorInfo {
  let name: String
  /// Outermost first.
  let shape: [Int]
  let type: UInt32
  /// From the start of the data.
  let offset: Int
  /// Of this entry, from the start of the file.
  let headerOffset: Int

  init(_ reader: inout GGUFReader, alignment: Int) throws(ModelFileError) {
    headerOffset = reader.offset
    name = try reader.string("a tensor's name")
    let dimensions = try reader.integer(UInt32.self, "a tensor's number of dimensions")
    guard dimensions <= GGUFFile.mostDimensions else {
      throw reader.malformed("the tensor '\(name)' has \(dimensions) dimensions", at: headerOffset)
    }
    var shape: [Int] = []
    for _ in 0..<dimensions {
      guard let size = Int(exactly: try reader.integer(UInt64.self, "a tensor's dimensions")) else {
        throw reader.malformed("the tensor '\(name)' has a dimension beyond the range of int64", at: headerOffset)
      }
      shape.append(size)
    }
    self.shape = shape.reversed()
    type = try reader.integer(UInt32.self, "a tensor's type")
    guard let offset = Int(exactly: try reader.integer(UInt64.self, "a tensor's offset")), offset % alignment == 0
    else {
      throw reader.malformed("the offset of the tensor '\(name)' is no multiple of \(alignment)", at: headerOffset)
    }
    self.offset = offset
  }
}

extension TensorType {
  /// The type's number in `enum ggml_type`.
  var ggmlNumber: UInt32 {
    switch self {
    case .f32: 0
    case .f16: 1
    case .q4: 2
    case .q4WithMinimum: 3
    case .q5: 6
    case .q5WithMinimum: 7
    case .q8: 8
    case .q4K: 12
    case .q5K: 13
    case .q6K: 14
    case .i8: 24
    case .f64: 28
    case .bf16: 30
    }
  }

  /// nil for the types that Akin does not read.
  init?(ggmlNumber: UInt32) {
    guard let type = Self.allCases.first(where: { $0.ggmlNumber == ggmlNumber }) else { return nil }
    self = type
  }
}
