import AkinTestSupport
import ModelFiles
import Testing

@Suite struct GGUFTests {
  static let values: [(String, GGUFValue)] = [
    ("u8", .uint8(255)), ("i8", .int8(-128)), ("u16", .uint16(65_535)), ("i16", .int16(-1)), ("u32", .uint32(.max)),
    ("i32", .int32(.min)), ("f32", .float32(1.25)), ("bool", .bool(true)), ("text", .string("h\u{e9}llo \u{1F600}")),
    ("u64", .uint64(.max)), ("i64", .int64(.min)), ("f64", .float64(0.1)), ("empty", .strings([])),
    ("strings", .strings(["", "a", "\u{2581}b"])), ("ints", .int32s([-1, 0, 1])),
    ("nested", .array(element: .array, values: [.int32s([1]), .int32s([])])),
  ]

  static let tensors = [
    GGUFTensor(name: "a", shape: [3, 2], type: .f32, bytes: (0..<6).flatMap { littleEndian(Float($0).bitPattern) }),
    GGUFTensor(name: "b", shape: [2, 32], type: .q8, bytes: [UInt8](repeating: 1, count: 68)),
    GGUFTensor(name: "c", shape: [1], type: .f16, bytes: littleEndian(UInt16(0x3C00))),
  ]

  func file(_ bytes: [UInt8]) throws -> GGUFFile {
    try GGUFFile(MappedFile(bytes: bytes, path: "m.gguf"))
  }

