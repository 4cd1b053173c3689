import AkinTestSupport
import Foundation
import ModelFiles
import Testing

/// A model in one file, and back.
@Suite(.timeLimit(.minutes(10))) struct ModelArchiveTests {
  let folder: TemporaryFolder
  let store: ModelStore
  let other: ModelStore

  init() throws {
    folder = try TemporaryFolder()
    store = ModelStore(environment: ["AKIN_CACHE": folder.file("one"), "HOME": folder.path])
    other = ModelStore(environment: ["AKIN_CACHE": folder.file("other"), "HOME": folder.path])
    let place = folder.file("one/models/org/small")
    try FileManager.default.createDirectory(
      atPath: folder.file("one/models/org"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: Fixtures.path("models/sentence"), toPath: place)
  }

  private func archive() throws -> [UInt8] {
    var bytes: [UInt8] = []
    try store.export("org/small") { bytes += $0 }
    return bytes
  }

  /// What is left in the other cache of archives that were not taken.
  private func partial() throws -> [String] {
    let path = folder.file("other/partial")
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: path)
  }

  private func pull(_ bytes: [UInt8], expecting name: String? = nil) async throws -> ResolvedModel {
    try folder.write(bytes, to: "model.tar")
    return try await other.pull(archive: folder.file("model.tar"), expecting: name) { _ in }
  }

  @Test func aModelGoesAndComesBackTheSame() async throws {
    let found = try await pull(archive())
    #expect(found.name == "org/small" && found.path == folder.file("other/models/org/small"))
    #expect(try other.resolve("org/small") == found)
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.file("one/models/org/small")) {
      let original = FileManager.default.contents(atPath: folder.file("one/models/org/small/\(file)"))
      let copy = FileManager.default.contents(atPath: "\(found.path)/\(file)")
      #expect(copy == original || copy == nil, "\(file)")
    }
    #expect(FileManager.default.fileExists(atPath: found.path + "/model.safetensors"))
    #expect(try partial().isEmpty)
    try store.export("org/small", to: folder.file("file.tar"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("file.tar"))) == Data(archive()))
  }

  @Test func otherProgramsReadAndMakeIt() async throws {
    try store.export("org/small", to: folder.file("model.tar"))
    try FileManager.default.createDirectory(atPath: folder.file("unpacked"), withIntermediateDirectories: true)
    try tar("-xf", folder.file("model.tar"), "-C", folder.file("unpacked"))
    for name in ["org", "."] {
      try tar("-cf", folder.file("again.tar"), "-C", folder.file("unpacked"), name)
      #expect(try await other.pull(archive: folder.file("again.tar")) { _ in }.name == "org/small")
    }
  }

  private func tar(_ arguments: String...) throws {
    let process = try Process.run(URL(fileURLWithPath: "/usr/bin/env"), arguments: ["tar"] + arguments)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func anArchiveIsOfTheModelThatWasAskedFor() async throws {
    let whole = try archive()
    for name in ["org/other", "small", ""] {
      await #expect(throws: ModelFileError.self, "\(name)") { try await pull(whole, expecting: name) }
    }
    #expect(try await pull(whole, expecting: "org/small").name == "org/small")
  }

  @Test func everyFileStandsInTheManifest() async throws {
    let more = try #require(TarHeader(name: "org/small/vocab.txt", bytes: 0).block)
    try FileManager.default.removeItem(atPath: folder.file("one/models/org/small/vocab.txt"))
    let whole = try archive()
    await #expect(throws: ModelFileError.self) { try await pull(more + whole) }
    #expect(try partial().isEmpty)
    _ = try await pull(whole)
  }

  @Test func whatIsNoArchiveOfAModelIsRefused() async throws {
    let whole = try archive()
    var altered = whole
    altered[altered.count - 4000] ^= 1
    let outside = TarHeader(name: "../../escape/config.json", bytes: 0)
    let cases: [(String, [UInt8])] = [
      ("no tar", Array(repeating: 65, count: 2048)), ("cut", Array(whole.prefix(whole.count / 2))),
      ("altered", altered), ("empty", [UInt8](repeating: 0, count: 1024)),
      ("outside", try #require(outside.block) + [UInt8](repeating: 0, count: 1024)),
      ("another file", try #require(TarHeader(name: "org/small/evil.sh", bytes: 0).block)),
      ("no manifest", Array(whole.dropFirst(512).drop { $0 != 0 }.drop { $0 == 0 })),
    ]
    for (name, bytes) in cases {
      await #expect(throws: ModelFileError.self, "\(name)") { try await pull(bytes) }
    }
    #expect(throws: ModelFileError.self) { try other.resolve("org/small") }
    #expect(try partial().isEmpty)
  }

  @Test func linksAreRefused() throws {
    var block = try #require(TarHeader(name: "org/small/config.json", bytes: 0).block)
    block[156] = 0x32
    let sum = block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int($1.element)) }
    for (index, byte) in String(sum, radix: 8).utf8.enumerated() { block[149 + index] = byte }
    #expect(throws: TarError.self) { try block.withUnsafeBytes { try TarHeader($0) } }
  }

  @Test func randomBytesAreRefusedAndCrashNothing() async throws {
    let whole = try archive()
    var random = SeededRandom(seed: Fuzzing.seed)
    let inputs = Fuzzing.count(200)
    for _ in 0..<inputs {
      var bytes = whole
      // The headers of the first entries, where damage matters most.
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        bytes[Int.random(in: 0..<1536, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
      _ = try? await pull(bytes)
    }
    Fuzzing.report("archives", inputs: inputs)
  }
}
