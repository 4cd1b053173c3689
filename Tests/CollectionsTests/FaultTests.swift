import AkinCollections
import AkinTestSupport
import Foundation
import Testing

/// What is left of a collection when a process dies, a disk is full, or a file is damaged.
@Suite(.timeLimit(.minutes(10))) struct FaultTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private var store: SQLiteCatalog { SQLiteCatalog(folder: folder.path + "/collections") }

  /// The numbers of the documents that are there, each looked at whole.
  private func numbers(_ collection: SQLiteCollection, prefix: String = "d") async throws -> Set<Int> {
    var numbers: Set<Int> = []
    for (document, count) in try await collection.documents(withChunks: true) {
      guard document.key.text.hasPrefix(prefix + "-") else { continue }
      let number = try #require(Int(document.key.text.dropFirst(prefix.count + 1)))
      #expect(count == 3 && document.chunks.count == 3)
      #expect(document.chunks.allSatisfy { $0.text.hasPrefix("\(prefix) document \(number) part ") })
      #expect(document.metadata["number"] == .number(Double(number)))
      numbers.insert(number)
    }
    return numbers
  }

  /// What must be there when `last` is the last number that was stored.
  private func expected(through last: Int) -> Set<Int> {
    guard last >= 1 else { return [] }
    return Set((1...last).filter { ($0 + 3) % 4 != 0 || $0 + 3 > last })
  }

  @Test func killedTwoHundredTimes() async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    var last = 0
    var acknowledged = 0
    for round in 1...200 {
      var writer = try WriterProcess(store, first: last + 1, count: 100_000)
      // Some die while they open the file, most while they write.
      if round % 5 > 0 { writer.waitForOutput() }
      usleep(UInt32.random(in: 0...20_000, using: &random))
      writer.kill()
      let (stored, other) = writer.finish()
      #expect(other == [], "seed \(seed), round \(round)")
      acknowledged += stored.count
      last = stored.last ?? last
      guard FileManager.default.fileExists(atPath: store.path(of: "written")) else { continue }
      guard let collection = try? await store.open("written") else {
        // Killed before there was a collection; nothing was promised yet.
        #expect(acknowledged == 0, "seed \(seed), round \(round): cannot be opened")
        continue
      }
      let found = try await numbers(collection)
      // The transaction that was under way when the process died may have been stored without being acknowledged.
      if found == expected(through: last + 1) { last += 1 }
      try #require(found == expected(through: last), "seed \(seed), round \(round): \(last) stored")
      if round % 20 == 0 { #expect(try await collection.check() == [], "seed \(seed), round \(round)") }
    }
    #expect(acknowledged > 200, "seed \(seed): the writer hardly wrote")
  }

  @Test func twoProcessesWriteAtOnce() async throws {
    let writers = try ["left", "right"].map { try WriterProcess(store, prefix: $0, first: 1, count: 100) }
    for writer in writers {
      let (stored, other) = writer.finish()
      #expect(stored.count == 100 && other == [])
    }
    let collection = try await store.open("written")
    for prefix in ["left", "right"] { #expect(try await numbers(collection, prefix: prefix) == expected(through: 100)) }
    #expect(try await collection.check() == [])
  }

  @Test func aWriterThatWaitsTooLongIsToldSo() async throws {
    let space = CollectionSamples.space
    let patient = SQLiteCatalog(folder: store.folder, busyTimeout: 0.05)
    let collection = try await patient.openOrCreate("shared", space: space)
    let lock = try HeldLock(patient.path(of: "shared"))
    let error = await #expect(throws: CollectionError.self) { try await collection.write(CollectionChanges()) }
    #expect(error?.kind == .busy)
    #expect(error?.description.contains("another process") == true)
    let dropped = await #expect(throws: CollectionError.self) { try await patient.drop("shared") }
    #expect(dropped?.kind == .busy)
    lock.release()
    try await collection.write(CollectionChanges())
  }

  @Test func readersSeeWhatAnotherProcessWrote() async throws {
    _ = try WriterProcess(store, first: 1, count: 3).finish()
    let collection = try await store.open("written")
    func found() async throws -> Int {
      let query = CollectionQuery(mode: .semantic, vector: [Float](repeating: 1, count: 64))
      return try await CollectionSearch.search([collection], query).count
    }
    #expect(try await found() == 9)
    _ = try WriterProcess(store, first: 4, count: 1).finish()
    // Document 4 came, and document 1 went.
    #expect(try await found() == 9)
    #expect(try await numbers(collection) == [2, 3, 4])
  }

  @Test func aFullDiskIsAnErrorAndCostsNothingElse() async throws {
    let before = try WriterProcess(store, first: 1, count: 20).finish()
    #expect(before.stored.count == 20)
    // Files may not grow beyond so many blocks of 512 bytes, as on a disk that is full; without the signal for it.
    let writer = try WriterProcess(
      store, first: 21, count: 100_000, shell: "trap '' XFSZ; ulimit -f 1200; exec \"$@\"")
    let (stored, other) = writer.finish()
    #expect(other.count == 1 && other[0].hasPrefix("error storageFailed: "), "\(other)")
    #expect(other.first?.contains(store.path(of: "written")) == true)
    let collection = try await store.open("written")
    #expect(try await numbers(collection) == expected(through: stored.last ?? 20))
    #expect(try await collection.check() == [])
    _ = try WriterProcess(store, first: 1_000_001, count: 1).finish()
    #expect(try await numbers(collection).contains(1_000_001))
  }

  @Test func aReadOnlyFolderIsAnError() async throws {
    _ = try WriterProcess(store, first: 1, count: 1).finish()
    let program = folder.file("writer")
    try FileManager.default.copyItem(atPath: WriterProcess.program, toPath: program)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: store.folder)
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: store.folder) }
    // The super-user may write everywhere, so the writer runs as nobody.
    let shell = getuid() == 0 ? "shift; exec setpriv --reuid 65534 --clear-groups '\(program)' \"$@\"" : "exec \"$@\""
    let (stored, other) = try WriterProcess(store, first: 2, count: 1, shell: shell).finish()
    #expect(stored == [] && other.count == 1 && other[0].hasPrefix("error storageFailed: "), "\(other)")
  }

  @Test func noDamageToAFileEndsTheProcess() async throws {
    _ = try WriterProcess(store, first: 1, count: 60).finish()
    try await store.open("written").vacuum()
    let path = store.path(of: "written")
    let sound = try Data(contentsOf: URL(fileURLWithPath: path))
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    var repaired = 0
    for round in 0..<60 {
      let damaged = try TemporaryFolder()
      let store = SQLiteCatalog(folder: damaged.path)
      var bytes = sound
      switch round % 3 {
      case 0: bytes = bytes.prefix(Int.random(in: 0..<bytes.count, using: &random))
      case 1:
        let start = Int.random(in: 0..<bytes.count - 512, using: &random)
        for index in start..<start + 512 { bytes[index] = UInt8.random(in: 0...255, using: &random) }
      default: bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      try bytes.write(to: URL(fileURLWithPath: store.path(of: "written")))
      do {
        try await look(at: try await store.open("written"))
      } catch let error as CollectionError {
        let isEmpty = error.kind == .unknown(name: store.path(of: "written"))
        #expect(isEmpty || [.damaged, .newerVersion].contains(error.kind), "seed \(seed), round \(round): \(error)")
      }
      if let report = try? await store.repair("written") {
        repaired += 1
        do {
          let collection = try await store.open("written")
          #expect(try await collection.check() == [], "seed \(seed), round \(round)")
          #expect(try await collection.status().documents == report.kept)
          try await look(at: collection)
        } catch {
          Issue.record("seed \(seed), round \(round): repaired, and yet \(error)")
        }
      }
    }
    #expect(repaired >= 20, "seed \(seed)")
  }

  private func look(at collection: SQLiteCollection) async throws {
    _ = try await collection.check()
    _ = try await collection.documents(withChunks: true)
    for mode in SearchMode.allCases {
      let query = CollectionQuery(mode: mode, text: "document 7 part", vector: [Float](repeating: 1, count: 64))
      _ = try await CollectionSearch.search([collection], query)
    }
  }
}
