import AkinTestSupport
import Foundation
import ModelFiles
import Testing

@Suite struct MappedFileTests {
  @Test func holdsTheBytesAndReadsThemAgainAfterRelease() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let file = try MappedFile(path: folder.write(bytes, to: "a"))
    #expect(file.count == bytes.count)
    #expect(file.withBytes { Array($0) } == bytes)
    file.releasePages()
    #expect(file.withBytes { Array($0) } == bytes)
    let copy = try MappedFile(bytes: bytes, path: "a copy")
    copy.releasePages()
    #expect(copy.withBytes { Array($0) } == bytes)
  }

  @Test func refusesWhatIsNoFile() throws {
    let folder = try TemporaryFolder()
    #expect(fileError { try MappedFile(path: folder.file("none")) }?.kind == .missing)
    #expect(
      fileError { try MappedFile(path: folder.path) }?.kind
        == .wrongFileType(expected: "a file", found: "a folder"))
    let empty = try folder.write([], to: "empty")
    #expect(fileError { try MappedFile(path: empty) }?.kind == .malformed("the file is empty"))
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(
      fileError { try MappedFile(path: pipe) }?.kind
        == .wrongFileType(expected: "a file", found: "a device, pipe or socket"))
  }

  @Test func widensEveryType() throws {
    let halves: [UInt16] = [0x3C00, 0xC000, 0x0001, 0x8000, 0x7C00, 0x0400, 0x03FF, 0x3555]
    let file = try MappedFile(bytes: halves.flatMap { littleEndian($0) }, path: "halves")
    let f16 = try TensorView(name: "t", shape: [2, 4], type: .f16, file: file, byteRange: 0..<16)
    #expect(
      f16.float32() == [1, -2, 0x1p-24, -0.0, .infinity, 0x1p-14, 0x1.ff8p-15, 0x1.554p-2])
    #expect(f16.float32()[3].sign == .minus)
    let bf16 = try TensorView(name: "t", shape: [8], type: .bf16, file: file, byteRange: 0..<16)
    #expect(bf16.float32()[0] == Float(bitPattern: 0x3C00_0000))
    let block = littleEndian(UInt16(0x3800)) + (0..<32).map { UInt8(bitPattern: Int8($0 - 16)) }
    let quantised = try MappedFile(bytes: block, path: "q8")
    let q8 = try TensorView(name: "t", shape: [1, 32], type: .q8, file: quantised, byteRange: 0..<34)
    #expect(q8.float32() == (0..<32).map { Float($0 - 16) / 2 })
    #expect(q8.elementCount == 32)
  }

  @Test func viewsStayInTheirFile() throws {
    let file = try MappedFile(bytes: [UInt8](repeating: 0, count: 16), path: "f")
    func view(_ shape: [Int], _ type: TensorType, _ range: Range<Int>) throws -> TensorView {
      try TensorView(name: "t", shape: shape, type: type, file: file, byteRange: range)
    }
    #expect(try view([2, 2], .f32, 0..<16).float32() == [0, 0, 0, 0])
    #expect(fileError { try view([2, 2], .f32, 4..<20) }?.offset == 4)
    #expect(fileError { try view([2, 2], .f32, 0..<12) } != nil)
    #expect(fileError { try view([-1], .f32, 0..<0) } != nil)
    #expect(fileError { try view([Int.max, 4], .f32, 0..<16) } != nil)
    #expect(fileError { try view([Int.max / 2], .f32, 0..<16) } != nil)
    #expect(fileError { try view([16], .q8, 0..<16) } != nil)
    #expect(try view([0, 5], .f32, 3..<3).float32().isEmpty)
  }
}