  func written(_ metadata: [(String, GGUFValue)], _ tensors: [GGUFTensor]) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try GGUFWriter(metadata: metadata, tensors: tensors).write(to: folder.file("new/m.gguf"))
    return try MappedFile(path: folder.file("new/m.gguf")).withBytes { Array($0) }
  }

  @Test func everyValueAndTensorComesBack() throws {
    let gguf = try file(try written(Self.values, Self.tensors))
    #expect(gguf.version == 3)
    #expect(gguf.metadata.keys == Self.values.map(\.0))
    for (key, value) in Self.values {
      #expect(try gguf.metadata.value(key) == value, "\(key)")
    }
    #expect(gguf.tensors["a"]?.shape == [3, 2])
    #expect(gguf.tensors["a"]?.float32() == [0, 1, 2, 3, 4, 5])
    for tensor in Self.tensors {
      let view = try #require(gguf.tensors[tensor.name])
      #expect(view.byteRange.lowerBound % 32 == 0)
      #expect(view.withBytes { Array($0) } == tensor.bytes)
    }
  }

  @Test func typedAccessSaysWhatItFound() throws {
    let metadata = try file(try written(Self.values, [])).metadata
    #expect(try metadata.int("u8") == 255)
    #expect(try metadata.int("none") == nil)
    #expect(try metadata.strings("strings") == ["", "a", "\u{2581}b"])
    #expect(
      fileError { try metadata.int("text") }?.kind
        == .field("text", expected: "an integer in 0...2147483647", found: "the string 'h\u{e9}llo \u{1F600}'"))
    #expect(fileError { try metadata.int("i8") } != nil)
    #expect(fileError { try metadata.int("u64") } != nil)
    #expect(fileError { try metadata.strings("ints") } != nil)
    #expect(fileError { try metadata.bool("u8") } != nil)
  }

  @Test func everyCutIsNoticed() throws {
    let whole = try written(Self.values, Self.tensors)
    let end = try #require(try file(whole).tensors.values.map(\.byteRange.upperBound).max())
    for length in 1..<end {
      let error = fileError("\(length) of \(end) bytes") { try file(Array(whole.prefix(length))) }
      #expect(error?.path == "m.gguf")
    }
  }

  /// A header of the given counts and what follows.
  func header(version: UInt32 = 3, tensors: UInt64 = 0, keys: UInt64 = 0, _ rest: [UInt8]) -> [UInt8] {
    Array("GGUF".utf8) + littleEndian(version) + littleEndian(tensors) + littleEndian(keys) + rest
  }

  func text(_ string: String) -> [UInt8] {
    littleEndian(UInt64(string.utf8.count)) + Array(string.utf8)
  }

  @Test func refusesAbsurdCountsWithoutMemory() throws {
    let huge = UInt64(1) << 60
    #expect(fileError { try file(header(tensors: huge, [])) }?.offset == 8)
    #expect(fileError { try file(header(keys: huge, [])) }?.offset == 16)
    #expect(fileError { try file(header(keys: 1, littleEndian(UInt64.max) + [1, 2, 3, 4, 5])) }?.offset == 24)
    let array = text("k") + littleEndian(UInt32(9)) + littleEndian(UInt32(0)) + littleEndian(huge)
    #expect(fileError { try file(header(keys: 1, array)) }?.description.contains("array elements do not fit") == true)
    let string = text("k") + littleEndian(UInt32(8)) + littleEndian(huge) + [65]
    #expect(fileError { try file(header(keys: 1, string)) }?.description.contains("bytes of a string") == true)
    // Arrays in arrays in arrays: one header each, so that a small file could nest deeply.
    let nested = (0..<200).flatMap { _ in littleEndian(UInt32(9)) + littleEndian(UInt64(1)) }
    #expect(fileError { try file(header(keys: 1, text("k") + littleEndian(UInt32(9)) + nested)) } != nil)
  }

  @Test func refusesOtherKindsOfFile() throws {
    #expect(fileError { try file(Array("GGML".utf8) + [UInt8](repeating: 0, count: 40)) }?.offset == 0)
    #expect(fileError { try file(header(version: 1, [])) }?.description.contains("GGUF version 1") == true)
    let swapped = fileError { try file(header(version: UInt32(3).byteSwapped, [])) }
    #expect(swapped?.description.contains("big-endian") == true)
    #expect(fileError { try file(header(keys: 1, text("k") + littleEndian(UInt32(13)) + [0, 0])) } != nil)
    let boolean = text("k") + littleEndian(UInt32(7)) + [2]
    #expect(fileError { try file(header(keys: 1, boolean)).metadata.bool("k") }?.description.contains("is 2") == true)
    let invalid = text("k") + littleEndian(UInt32(8)) + littleEndian(UInt64(1)) + [0xFF]
    #expect(fileError { try file(header(keys: 1, invalid)).metadata.string("k") } != nil)
    let key = text("k") + littleEndian(UInt32(0)) + [1]
    #expect(fileError { try file(header(keys: 2, key + key)) }?.description.contains("twice") == true)
    #expect(fileError { try file(try written([("general.alignment", .uint32(33))], [])) } != nil)
    #expect(fileError { try file(try written([("general.alignment", .string("32"))], [])) } != nil)
  }

  func info(_ name: String, _ dimensions: [UInt64], type: UInt32 = 0, offset: UInt64 = 0) -> [UInt8] {
    text(name) + littleEndian(UInt32(dimensions.count)) + dimensions.flatMap { littleEndian($0) } + littleEndian(type)
      + littleEndian(offset)
  }

  @Test func refusesBadTensors() throws {
    let data = [UInt8](repeating: 0, count: 256)
    func open(_ infos: [[UInt8]]) throws -> GGUFFile {
      let head = header(tensors: UInt64(infos.count), infos.flatMap { $0 })
      let padding = [UInt8](repeating: 0, count: (32 - head.count % 32) % 32)
      return try file(head + padding + data)
    }
    #expect(try open([info("a", [2, 3])]).tensors["a"]?.shape == [3, 2])
    #expect(try open([info("a", [4], type: 16)]).otherTypes == ["a": 16])
    let bad = [
      [info("a", [1 << 40])], [info("a", [1 << 62, 1 << 62])], [info("a", [UInt64.max])], [info("a", [2], offset: 1)],
      [info("a", [2], offset: 1 << 40)], [info("a", [2], offset: UInt64.max - 31)], [info("a", [1, 1, 1, 1, 1])],
      [info("a", [31], type: 8)], [info("a", [16]), info("b", [16])], [info("a", [2]), info("a", [2], offset: 32)],
    ]
    for (index, infos) in bad.enumerated() {
      #expect(fileError("case \(index)") { try open(infos) }?.path == "m.gguf")
    }
  }

  @Test func writerRefusesWhatItCannotWrite() throws {
    let folder = try TemporaryFolder()
    func write(_ metadata: [(String, GGUFValue)], _ tensors: [GGUFTensor]) throws {
      try GGUFWriter(metadata: metadata, tensors: tensors).write(to: folder.file("m.gguf"))
    }
    let tensor = Self.tensors[0]
    var short = tensor
    short.bytes.removeLast()
    #expect(fileError { try write([("a", .bool(true)), ("a", .bool(true))], []) } != nil)
    #expect(fileError { try write([], [tensor, tensor]) } != nil)
    #expect(fileError { try write([], [short]) } != nil)
    let blocked = try folder.write([1], to: "file")
    let error = fileError { try GGUFWriter(metadata: [], tensors: []).write(to: blocked + "/m.gguf") }
    #expect(error.map { if case .unwritable = $0.kind { true } else { false } } == true)
  }
}
