import Collections
import Foundation
import Testing

@Suite struct StoredCollectionTests {
  let samples: CollectionSamples

  init() throws {
    samples = try CollectionSamples()
  }

  @Test func whatWasPutComesBack() throws {
    let collection = try samples.collection()
    var document = CollectionSamples.document(
      "a.swift", "one\ntwo", language: "swift",
      metadata: ["year": .number(1990), "tag": .string("x"), "draft": .bool(false)])
    document.file = FileState(size: 7, modified: 12, contentHash: TextHash("one\ntwo"))
    document.chunks[1].heading = "A > B"
    document.chunks[1].symbol = "two"
    document.chunks[1].symbolKind = 12
    document.chunks[1].lead = "A > B\n"
    try CollectionSamples.put([document], in: collection)
    #expect(try collection.document(document.key) == document)
    #expect(try collection.files() == [document.key: document.file])
    let status = try collection.status()
    #expect(status.documents == 1 && status.chunks == 2 && status.bytes > 0 && status.updated > 1_700_000_000)
    #expect(try collection.check() == [])
  }

  @Test func aDocumentOfTheSameKeyIsReplaced() throws {
    let collection = try samples.collection()
    try CollectionSamples.put([CollectionSamples.document("a", "one\ntwo\nthree")], in: collection)
    let next = CollectionSamples.document("a", "two\nfour")
    try CollectionSamples.put([next], in: collection)
    #expect(try collection.document(next.key) == next)
    #expect(try collection.status().chunks == 2)
    #expect(try search(collection, "three", .keyword) == [])
    #expect(try search(collection, "two", .keyword) == ["two"])
    #expect(try collection.check() == [])
  }

  @Test func anIdAndAURIOfTheSameLettersAreTwoDocuments() throws {
    let collection = try samples.collection()
    var first = CollectionSamples.document("a", "one")
    var second = first
    first.key = .id("a")
    second.key = .uri("a")
    try CollectionSamples.put([first, second], in: collection)
    #expect(try collection.status().documents == 2)
  }

  @Test func aTransactionThatThrowsLeavesNothing() throws {
    let collection = try samples.collection()
    let documents = [CollectionSamples.document("a", "one"), CollectionSamples.document("b", "two")]
    let error = #expect(throws: CollectionError.self) {
      try collection.write { writer throws(CollectionError) in
        try writer.put(documents[0], vectors: CollectionSamples.vectors([documents[0]]))
        try writer.put(documents[1], vectors: [:])
      }
    }
    #expect(error?.kind == .invalid(parameter: "vectors", expected: "32 finite numbers a chunk", found: "none"))
    #expect(try collection.status().documents == 0)
    #expect(try collection.check() == [])
  }

  @Test func vectorsAreKnownAfterwardsInEveryCollectionOfTheSpace() throws {
    let first = try samples.collection("first")
    try CollectionSamples.put([CollectionSamples.document("a", "one\ntwo")], in: first)
    try first.write { writer throws(CollectionError) in try writer.remove(.uri("file:///a")) }
    let second = try samples.collection("second")
    let known = try second.knownVectors([TextHash("one"), TextHash("three")])
    #expect(Array(known.keys) == [TextHash("one")])
    let cosine = zip(known[TextHash("one")] ?? [], CollectionSamples.vector("one")).map(*).reduce(0, +)
    #expect(cosine > 0)

    var other = CollectionSamples.space
    other.precision = "q8_0"
    let third = try samples.store.openOrCreate("third", space: other)
    #expect(try third.knownVectors([TextHash("one")]).isEmpty)
  }

  @Test func aVectorWithoutUsesIsUsedAgain() throws {
    let collection = try samples.collection()
    let document = CollectionSamples.document("a", "one")
    try CollectionSamples.put([document], in: collection)
    #expect(try search(collection, "one", .semantic) == ["one"])
    try collection.write { writer throws(CollectionError) in try writer.remove(document.key) }
    #expect(try search(collection, "one", .semantic) == [])
    try collection.write { writer throws(CollectionError) in try writer.put(document, vectors: [:]) }
    #expect(try search(collection, "one", .semantic) == ["one"])
  }

  @Test func anotherModelIsRefused() throws {
    _ = try samples.collection()
    var other = CollectionSamples.space
    other.fingerprint = String(repeating: "cd", count: 32)
    let error = #expect(throws: CollectionError.self) { try samples.store.open("notes", space: other) }
    #expect(error?.kind == .otherSpace(stored: CollectionSamples.space, asked: other))
    #expect(error?.description.contains("made-up (f32, 32 dimensions, abababab)") == true)
    var renamed = CollectionSamples.space
    renamed.model = "the same files under another name"
    _ = try samples.store.open("notes", space: renamed)
  }

  @Test func openListAndDrop() throws {
    let error = #expect(throws: CollectionError.self) { try samples.store.open("notes") }
    #expect(error?.kind == .unknown(name: "notes"))
    for name in ["notes", "/home/someone/project", "naïve name"] { _ = try samples.collection(name) }
    #expect(
      try samples.store.list().map { try $0.status.get().name } == ["/home/someone/project", "naïve name", "notes"])
    let collection = try samples.collection()
    try samples.store.drop("notes")
    #expect(throws: CollectionError.self) { try samples.store.open("notes") }
    let late = #expect(throws: CollectionError.self) {
      try CollectionSamples.put([CollectionSamples.document("a", "one")], in: collection)
    }
    #expect(late?.kind == .unknown(name: "notes"))
    #expect(try samples.collection().status().documents == 0)
  }

  @Test(arguments: ["", "a\nb", String(repeating: "x", count: 5000)])
  func namesThatCannotBe(name: String) throws {
    #expect(throws: CollectionError.self) { try samples.collection(name) }
  }

  @Test func oneIndexesAtATime() throws {
    let collection = try samples.collection()
    let lock = try collection.lockForIndexing()
    #expect(collection.isIndexing)
    let error = #expect(throws: CollectionError.self) { try collection.lockForIndexing() }
    #expect(error?.kind == .busy)
    lock.release()
    #expect(!collection.isIndexing)
  }

  /// A child process has copies of all descriptors until its program begins.
  @Test func aReleasedLockIsFreeThoughAChildHasItsDescriptor() throws {
    let collection = try samples.collection()
    let lock = try collection.lockForIndexing()
    var file = stat()
    try #require(stat(collection.path + ".indexing", &file) == 0)
    let copies = (0..<Int32(4096)).compactMap { descriptor in
      var open = stat()
      let isIt = fstat(descriptor, &open) == 0 && open.st_ino == file.st_ino && open.st_dev == file.st_dev
      return isIt ? fcntl(descriptor, F_DUPFD_CLOEXEC, 0) : nil
    }
    defer { for copy in copies { close(copy) } }
    #expect(!copies.isEmpty && collection.isIndexing)
    lock.release()
    #expect(!collection.isIndexing)
  }

  private func search(_ collection: StoredCollection, _ text: String, _ mode: SearchMode) throws -> [String] {
    var query = CollectionQuery(mode: mode, text: text, vector: CollectionSamples.vector(text))
    query.minScore = mode == .semantic ? 0.9 : nil
    return try CollectionSearch.search([collection], query).map(\.text)
  }
}
