import AkinCollections
import AkinTestSupport
import Digests
import Documents
import Engine
import Foundation
import ModelFiles
import Testing

/// Packs, with the default model's real weights.
@Suite struct PackTests {
  let folder: TemporaryFolder
  let root: String
  let store: SQLiteCatalog
  let indexer: Indexer
  let texts = (0..<24).map { number in
    "# Part \(number)\n\nRiver \(number * 7) flows past the \(["mill", "bridge", "town"][number % 3]) of number \(number).\n"
  }

  init() throws {
    folder = try TemporaryFolder()
    root = try #require(FilePath.resolved(folder.path))
    store = SQLiteCatalog(folder: root + "-data/collections")
    indexer = try Self.indexer(store)
    for (number, text) in texts.enumerated() { try folder.write(text.utf8, to: "part\(number % 5)/text\(number).md") }
  }

  private static func indexer(_ store: SQLiteCatalog) throws -> Indexer {
    var options = EngineOptions()
    options.model = try TestModel.folder
    return Indexer(
      engine: try Engine.load(options, store: ModelStore(environment: TestModel.environment)), store: store)
  }

  private func path(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: root + "-data", withIntermediateDirectories: true)
    return root + "-data/" + name
  }

  private func cleanUp() { try? FileManager.default.removeItem(atPath: root + "-data") }

  private func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

  /// The bytes with a digest that fits them.
  private func signed(_ bytes: [UInt8]) -> [UInt8] {
    let body = Array(bytes.dropLast(32))
    return body + SHA256.hash(body)
  }

  private func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let path = try path(name)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Adds a pack without looking at it.
  private func add(_ path: String, to shelf: PackShelf) throws {
    let temporary = try shelf.temporaryPath()
    try shelf.copy(path, to: temporary)
    try shelf.add(try VectorPack(path: temporary), at: temporary, source: path)
  }

  /// All that a collection stores of vectors, by texts and places.
  private func stored(_ collection: SQLiteCollection) async throws -> [String: [UInt32]] {
    var all: [String: [UInt32]] = [:]
    for document in try await collection.documents(withChunks: true).map(\.document) {
      for chunk in document.chunks {
        let vector = try await collection.knownVectors([chunk.textHash])[chunk.textHash]
        all["text " + chunk.embeddedText] = vector?.map(\.bitPattern)
        guard let place = chunk.placeHash(path: document.path) else { continue }
        let found = try await collection.placeVectors([place])[place]
        all["place " + (chunk.place(path: document.path) ?? "")] =
          found.map { [$0.scale.bitPattern] + $0.codes.map { UInt32(UInt8(bitPattern: $0)) } }
      }
    }
    return all
  }

  @Test func theSameFilesMakeTheSameBytes() async throws {
    defer { cleanUp() }
    let (first, second, third) = (try path("a"), try path("b"), try path("c"))
    let built = try await indexer.pack(root, to: first)
    #expect(built.files == 24 && built.texts == 24 && built.places == 24 && built.embedded == 48 && built.missing == 0)
    let again = try await indexer.pack(root, from: [VectorPack(path: first)], to: second)
    #expect(again.embedded == 0 && again.id == built.id)
    #expect(try bytes(first) == bytes(second))
    try folder.write("Another text of lakes.".utf8, to: "more.md")
    let more = try await indexer.pack(root, from: [VectorPack(path: first)], to: third)
    #expect(more.embedded == 2 && more.texts == 25)
    // Cut to what it was.
    try FileManager.default.removeItem(atPath: folder.file("more.md"))
    _ = try await indexer.pack(root, from: [VectorPack(path: third)], embedding: false, to: second)
    #expect(try bytes(first) == bytes(second))
    let pack = try VectorPack(path: first)
    try pack.requireWhole()
    #expect(pack.id == built.id && pack.textCount == 24 && !pack.holdsTexts)
    #expect(!String(decoding: try bytes(first), as: UTF8.self).contains("River"))
    let verified = try await indexer.verify(pack, folder: root, sample: .share(1))
    #expect(verified.known == 48 && verified.sampled == 48 && verified.wrong == [])
  }

  @Test func anIndexOfAPackIsTheIndex() async throws {
    defer { cleanUp() }
    let path = try path("pack")
    _ = try await indexer.pack(root, to: path)
    let embedded = try await indexer.update(root)
    #expect(embedded.embedded == 24 && embedded.packed == 0)
    let other = SQLiteCatalog(folder: root + "-data/other")
    try add(path, to: PackShelf(of: other))
    let packed = try await Self.indexer(other).update(root)
    #expect(packed.embedded == 0 && packed.packed == 24 && packed.refusedPacks == [])
    let all = try await stored(try await other.open(root))
    #expect(all.count == 48)
    #expect(try await stored(try await store.open(root)) == all)
    #expect(try await other.open(root).check() == [])
    // What is in a collection keeps its bits on its way to another one.
    let copy = try await indexer.collection("copy")
    let known = try await copy.knownVectors(Set(texts.map { TextHash($0) }))
    for (hash, vector) in known {
      let before = try await store.open(root).knownVectors([hash])[hash]
      #expect(before?.map(\.bitPattern) == vector.map(\.bitPattern))
    }
  }

  @Test func textsAreInItWhereTheyAreAskedFor() async throws {
    defer { cleanUp() }
    let path = try path("pack")
    _ = try await indexer.pack(root, keepsTexts: true, to: path)
    let pack = try VectorPack(path: path)
    try pack.requireWhole()
    #expect(pack.holdsTexts)
    let verified = try await indexer.verify(pack, folder: nil, sample: .count(10))
    #expect(verified.known == 48 && verified.sampled == 10 && verified.wrong == [])
  }

  @Test func packsAreMerged() async throws {
    defer { cleanUp() }
    let (all, first, second, merged) = (try path("all"), try path("1"), try path("2"), try path("merged"))
    _ = try await indexer.pack(root, to: all)
    for number in 0..<12 {
      try FileManager.default.removeItem(atPath: folder.file("part\(number % 5)/text\(number).md"))
    }
    _ = try await indexer.pack(root, to: second)
    for (number, text) in texts.enumerated() {
      let file = "part\(number % 5)/text\(number).md"
      if number < 13 {
        try folder.write(text.utf8, to: file)
      } else {
        try? FileManager.default.removeItem(atPath: folder.file(file))
      }
    }
    _ = try await indexer.pack(root, to: first)
    let report = try VectorPack.merge([VectorPack(path: second), VectorPack(path: first)], to: merged)
    #expect(report.texts == 24 && report.places == 24)
    #expect(try bytes(merged) == bytes(all))
    #expect(try VectorPack(path: first).isPart(of: VectorPack(path: all)))
    #expect(try !VectorPack(path: all).isPart(of: VectorPack(path: first)))
    // Two that disagree.
    let liar = try write(signed(lying(try bytes(all), from: 0)), "liar")
    #expect(throws: PackError.self) {
      try VectorPack.merge([VectorPack(path: all), VectorPack(path: liar)], to: merged)
    }
  }

  /// Exchanges two components of each vector, which leaves its length.
  private func lying(_ bytes: [UInt8], from first: Int) throws -> [UInt8] {
    var bytes = bytes
    let header = Int(bytes[12]) | Int(bytes[13]) << 8
    let vectors = 16 + header + 24 * 16
    for row in first..<24 {
      let start = vectors + row * 384 * 4
      for byte in 0..<4 { bytes.swapAt(start + byte, start + 40 + byte) }
    }
    return bytes
  }

  @Test func whatIsUntrueIsFoundAndNotUsed() async throws {
    defer { cleanUp() }
    let path = try path("pack")
    _ = try await indexer.pack(root, to: path)
    let liar = try write(signed(lying(try bytes(path), from: 0)), "liar")
    let pack = try VectorPack(path: liar)
    try pack.requireWhole()
    let verified = try await indexer.verify(pack, folder: root, sample: .share(1))
    #expect(verified.wrong.count == 24)
    // One that was believed all the same: what is taken is looked at, and its places are true.
    let shelf = PackShelf(of: store)
    try add(liar, to: shelf)
    let report = try await indexer.update(root)
    #expect(report.embedded == 24 && report.packed == 0)
    #expect(report.notes.contains { $0.contains("does not hold what the model makes") })
    #expect(shelf.list().count == 1 && shelf.list()[0].pack == nil && shelf.list()[0].problem != nil)
    #expect(try await Self.indexer(store).update(root).refusedPacks == [])
    let other = SQLiteCatalog(folder: root + "-data/other")
    _ = try await Self.indexer(other).update(root)
    #expect(try await stored(try await store.open(root)) == stored(try await other.open(root)))
  }

  @Test func badPacksAreRefused() async throws {
    defer { cleanUp() }
    let path = try path("pack")
    _ = try await indexer.pack(root, keepsTexts: true, to: path)
    let good = try bytes(path)
    func problem(_ bytes: [UInt8]) throws -> PackError.Kind? {
      let file = try write(bytes, "bad")
      do throws(PackError) {
        let pack = try VectorPack(path: file)
        try pack.require(indexer.space)
        try pack.requireWhole()
        return nil
      } catch {
        return error.kind
      }
    }
    #expect(try problem(good) == nil)
    for length in Array(0..<700) + Array(stride(from: 700, to: good.count, by: 997)) {
      #expect(try problem(Array(good.prefix(length))) != nil, "\(length) bytes")
    }
    guard case .wrongLength = try problem(good + [0]) else {
      Issue.record("a byte behind its end")
      return
    }
    // One byte of another value, anywhere: the digest tells, or what is read before it.
    var random = SeededRandom(seed: 20)
    for _ in 0..<300 {
      var bytes = good
      bytes[Int.random(in: 0..<good.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
      #expect(try problem(bytes) != nil)
    }
    // The same with digests that fit: an answer, whatever it is.
    for _ in 0..<300 {
      var bytes = good
      bytes[Int.random(in: 0..<2000, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
      let kind = try problem(signed(bytes))
      if kind == nil {
        // A hash that is another one, or a component within rounding.
        _ = try VectorPack(path: try self.path("bad")).vectors(of: texts.map { TextHash($0) })
      }
    }
    #expect(try problem(Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n".utf8)) == .pointer)
    guard case .notAPack = try problem(Array("PK\u{3}\u{4} and so on, longer than a beginning".utf8)) else {
      Issue.record("another kind of file")
      return
    }
    var version = good
    version[8] = 9
    #expect(try problem(version) == .otherFormat(found: 9))
    let header = Int(good[12]) | Int(good[13]) << 8
    var unsorted = good
    for byte in 0..<16 { unsorted.swapAt(16 + header + byte, 16 + header + 16 + byte) }
    guard case .damaged(let what)? = try problem(signed(unsorted)) else {
      Issue.record("unsorted hashes")
      return
    }
    #expect(what.contains("not in order"))
    func renamed(_ member: String, _ value: String) throws -> [UInt8] {
      let text = String(decoding: good[16..<16 + header], as: UTF8.self)
      let changed = text.replacing(try Regex("\"\(member)\":\"[^\"]*\""), with: "\"\(member)\":\"\(value)\"")
      let head = Array(changed.utf8) + [UInt8](repeating: 0x20, count: (8 - changed.utf8.count % 8) % 8)
      let count = withUnsafeBytes(of: UInt32(head.count).littleEndian) { Array($0) }
      return signed(good[..<12] + count + head + good[(16 + header)...])
    }
    if case .otherSpace = try problem(renamed("fingerprint", "00")) {} else { Issue.record("another model") }
    if case .otherSpace = try problem(renamed("prompt", "query: ")) {} else { Issue.record("another prompt") }
    if case .otherArithmetic = try problem(renamed("arithmetic", "0")) {} else { Issue.record("other kernels") }
  }
}
