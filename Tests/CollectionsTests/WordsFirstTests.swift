import AkinCollections
import AkinTestSupport
import Documents
import Engine
import Foundation
import ModelFiles
import Testing

/// Folders whose texts are found by their words before they are embedded, with the default model's real weights.
@Suite(.timeLimit(.minutes(10))) struct WordsFirstTests {
  private static let count = 400

  let folder: TemporaryFolder
  let root: String
  let store: SQLiteCatalog
  let engine: Engine
  let indexer: Indexer

  init() async throws {
    folder = try TemporaryFolder()
    root = try #require(FilePath.resolved(folder.path))
    store = SQLiteCatalog(folder: root + "-data")
    var options = EngineOptions()
    options.model = try TestModel.folder
    engine = try Engine.load(options, store: ModelStore(environment: TestModel.environment))
    indexer = Indexer(engine: engine, store: store)
    for number in 0..<Self.count {
      try folder.write("A note of the day \(number): the weather was fine, and nothing else.".utf8, to: "\(number).txt")
    }
    try folder.write("How rivers flow to the sea, and why they bend.".utf8, to: "rivers.txt")
    try folder.write("Streams run down to the ocean.".utf8, to: "streams.txt")
  }

  private func cleanUp() {
    try? FileManager.default.removeItem(atPath: store.folder)
  }

  private var leaving: UpdateOptions {
    var options = UpdateOptions()
    options.leavesPending = true
    return options
  }

  private func query(_ text: String, _ mode: SearchMode = .hybrid) async throws -> CollectionQuery {
    CollectionQuery(mode: mode, text: text, vector: try await engine.embed(EmbedRequest(texts: [text])).vectors.first)
  }

  private func paths(_ query: CollectionQuery, in collection: any CollectionStorage) async throws -> [String?] {
    try await CollectionSearch.search([collection], query).map(\.path)
  }

  @Test func aFolderIsFoundByItsWordsAndThenByItsMeaning() async throws {
    defer { cleanUp() }
    let report = try await indexer.update(root, options: leaving)
    #expect(report.added == Self.count + 2 && report.embedded == 0 && report.pending == Self.count + 2)
    let collection = try await store.open(root)
    let rivers = try await query("rivers that bend")
    #expect(try await paths(rivers, in: collection).first == "rivers.txt")
    #expect(try await EmbeddedShare(of: [collection]).share == 0)

    // What has the words is embedded by the search, and kept.
    try await CandidateEmbedding(engine).prepare([collection], for: rivers)
    let pending = try await collection.pendingCount()
    #expect(pending < Self.count + 2)
    #expect(try await CollectionSearch.search([collection], rivers).first?.similarity ?? 0 > 0.5)
    try await CandidateEmbedding(engine, milliseconds: 0).prepare([collection], for: try await query("weather"))
    #expect(try await collection.pendingCount() == pending)

    var told: [Int] = []
    let embedded = try await indexer.embedPending(in: collection) { _, left in told.append(left) }
    #expect(embedded == pending && told.last == 0)
    let near = try await paths(try await query("water that runs into the ocean", .semantic), in: collection).prefix(2)
    #expect(Set(near) == ["rivers.txt", "streams.txt"])
    #expect(try await EmbeddedShare(of: [collection]).isWhole)
    #expect(try await collection.check() == [])
    let second = try await indexer.update(root)
    #expect(second.embedded == 0 && second.unchanged == Self.count + 2)
  }

  @Test func inTwoStepsComesWhatComesInOne() async throws {
    defer { cleanUp() }
    _ = try await indexer.update(root, options: leaving)
    let collection = try await store.open(root)
    try await CandidateEmbedding(engine).prepare([collection], for: try await query("rivers"))
    _ = try await indexer.update(root)
    let other = SQLiteCatalog(folder: root + "-other")
    defer { try? FileManager.default.removeItem(atPath: other.folder) }
    let whole = Indexer(engine: engine, store: other)
    let texts = try await collection.documents(withChunks: true).map(\.document)
    let named = try await whole.collection(root, folder: root)
    var all = texts.map(\.chunks).joined().map { ($0.textHash, $0.embeddedText) }
    all.sort { $0.1 < $1.1 }
    let known = try await collection.knownVectors(Set(all.map(\.0)))
    _ = try await whole.add(
      try await collection.documents().map(\.document.key).map { key in
        IndexedText(key: key, text: try String(contentsOfFile: FileURI.path(ofURI: key.text) ?? "", encoding: .utf8))
      }, to: named)
    #expect(try await named.knownVectors(Set(all.map(\.0))) == known && known.count == Set(all.map(\.0)).count)
    for text in ["rivers that bend", "water", "note 17"] {
      for mode in SearchMode.allCases {
        let query = try await query(text, mode)
        let (left, right) = (
          try await CollectionSearch.search([collection], query), try await CollectionSearch.search([named], query)
        )
        #expect(left.map(\.key) == right.map(\.key) && left.map(\.score) == right.map(\.score), "\(text) \(mode)")
      }
    }
  }

  @Test func aSmallChangeWaitsForNothing() async throws {
    defer { cleanUp() }
    _ = try await indexer.update(root)
    try folder.write("Mountains are high.".utf8, to: "mountains.txt")
    let report = try await indexer.update(root, options: leaving)
    #expect(report.embedded == 1 && report.pending == 0)
  }

  @Test func whatIsEmbeddedIsKeptWhenTheWorkEnds() async throws {
    defer { cleanUp() }
    let (indexer, root) = (indexer, root)
    let task = Task {
      try await indexer.update(root) { progress in
        if progress.embedded > 0 { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    await #expect(throws: (any Error).self) { _ = try await task.value }
    let collection = try await store.open(root)
    let pending = try await collection.pendingCount()
    #expect(try await collection.status().documents == Self.count + 2)
    #expect(pending > 0 && pending < Self.count + 2)
    #expect(try await collection.check() == [])
    #expect(try await indexer.update(root).embedded == pending)
  }

  @Test func theBackgroundGivesWay() async throws {
    defer { cleanUp() }
    _ = try await indexer.update(root, options: leaving)
    let collection = try await store.open(root)
    let lock = try await collection.lockForEmbedding()
    #expect(try await indexer.embedPending(in: collection, givesWay: true) == 0)
    lock.release()
    // Who waits for it and who does not come to an end together.
    async let background = indexer.embedPending(in: collection, givesWay: true)
    async let waited = indexer.embedPending(in: collection)
    let sum = try await background + waited
    #expect(sum >= Self.count + 2)
    #expect(try await collection.pendingCount() == 0)
    #expect(try await collection.check() == [])
  }

  @Test func aPlaceThatWaitsFindsItsKind() async throws {
    defer { cleanUp() }
    try folder.write("How rivers flow into the sea, and why they meander.".utf8, to: "other.txt")
    _ = try await indexer.update(root, options: leaving)
    let collection = try await store.open(root)
    let place = PlaceInCollection(collection: root, key: .uri(FileURI.uri(ofPath: root + "/rivers.txt")))
    #expect(try await collection.vector(of: place) == nil)
    let vector = try #require(try await CandidateEmbedding(engine).vector(of: place, in: collection))
    var query = CollectionQuery(mode: .semantic, vector: vector)
    query.excluded = place
    #expect(try await CollectionSearch.search([collection], query).first?.path == "other.txt")
    let nowhere = PlaceInCollection(collection: root, key: .uri("file:///nowhere"))
    #expect(try await CandidateEmbedding(engine).vector(of: nowhere, in: collection) == nil)
  }

  @Test func aTextThatIsAnothersIsToldOf() async throws {
    defer { cleanUp() }
    _ = try await indexer.update(root, options: leaving)
    let collection = try await store.open(root)
    try SQLiteFile.execute("UPDATE chunks SET text = 'other' WHERE id = 1", on: collection.path)
    let error = await #expect(throws: CollectionError.self) { try await indexer.embedPending(in: collection) }
    #expect(error?.kind == .damaged)
    #expect(try await collection.check() != [])
  }
}
