import AkinTestSupport
import ModelFiles
import Testing

@Suite struct SafetensorsTests {
  func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
    try SafetensorsFile(MappedFile(bytes: bytes, path: "m.safetensors"))
  }

  @Test func readsTensorsOfSeveralTypes() throws {
    let header = """
      {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},\
      "b":{"dtype":"I64","shape":[1,1],"data_offsets":[8,16]},"c":{"dtype":"F16","shape":[],"data_offsets":[16,18]},\
      "d":{"dtype":"BF16","shape":[0,3],"data_offsets":[18,18]}}\u{20}\u{20}\u{20}
      """
    let data =
      littleEndian(Float(1.5).bitPattern) + littleEndian(Float(-2).bitPattern) + [UInt8](repeating: 1, count: 8)
    let file = try open(safetensors(header, data: data + littleEndian(UInt16(0x3C00))))
    #expect(file.tensors.keys.sorted() == ["a", "c", "d"])
    #expect(file.otherTypes == ["b": "I64"])
    #expect(file.tensors["a"]?.float32() == [1.5, -2])
    #expect(file.tensors["c"]?.float32() == [1])
    #expect(file.tensors["c"]?.shape == [])
    #expect(file.tensors["d"]?.float32() == [])
  }

  /// Header, bytes of data, and a part of the error's description.
  static let bad: [(String, Int, String)] = [
    ("{", 0, "the header is not JSON"),
    ("[]", 0, "header: expected an object"),
    (#"{"a":1}"#, 0, "header['a'].shape: expected an array, found nothing"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, 8, "expected 2 offsets, found 1"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "has 4 bytes where shape [2] in f32 needs 8"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4, "'a' ends at byte"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, "data_offsets[1]: expected an integer"),
    (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, "shape[0]: expected an integer"),
    (#"{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}"#, 8, "shape[0]: expected an integer"),
    (
      #"{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,8]}}"#, 8,
      "the impossible shape"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}"#, 4, "data_offsets[1]"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "4 unused bytes before 'a'"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, "4 unused bytes after the last tensor"),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
      12, "'b' overlaps 'a'"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      4, "one name twice"
    ),
    (#"{"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}"#, 4, "header['a'].dtype: expected a string"),
  ]

  @Test(arguments: bad)
  func refusesABadHeader(header: String, dataBytes: Int, expected: String) throws {
    let bytes = safetensors(header, data: [UInt8](repeating: 0, count: dataBytes))
    let error = try #require(fileError { try open(bytes) })
    #expect(error.description.contains(expected), "\(error)")
    #expect(error.path == "m.safetensors")
  }

  @Test(arguments: [1 << 63, UInt64.max, 100_000_001, 9])
  func refusesAHeaderLongerThanTheFile(length: UInt64) throws {
    let error = fileError { try open(littleEndian(length) + Array("{}".utf8)) }
    #expect(error?.offset == 0)
    #expect(error?.description.contains("the header has \(length) bytes; the file has 2") == true)
  }

  @Test func refusesAFileWithoutALength() throws {
    #expect(fileError { try open([1, 2, 3]) }?.offset == 0)
  }

  @Test func tensorsThatAreNeededMustHaveAKnownType() throws {
    let model = try SmallModel()
    var bytes = try model.bytes("model.safetensors")
    let old = Array(#""F32""#.utf8)
    let place = try #require((0..<bytes.count - 5).first { Array(bytes[$0..<$0 + 5]) == old })
    bytes.replaceSubrange(place..<place + 5, with: Array(#""U32""#.utf8))
    try model.folder.write(bytes, to: "sentence/model.safetensors")
    let error = fileError { try model.open() }
    #expect(error?.description.contains("has type U32; F32, F16, BF16, F64 and I8 are read") == true)
  }
}
