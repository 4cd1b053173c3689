import AkinCollections
import AkinTestSupport
import Documents
import Encoder
import Engine
import Foundation
import ModelFiles
import Testing

/// The index of a folder that was moved, and of one that changes while it is looked at, with the default model's real weights.
@Suite struct MovedFolderTests {
  let folder: TemporaryFolder
  let top: String
  let store: SQLiteCatalog
  let indexer: Indexer

  init() throws {
    folder = try TemporaryFolder()
    top = try #require(FilePath.resolved(folder.path))
    store = SQLiteCatalog(folder: top + "/data")
    var options = EngineOptions()
    options.model = try TestModel.folder
    indexer = Indexer(
      engine: try Engine.load(options, store: ModelStore(environment: TestModel.environment)), store: store)
    for number in 0..<12 {
      try folder.write("# Part \(number)\n\nRiver number \(number) runs to the sea.\n".utf8, to: "old/sub/\(number).md")
    }
  }

  private func move(_ from: String, _ to: String) throws {
    try FileManager.default.moveItem(atPath: top + from, toPath: top + to)
  }

  private func documents(_ name: String) async throws -> [StoredDocument] {
    try await store.open(top + name).documents().map(\.document)
  }

  @Test func aMovedFoldersIndexIsFoundByItsFiles() async throws {
    var options = UpdateOptions()
    var settings = FolderSettings()
    settings.takesHidden = true
    options.settings = settings
    try folder.write("Lakes lie still.\n".utf8, to: "old/.hidden.md")
    #expect(try await indexer.update(top + "/old", options: options).added == 13)
    try move("/old", "/new name")
    try folder.write("A new text.\n".utf8, to: "new name/added.md")
    let report = try await indexer.update(top + "/new name")
    #expect(report.movedFrom == top + "/old")
    #expect((report.added, report.unchanged, report.removed, report.embedded) == (1, 13, 0, 1))
    #expect(await store.settings(of: top + "/new name").takesHidden)
    #expect(await !store.has(top + "/old"))
    let found = try await documents("/new name")
    #expect(Set(found.compactMap(\.path)).count == 14)
    #expect(found.allSatisfy { $0.key.text.hasPrefix(FileURI.uri(ofPath: top + "/new name") + "/") })
    let collection = try await store.open(top + "/new name")
    #expect(try await collection.check() == [] && collection.folder == top + "/new name")
    #expect(try await indexer.update(top + "/new name").movedFrom == nil)
    try move("/new name", "/sub")
    #expect(try await indexer.update(top + "/sub").movedFrom == top + "/new name")
  }

  @Test func aCopyLeavesTheOriginalItsIndex() async throws {
    _ = try await indexer.update(top + "/old")
    try FileManager.default.copyItem(atPath: top + "/old", toPath: top + "/copy")
    let report = try await indexer.update(top + "/copy")
    #expect(report.movedFrom == nil && report.added == 12 && report.embedded == 0)
    #expect(try await documents("/old").count == 12)
  }

  @Test func anotherFolderWithSomeOfTheFilesIsNotTheOne() async throws {
    _ = try await indexer.update(top + "/old")
    try move("/old", "/new")
    for number in 0..<4 { try folder.write("Another text, \(number).\n".utf8, to: "new/sub/\(number).md") }
    #expect(try await indexer.update(top + "/new").movedFrom == nil)
    #expect(await store.has(top + "/old"))
  }

  @Test func whatIsStoredUnderTheNewNameIsNotOverwritten() async throws {
    _ = try await indexer.update(top + "/old")
    let other = try await indexer.collection("other")
    _ = try await indexer.add([IndexedText(key: .id("1"), text: "A text.")], to: other)
    await #expect(throws: CollectionError.self) { try await store.move(top + "/old", to: "other") }
    await #expect(throws: CollectionError.self) { try await store.move("nothing", to: "more") }
    let lock = try await store.open("other").lockForIndexing()
    let error = await #expect(throws: CollectionError.self) { try await store.move("other", to: "more") }
    #expect(error?.kind == .busy)
    lock.release()
    try await store.move("other", to: "more")
    #expect(try await store.open("more").documents().map(\.document.key) == [.id("1")])
    #expect(try await documents("/old").count == 12)
    #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder).allSatisfy { !$0.contains(".moved") })
  }

  /// What comes to the collection and to the folder between the two looks at them has not gone.
  @Test func aFileThatComesMeanwhileIsNotTakenForGone() async throws {
    var options = UpdateOptions()
    options.settling = 0
    let (root, indexer, folder) = (top + "/old", indexer, folder)
    _ = try await indexer.update(root, options: options)
    let collection = try await store.open(root)
    let late = LateStorage(inner: collection) {
      try folder.write("A text that comes late.\n".utf8, to: "old/late.md")
      var options = UpdateOptions()
      options.settling = 0
      _ = try await indexer.update(root, options: options)
    }
    #expect(try await !Indexer.hasChanges(root, late, in: store))
    #expect(try await documents("/old").count == 13)
  }

