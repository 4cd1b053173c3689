import AkinCollections
import AkinTestSupport
import Documents
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct SQLiteCollectionTests {
  let samples: CollectionSamples

  init() throws {
    samples = try CollectionSamples()
  }

  @Test func whatWasPutComesBack() async throws {
    let collection = try await samples.collection()
    var document = CollectionSamples.document(
      "a.swift", "one\ntwo", language: "swift",
      metadata: ["year": .number(1990), "tag": .string("x"), "draft": .bool(false)])
    document.file = FileState(size: 7, stamp: 12, contentHash: TextHash("one\ntwo"))
    document.chunks[1].heading = "A > B"
    document.chunks[1].symbol = "two"
    document.chunks[1].symbolKind = 12
    document.chunks[1].lead = "A > B\n"
    try await CollectionSamples.put([document], in: collection)
    #expect(try await collection.document(document.key) == document)
    #expect(try await collection.files() == [document.key: document.file])
    let status = try await collection.status()
    #expect(status.documents == 1 && status.chunks == 2 && status.bytes > 0 && status.updated > 1_700_000_000)
    #expect(try await collection.check() == [])
  }

  @Test func aDocumentOfTheSameKeyIsReplaced() async throws {
    let collection = try await samples.collection()
    try await CollectionSamples.put([CollectionSamples.document("a", "one\ntwo\nthree")], in: collection)
    let next = CollectionSamples.document("a", "two\nfour")
    try await CollectionSamples.put([next], in: collection)
    #expect(try await collection.document(next.key) == next)
    #expect(try await collection.status().chunks == 2)
    #expect(try await search(collection, "three", .keyword) == [])
    #expect(try await search(collection, "two", .keyword) == ["two"])
    #expect(try await collection.check() == [])
  }

  /// The index of words merges its segments, which costs more the more there are: a transaction is to make one, not one a chunk.
  @Test func theWordsOfATransactionAreWrittenAtOnce() async throws {
    let collection = try await samples.collection()
    for (count, word) in [(1, "apple"), (2, "pear")] {
      let lines = (0..<300).map { "\(word) number\($0)" }.joined(separator: "\n")
      try await CollectionSamples.put([CollectionSamples.document("a", lines)], in: collection)
      try SQLiteFile.execute(
        """
        CREATE TEMP TABLE segments (count CHECK (count = \(count)));
        INSERT INTO segments SELECT count(DISTINCT segid) FROM words_idx
        """, on: collection.path)
    }
    #expect(try await search(collection, "apple", .keyword) == [])
    #expect(try await search(collection, "number299", .keyword).first == "pear number299")
    #expect(try await collection.check() == [])
  }

  @Test func anIdAndAURIOfTheSameLettersAreTwoDocuments() async throws {
    let collection = try await samples.collection()
    var first = CollectionSamples.document("a", "one")
    var second = first
    first.key = .id("a")
    second.key = .uri("a")
    try await CollectionSamples.put([first, second], in: collection)
    #expect(try await collection.status().documents == 2)
  }

  /// GRDB binds and reads strings as C has them; nothing of a text is lost all the same.
  @Test(arguments: ["\0", "a\0b", "\0\0zebra", "zebra\0", "e\u{301}\0\u{E9}"])
  func textsHoldAnyUnicode(text: String) async throws {
    let collection = try await samples.collection()
    var document = CollectionSamples.document("a", text, metadata: [text: .string(text)])
    document.key = .id(text)
    document.language = text
    document.path = text
    document.chunks[0].heading = text
    document.chunks[0].symbol = text
    document.chunks[0].lead = text + "\n"
    var beside = CollectionSamples.document("b", "beside")
    beside.key = .id(String(text.prefix { $0 != "\0" }) + "x")
    for _ in 0..<3 {
      try await CollectionSamples.put([document, beside], in: collection)
      #expect(try await collection.document(document.key) == document)
      #expect(try await collection.document(document.key)?.chunks[0].text.utf8.elementsEqual(text.utf8) == true)
      var query = CollectionQuery(mode: .semantic, vector: CollectionSamples.vector(text + "\n" + text))
      query.scope.languages = [text]
      query.scope.filter = MetadataFilter(conditions: [.init(key: text, comparison: .equal(.string(text)))])
      #expect(try await CollectionSearch.search([collection], query).map(\.key) == [document.key])
      #expect(try await collection.check() == [])
      #expect(try await collection.write(CollectionChanges(removed: [document.key])).removed == 1)
      #expect(try await search(collection, "zebra", .keyword) == [])
      #expect(try await collection.check() == [])
    }
  }

  @Test func namesAreComparedByTheirBytes() async throws {
    #expect(DocumentKey.id("\u{E9}") != .id("e\u{301}"))
    #expect(Set([DocumentKey.id("\u{E9}"), .id("e\u{301}"), .uri("\u{E9}")]).count == 3)
    #expect(MetadataValue.string("\u{E9}") != .string("e\u{301}"))
  }

  /// Each of them is asked for by its own name alone, however many others there are.
  @Test func vectorsOfAThousandNeighboursAreFoundWithoutOpeningThem() async throws {
    for number in 0..<40 {
      let other = try await samples.collection("other \(number)")
      try await CollectionSamples.put([CollectionSamples.document("a", "text \(number)")], in: other)
    }
    let collection = try await samples.collection("asking")
    let known = try await collection.knownVectors(Set((0..<50).map { TextHash("text \($0)") }))
    #expect(known.count == 40)
    try await samples.store.drop("other 7")
    #expect(try await collection.knownVectors([TextHash("text 7"), TextHash("text 8")]).count == 1)
    // What cannot be read is made anew, and learns of what there is again.
    let directory = samples.store.folder + "/vectors.directory"
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: directory + suffix) }
    try Data("no database".utf8).write(to: URL(fileURLWithPath: directory))
    let fresh = SQLiteCatalog(folder: samples.store.folder)
    let asking = try await fresh.open("asking")
    var found = 0
    for _ in 0..<1000 where found < 39 {
      found = try await asking.knownVectors(Set((0..<50).map { TextHash("text \($0)") })).count
      if found < 39 { try await Task.sleep(for: .milliseconds(10)) }
    }
    #expect(found == 39)
  }

  /// Whether a reader was opened before, and still reads what was in the file, or is opened by then, makes no difference.
  @Test(arguments: [false, true])
  func whoeverMeetsADropIsToldThatThereIsNone(withAReader: Bool) async throws {
    let collection = try await samples.collection()
    try await CollectionSamples.put([CollectionSamples.document("a", "one\ntwo")], in: collection)
    let path = samples.store.path(of: "notes")
    let (held, holds) = AsyncStream.makeStream(of: Void.self)
    let release = DispatchSemaphore(value: 0)
    async let busy = collection.reading { _ in
      holds.finish()
      release.wait()
      return true
    }
    for await _ in held {}
    if withAReader { try await collection.reading { _ in } }
    // As another process does it.
    let other = SQLiteCatalog(folder: samples.store.folder)
    try await other.drop("notes")
    let calls: [@Sendable () async throws -> Void] = [
      { _ = try await collection.documents(withChunks: true) },
      {
        _ = try await collection.candidates(
          for: .init(mode: .semantic, vector: CollectionSamples.vector("one")), depth: 9)
      },
      { _ = try await collection.check() },
      { try await collection.vacuum() },
      { try await CollectionSamples.put([CollectionSamples.document("b", "three")], in: collection) },
    ]
    for call in calls {
      #expect(await #expect(throws: CollectionError.self) { try await call() }?.kind == .unknown(name: "notes"))
      #expect(!FileManager.default.fileExists(atPath: path))
    }
    // What is made under the same name meanwhile is another collection.
    let next = try await other.openOrCreate("notes", space: CollectionSamples.space)
    for call in calls {
      #expect(await #expect(throws: CollectionError.self) { try await call() }?.kind == .busy)
    }
    #expect(try await next.status().documents == 0)
    #expect(try await next.check() == [])
    release.signal()
    #expect(try await busy)
  }

  /// SQLite is told of files by URIs, in which these mean something.
  @Test(arguments: ["/a?b#c%20d", "//two", "/ü &=", "/file:x"])
  func foldersMayHaveAnyName(end: String) async throws {
    let store = SQLiteCatalog(folder: samples.folder.path + end)
    let collection = try await store.openOrCreate("notes", space: CollectionSamples.space)
    try await CollectionSamples.put([CollectionSamples.document("a", "one")], in: collection)
    #expect(try await collection.check() == [])
  }

  @Test func whatIsLookedAtIsNotMade() async throws {
    _ = try await samples.collection()
    let nowhere = samples.store.folder + "/nowhere"
    try FileManager.default.createSymbolicLink(
      atPath: samples.store.folder + "/link.sqlite", withDestinationPath: nowhere)
    try FileManager.default.createSymbolicLink(
      atPath: samples.store.path(of: "gone"), withDestinationPath: nowhere)
    #expect(try await samples.store.list().count == 1)
    let error = await #expect(throws: CollectionError.self) { try await samples.store.open("gone") }
    #expect(error?.kind == .unknown(name: "gone"))
    #expect(!FileManager.default.fileExists(atPath: nowhere))
  }

  @Test func aTransactionThatThrowsLeavesNothing() async throws {
    let collection = try await samples.collection()
    let documents = [CollectionSamples.document("a", "one"), CollectionSamples.document("b", "two")]
    let error = await #expect(throws: CollectionError.self) {
      try await collection.write(
        CollectionChanges(documents: documents, vectors: CollectionSamples.vectors([documents[0]])))
    }
    #expect(error?.kind == .invalid(parameter: "vectors", expected: "32 finite numbers a chunk", found: "none"))
    #expect(try await collection.status().documents == 0)
    #expect(try await collection.check() == [])
  }

  @Test func vectorsAreKnownAfterwardsInEveryCollectionOfTheSpace() async throws {
    let first = try await samples.collection("first")
    try await CollectionSamples.put([CollectionSamples.document("a", "one\ntwo")], in: first)
    try await first.write(CollectionChanges(removed: [.uri("file:///a")]))
    let second = try await samples.collection("second")
    let known = try await second.knownVectors([TextHash("one"), TextHash("three")])
    #expect(Array(known.keys) == [TextHash("one")])
    let cosine = zip(known[TextHash("one")] ?? [], CollectionSamples.vector("one")).map(*).reduce(0, +)
    #expect(cosine > 0)

    var other = CollectionSamples.space
    other.precision = "q8_0"
    let third = try await samples.store.openOrCreate("third", space: other)
    #expect(try await third.knownVectors([TextHash("one")]).isEmpty)
  }

  @Test func aVectorWithoutUsesIsUsedAgain() async throws {
    let collection = try await samples.collection()
    let document = CollectionSamples.document("a", "one")
    try await CollectionSamples.put([document], in: collection)
    #expect(try await search(collection, "one", .semantic) == ["one"])
    try await collection.write(CollectionChanges(removed: [document.key]))
    #expect(try await search(collection, "one", .semantic) == [])
    try await collection.write(CollectionChanges(documents: [document]))
    #expect(try await search(collection, "one", .semantic) == ["one"])
  }

  @Test func anotherModelIsRefused() async throws {
    _ = try await samples.collection()
    var other = CollectionSamples.space
    other.fingerprint = String(repeating: "cd", count: 32)
    let error = await #expect(throws: CollectionError.self) { try await samples.store.open("notes", space: other) }
    #expect(error?.kind == .otherSpace(stored: CollectionSamples.space, asked: other))
    #expect(error?.description.contains("made-up (f32, 32 dimensions, abababab)") == true)
    var renamed = CollectionSamples.space
    renamed.model = "the same files under another name"
    _ = try await samples.store.open("notes", space: renamed)
  }

  @Test func openListAndDrop() async throws {
    let error = await #expect(throws: CollectionError.self) { try await samples.store.open("notes") }
    #expect(error?.kind == .unknown(name: "notes"))
    for name in ["notes", "/home/someone/project", "naïve name"] { _ = try await samples.collection(name) }
    #expect(
      try await samples.store.list().map { try $0.status.get().name } == [
        "/home/someone/project", "naïve name", "notes",
      ])
    let collection = try await samples.collection()
    try await samples.store.drop("notes")
    await #expect(throws: CollectionError.self) { try await samples.store.open("notes") }
    let late = await #expect(throws: CollectionError.self) {
      try await CollectionSamples.put([CollectionSamples.document("a", "one")], in: collection)
    }
    #expect(late?.kind == .unknown(name: "notes"))
    #expect(try await samples.collection().status().documents == 0)
  }

  @Test(arguments: ["", "a\nb", String(repeating: "x", count: 5000)])
  func namesThatCannotBe(name: String) async throws {
    await #expect(throws: CollectionError.self) { try await samples.collection(name) }
  }

  @Test func oneIndexesAtATime() async throws {
    let collection = try await samples.collection()
    let lock = try await collection.lockForIndexing()
    #expect(await collection.isIndexing())
    let error = await #expect(throws: CollectionError.self) { try await collection.lockForIndexing() }
    #expect(error?.kind == .busy)
    lock.release()
    #expect(await !collection.isIndexing())
  }

  /// Those who ask whether a collection is being indexed keep nobody from it.
  @Test func lookingDoesNotHinderIndexing() async throws {
    let collection = try await samples.collection()
    try await collection.lockForIndexing().release()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask { while !Task.isCancelled { _ = await collection.isIndexing() } }
      }
      for _ in 0..<2000 {
        do {
          try await collection.lockForIndexing().release()
        } catch {
          Issue.record("\(error)")
          break
        }
      }
      group.cancelAll()
    }
  }

  /// A child process has copies of all descriptors until its program begins.
  @Test func aReleasedLockIsFreeThoughAChildHasItsDescriptor() async throws {
    let collection = try await samples.collection()
    let lock = try await collection.lockForIndexing()
    var file = stat()
    try #require(stat(collection.path + ".indexing", &file) == 0)
    let copies = (0..<Int32(4096)).compactMap { descriptor in
      var open = stat()
      let isIt = fstat(descriptor, &open) == 0 && open.st_ino == file.st_ino && open.st_dev == file.st_dev
      return isIt ? fcntl(descriptor, F_DUPFD_CLOEXEC, 0) : nil
    }
    defer { for copy in copies { close(copy) } }
    #expect(!copies.isEmpty)
    #expect(await collection.isIndexing())
    lock.release()
    #expect(await !collection.isIndexing())
  }

  /// A process that edits a collection for days holds no more than the collection does.
  @Test func vectorsThatTheFileForgetsLeaveMemoryToo() async throws {
    let collection = try await samples.collection()
    let lines = (0..<5000).map { "line \($0)" }.joined(separator: "\n")
    try await CollectionSamples.put([CollectionSamples.document("a", lines)], in: collection)
    #expect(try await search(collection, "line 4999", .semantic) == ["line 4999"])
    try await CollectionSamples.put([CollectionSamples.document("a", "one\ntwo")], in: collection)
    #expect(try await search(collection, "two", .semantic) == ["two"])
    #expect(collection.vectorsInMemory == 5002)
    try SQLiteFile.execute("PRAGMA foreign_keys = ON; DELETE FROM vectors WHERE uses = 0", on: collection.path)
    try await CollectionSamples.put([CollectionSamples.document("b", "three")], in: collection)
    #expect(try await search(collection, "three", .semantic) == ["three"])
    #expect(try await search(collection, "two", .semantic) == ["two"])
    #expect(collection.vectorsInMemory == 3)
    #expect(try await collection.check() == [])
  }

  @Test func ofADroppedCollectionNothingStays() async throws {
    let kept = try await samples.collection("kept")
    try await CollectionSamples.put([CollectionSamples.document("a", "one\ntwo")], in: kept)
    for _ in 0..<3 {
      let collection = try await samples.collection("dropped")
      try await CollectionSamples.put([CollectionSamples.document("a", "three\nfour\nfive")], in: collection)
      try await samples.store.drop("dropped")
    }
    try SQLiteFile.execute(
      """
      CREATE TEMP TABLE left_behind (texts CHECK (texts = 2), collections CHECK (collections = 1));
      INSERT INTO left_behind SELECT (SELECT count(*) FROM known), (SELECT count(*) FROM collections)
      """, on: samples.store.folder + "/vectors.directory")
  }

  private func search(_ collection: SQLiteCollection, _ text: String, _ mode: SearchMode) async throws -> [String] {
    var query = CollectionQuery(mode: mode, text: text, vector: CollectionSamples.vector(text))
    query.minScore = mode == .semantic ? 0.9 : nil
    return try await CollectionSearch.search([collection], query).map(\.text)
  }
}
