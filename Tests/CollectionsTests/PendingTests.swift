import AkinCollections
import Documents
import Encoder
import Testing

/// Texts that are stored before they are embedded.
@Suite struct PendingTests {
  let samples: CollectionSamples

  init() throws {
    samples = try CollectionSamples()
  }

  private func putWords(_ documents: [StoredDocument], in collection: SQLiteCollection) async throws {
    var changes = CollectionChanges(documents: documents)
    changes.defersVectors = true
    try await collection.write(changes)
  }

  private func found(_ text: String, _ mode: SearchMode, in collection: SQLiteCollection) async throws -> [String] {
    let query = CollectionQuery(mode: mode, text: text, vector: mode == .keyword ? nil : CollectionSamples.vector(text))
    return try await CollectionSearch.search([collection], query).map(\.text)
  }

  @Test func wordsAreFoundBeforeMeanings() async throws {
    let collection = try await samples.collection()
    let document = CollectionSamples.document("a.swift", "apple\nberry\napple", language: "swift")
    try await putWords([document], in: collection)
    #expect(try await collection.pendingCount() == 3)
    #expect(try await collection.status().pending == 3)
    #expect(try await found("berry", .keyword, in: collection) == ["berry"])
    #expect(try await found("berry", .semantic, in: collection) == [])
    #expect(try await found("berry", .hybrid, in: collection) == ["berry"])
    #expect(try await collection.vector(of: PlaceInCollection(collection: "notes", key: document.key)) == nil)
    #expect(try await collection.knownVectors([TextHash("berry")]).isEmpty)
    #expect(try await collection.check() == [])

    // One vector serves both chunks of its text; that of a text which nobody waits for goes nowhere.
    let given = ["apple", "cherry"].map { (TextHash($0), CollectionSamples.vector($0)) }
    try await collection.write(CollectionChanges(vectors: Dictionary(uniqueKeysWithValues: given)))
    #expect(try await collection.pendingCount() == 1)
    #expect(try await found("apple", .semantic, in: collection) == ["apple", "apple"])
    let known = try await collection.knownVectors([TextHash("apple"), TextHash("cherry")])
    #expect(known.keys.map(\.self) == [TextHash("apple")])
    #expect(try await collection.document(document.key) == document)
    #expect(try await collection.check() == [])
  }

  @Test func anotherProcessSeesWhatIsEmbeddedMeanwhile() async throws {
    let collection = try await samples.collection()
    let other = try await SQLiteCatalog(folder: samples.store.folder).open("notes")
    try await putWords([CollectionSamples.document("a", "apple\nberry")], in: collection)
    #expect(try await found("apple", .semantic, in: other) == [])
    for text in ["berry", "apple"] {
      try await collection.write(CollectionChanges(vectors: [TextHash(text): CollectionSamples.vector(text)]))
      #expect(try await found(text, .semantic, in: other).first == text)
    }
    #expect(try await other.pendingCount() == 0)
    #expect(try await other.check() == [])
  }

  @Test func theLikeliestComeFirst() async throws {
    let collection = try await samples.collection()
    let documents = [
      CollectionSamples.document("Tests/ParserTests.swift", "test", language: "swift"),
      CollectionSamples.document("settings.json", "data", language: "json"),
      CollectionSamples.document("docs/guide.md", "prose", language: "markdown"),
      CollectionSamples.document("Sources/Deep/Down/Code.swift", "deep", language: "swift"),
      CollectionSamples.document("Sources/Code.swift", "code", language: "swift"),
    ]
    try await putWords(documents, in: collection)
    let all = try await collection.pending(10)
    #expect(all.map(\.text) == ["code", "deep", "prose", "data", "test"])
    #expect(all[0].place == "Sources/Code.swift")
    #expect(try await collection.pending(2).map(\.text) == ["code", "deep"])

    // A text that code has too is as likely as that.
    try await putWords([CollectionSamples.document("Sources/Data.swift", "data", language: "swift")], in: collection)
    #expect(try await collection.pending(2).map(\.text) == ["code", "data", "data"])
  }

  @Test func placesComeWithTheirTexts() async throws {
    let collection = try await samples.collection()
    let document = CollectionSamples.document("a.swift", "apple\nberry", language: "swift")
    try await putWords([document], in: collection)
    let pending = try await collection.pending(1)
    let chunk = try #require(pending.first)
    var changes = CollectionChanges(vectors: [TextHash("apple"): CollectionSamples.vector("apple")])
    changes.places = [chunk.chunk: "a.swift"]
    changes.placeVectors = [TextHash("a.swift"): QuantizedVector(CollectionSamples.vector("a.swift"))]
    try await collection.write(changes)
    let chunks = try await collection.chunks(at: PlaceInCollection(collection: "notes", key: document.key))
    let rest = try await collection.pending(among: Set(chunks + [99]))
    #expect(rest == [PendingChunk(chunk: chunks[1], text: "berry", place: "a.swift")])
    #expect(try await collection.check() == [])
  }

  @Test func whatIsRemovedWaitsNoMore() async throws {
    let collection = try await samples.collection()
    let first = CollectionSamples.document("a", "apple\nberry")
    let second = CollectionSamples.document("b", "berry")
    try await putWords([first, second], in: collection)
    try await collection.write(CollectionChanges(removed: [first.key]))
    #expect(try await collection.pending(10).map(\.text) == ["berry"])
    try await putWords([CollectionSamples.document("b", "berry\ncherry")], in: collection)
    #expect(try await collection.pending(10).map(\.text) == ["berry", "cherry"])
    #expect(try await collection.check() == [])
  }

  @Test func aDocumentWithVectorsEndsTheWait() async throws {
    let collection = try await samples.collection()
    try await putWords([CollectionSamples.document("a", "apple\nberry")], in: collection)
    try await CollectionSamples.put([CollectionSamples.document("b", "apple")], in: collection)
    #expect(try await collection.pending(10).map(\.text) == ["berry"])
    #expect(try await found("apple", .semantic, in: collection) == ["apple"])
    // A text that is not known to wait needs its vector, unless it may wait.
    let error = await #expect(throws: CollectionError.self) {
      try await collection.write(CollectionChanges(documents: [CollectionSamples.document("c", "cherry")]))
    }
    #expect(error?.description.contains("vectors") == true)
    let wrong = await #expect(throws: CollectionError.self) {
      try await collection.write(CollectionChanges(vectors: [TextHash("berry"): [1]]))
    }
    #expect(wrong?.description.contains("vectors") == true)
    #expect(try await collection.check() == [])
  }

  @Test func theRightsToIndexAndToEmbedAreTwo() async throws {
    let collection = try await samples.collection()
    let embedding = try await collection.lockForEmbedding()
    let indexing = try await collection.lockForIndexing()
    indexing.release()
    #expect(await collection.isIndexing())
    let error = await #expect(throws: CollectionError.self) { try await collection.lockForEmbedding() }
    #expect(error?.kind == .busy)
    embedding.release()
    #expect(await !collection.isIndexing())
    try await samples.store.drop("notes")
  }
}