  /// A document that an editor opens while its file is being embedded stays as the editor has it.
  @Test func aDocumentThatIsOpenedMeanwhileStays() async throws {
    let (root, indexer, store) = (top + "/old", indexer, store)
    let uri = FileURI.uri(ofPath: root + "/sub/3.md")
    let isOpen = Flag()
    _ = try await indexer.collection(root, folder: root)
    _ = try await indexer.update(root, keeping: isOpen.isSet ? [.uri(uri)] : []) { progress in
      guard progress.total == 12 else { return }
      isOpen.set()
    }
    #expect(try await store.open(root).document(.uri(uri)) == nil)
    let buffer = IndexedText(key: .uri(uri), text: "The buffer is about mountains.\n", language: "plaintext")
    try await indexer.overlay([buffer], restoring: [], in: try await store.open(root), folder: root)
    _ = try await indexer.update(root, keeping: [.uri(uri)])
    let found = try await store.open(root).document(.uri(uri))
    #expect(found?.chunks.first?.text == "The buffer is about mountains.")
  }
}

/// Something that is set once.
private final class Flag: @unchecked Sendable {
  private let lock = NSLock()
  private var value = false
  var isSet: Bool { lock.withLock { value } }
  func set() { lock.withLock { value = true } }
}

/// A collection to which something happens when it is first asked what it knows.
private struct LateStorage: CollectionStorage {
  let inner: SQLiteCollection
  let change: @Sendable () async throws -> Void

  var name: String { inner.name }
  var folder: String? { inner.folder }
  var space: VectorSpace { inner.space }
  var path: String { inner.path }
  var graphProblem: GraphProblem? { inner.graphProblem }
  var lacksGraph: Bool { inner.lacksGraph }

  func files() async throws(CollectionError) -> [DocumentKey: FileState] {
    do { try await change() } catch { Issue.record("\(error)") }
    return try await inner.files()
  }

  func status() async throws(CollectionError) -> CollectionStatus { try await inner.status() }
  func unreadFiles() async throws(CollectionError) -> [String: UnreadFile] { try await inner.unreadFiles() }
  func documents(
    offset: Int, limit: Int, withChunks: Bool
  ) async throws(CollectionError) -> [(document: StoredDocument, chunks: Int)] {
    try await inner.documents(offset: offset, limit: limit, withChunks: withChunks)
  }
  func document(_ key: DocumentKey) async throws(CollectionError) -> StoredDocument? { try await inner.document(key) }
  func knownVectors(_ hashes: Set<TextHash>) async throws(CollectionError) -> [TextHash: [Float]] {
    try await inner.knownVectors(hashes)
  }
  func vector(of place: PlaceInCollection) async throws(CollectionError) -> [Float]? {
    try await inner.vector(of: place)
  }
  func write(_ changes: CollectionChanges) async throws(CollectionError) -> CollectionChanges.Outcome {
    try await inner.write(changes)
  }
  func knownPlaces(_ hashes: Set<TextHash>) async throws(CollectionError) -> Set<TextHash> {
    try await inner.knownPlaces(hashes)
  }
  func placeVectors(_ hashes: Set<TextHash>) async throws(CollectionError) -> [TextHash: QuantizedVector] {
    try await inner.placeVectors(hashes)
  }
  func chunksWithoutPlace(_ count: Int) async throws(CollectionError) -> [Int64: String] {
    try await inner.chunksWithoutPlace(count)
  }
  func candidates(for query: CollectionQuery, depth: Int) async throws(CollectionError) -> SearchCandidates {
    try await inner.candidates(for: query, depth: depth)
  }
  func hits(_ chunks: [RankedChunk], near vector: [Float]?) async throws(CollectionError) -> [CollectionHit?] {
    try await inner.hits(chunks, near: vector)
  }
  func pendingCount() async throws(CollectionError) -> Int { try await inner.pendingCount() }
  func pending(_ texts: Int) async throws(CollectionError) -> [PendingChunk] { try await inner.pending(texts) }
  func pending(among chunks: Set<Int64>) async throws(CollectionError) -> [PendingChunk] {
    try await inner.pending(among: chunks)
  }
  func chunks(at place: PlaceInCollection) async throws(CollectionError) -> [Int64] {
    try await inner.chunks(at: place)
  }
  func lockForIndexing() async throws(CollectionError) -> any CollectionLock { try await inner.lockForIndexing() }
  func lockForEmbedding() async throws(CollectionError) -> any CollectionLock { try await inner.lockForEmbedding() }
  func isIndexing() async -> Bool { await inner.isIndexing() }
  func extendGraph(by rows: Int) async throws(CollectionError) -> Int { try await inner.extendGraph(by: rows) }
  func graphStatus() async throws(CollectionError) -> GraphStatus? { try await inner.graphStatus() }
  func check() async throws(CollectionError) -> [String] { try await inner.check() }
  func vacuum() async throws(CollectionError) { try await inner.vacuum() }
}
