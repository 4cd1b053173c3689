import AkinCollections
import AkinTestSupport
import Testing

/// Files of earlier versions, made by them (Tests/CollectionWriter: documents 1 to 5), open as what they were.
@Suite struct MigrationTests {
  @Test(arguments: ["v1", "v2"])
  func anEarlierVersionOpens(version: String) async throws {
    let folder = try TemporaryFolder()
    let store = SQLiteCatalog(folder: folder.path)
    try folder.write(
      try Fixtures.bytes("collections/\(version).sqlite"),
      to: String(store.path(of: "written").dropFirst(folder.path.count)))
    let space = VectorSpace(model: "made-up", fingerprint: "00", precision: "f32", prompt: "", dimensions: 64)
    let collection = try await store.open("written", space: space)
    #expect(try await collection.check() == [])
    #expect(try await collection.documents().map(\.document.key.text) == ["d-2", "d-3", "d-4", "d-5"])
    let query = CollectionQuery(mode: .keyword, text: "document 3 part 1")
    #expect(
      try await CollectionSearch.search([collection], query).first?.text.hasPrefix("d document 3 part 1 ") == true)
    let document = try #require(try await collection.document(.id("d-5")))
    let known = try await collection.knownVectors(Set(document.chunks.map(\.textHash)))
    let vector = try #require(known[document.chunks[2].textHash])
    let near = try await CollectionSearch.search([collection], CollectionQuery(mode: .semantic, vector: vector))
    #expect(near.first?.key == .id("d-5") && near.first?.text == document.chunks[2].text)
    try await collection.write(CollectionChanges(documents: [document]))
    #expect(try await collection.check() == [])
  }

  @Test func aLaterVersionIsRefused() async throws {
    let folder = try TemporaryFolder()
    let store = SQLiteCatalog(folder: folder.path)
    _ = try await store.openOrCreate("notes", space: CollectionSamples.space)
    try SQLiteFile.execute("INSERT INTO grdb_migrations VALUES ('v99')", on: store.path(of: "notes"))
    let error = await #expect(throws: CollectionError.self) {
      try await SQLiteCatalog(folder: folder.path).open("notes")
    }
    #expect(error?.kind == .newerVersion)
  }
}
