import AkinCollections
import AkinTestSupport
import Documents
import Foundation
import Testing

/// Several stores as one, here two folders of files.
@Suite struct NamedStoresTests {
  let own: CollectionSamples
  let team: CollectionSamples
  let stores: NamedStores

  init() throws {
    own = try CollectionSamples()
    team = try CollectionSamples()
    stores = NamedStores(usual: own.store, named: ["team": team.store])
  }

  private func put(_ name: String, _ text: String, in collection: any CollectionStorage) async throws {
    let documents = [CollectionSamples.document(name, text)]
    try await collection.write(
      CollectionChanges(documents: documents, vectors: CollectionSamples.vectors(documents)))
  }

  private func isUnknownStore(_ error: any Error) -> Bool {
    guard let error = error as? CollectionError, case .invalid("collection", let expected, _) = error.kind else {
      return false
    }
    return expected.contains("team")
  }

  @Test(
    arguments: [
      ("notes", nil, "notes"), ("/home/a", nil, "/home/a"), ("store:team/notes", "team", "notes"),
      ("store:team//home/a", "team", "/home/a"), ("store:/notes", nil, "notes"), ("store:/store:x", nil, "store:x"),
      ("store:a/b/c", "a", "b/c"), ("team/notes", nil, "team/notes"), ("Store:team/notes", nil, "Store:team/notes"),
      ("history:/home/a", nil, "history:/home/a"), ("store:team/store:x/y", "team", "store:x/y"),
    ] as [(String, String?, String)])
  func aNameTellsItsStore(text: String, store: String?, name: String) throws {
    let read = try #require(QualifiedName(text))
    #expect(read.store == store && read.name == name)
    #expect(QualifiedName(read.text) == read)
  }

  @Test(arguments: ["store:", "store:team", "store:team/", "store:/", "store:a b/c", "store:-a/b", "store:ä/b"])
  func whatBeginsSoAndIsNoName(text: String) {
    #expect(QualifiedName(text) == nil)
  }

  @Test func aCollectionIsInTheStoreThatItsNameTells() async throws {
    let mine = try await stores.openOrCreate("notes", folder: nil, space: CollectionSamples.space)
    let theirs = try await stores.openOrCreate("store:team/notes", folder: nil, space: CollectionSamples.space)
    try await put("a", "mine", in: mine)
    try await put("b", "theirs", in: theirs)
    #expect(mine.name == "notes" && theirs.name == "store:team/notes")
    #expect(try await own.store.open("notes").documents().map(\.document.key.text) == ["file:///a"])
    #expect(try await team.store.open("notes").documents().map(\.document.key.text) == ["file:///b"])
    #expect(try await stores.list().map { try $0.status.get().name } == ["notes"])
    #expect(try await stores.list("team").map { try $0.status.get().name } == ["store:team/notes"])
    #expect(try await stores.open("store:team/notes").status().name == "store:team/notes")
    #expect(await stores.has("store:team/notes"))
    #expect(await !stores.has("store:team/other"))
    try await stores.drop("store:team/notes")
    #expect(await !team.store.has("notes"))
    #expect(await own.store.has("notes"))
  }

  /// A search of both: hits, parts and what is left out are told by names with stores.
  @Test func searchesKnowCollectionsByTheirNamesWithStores() async throws {
    var collections: [any CollectionStorage] = []
    for name in ["notes", "store:team/notes"] {
      let collection = try await stores.openOrCreate(name, folder: nil, space: CollectionSamples.space)
      // Copies of a text would be one hit.
      try await put("a/one.txt", "a of \(name)", in: collection)
      try await put("b/one.txt", "b of \(name)\nmore of \(name)", in: collection)
      collections.append(collection)
    }
    var query = CollectionQuery(mode: .semantic, vector: CollectionSamples.vector("one"))
    query.scope.parts = ["store:team/notes": [["./a"]]]
    func found() async throws -> Set<String> {
      Set(try await CollectionSearch.search(collections, query).map { $0.collection + " " + ($0.path ?? "") })
    }
    #expect(try await found() == ["notes a/one.txt", "notes b/one.txt", "store:team/notes a/one.txt"])
    query.scope.parts = [:]
    query.excluded = PlaceInCollection(collection: "store:team/notes", key: .uri("file:///b/one.txt"))
    #expect(try await found() == ["notes a/one.txt", "notes b/one.txt", "store:team/notes a/one.txt"])
    let place = PlaceInCollection(collection: "store:team/notes", key: .uri("file:///b/one.txt"), lines: 1...1)
    #expect(try await collections[1].chunks(at: place).count == 1)
    #expect(try await collections[1].vector(of: place) != nil)
  }

  @Test func aStoreThatThereIsNotIsTold() async throws {
    await #expect { try await stores.open("store:tem/notes") } throws: { isUnknownStore($0) }
    await #expect { try await stores.drop("store:tem/notes") } throws: { isUnknownStore($0) }
    await #expect { try await stores.list("tem") } throws: { isUnknownStore($0) }
    // Whoever asks opens it, and is told.
    #expect(await stores.has("store:tem/notes"))
    await #expect(throws: CollectionError.self) { try await stores.open("store:team") }
    #expect(throws: CollectionError.self) { try own.store.store("team") }
  }

  @Test func aNameBeginsAsThoseWithStoresDo() async throws {
    let collection = try await stores.openOrCreate("store:/store:x", folder: nil, space: CollectionSamples.space)
    #expect(collection.name == "store:/store:x")
    #expect(await own.store.has("store:x"))
    #expect(try await stores.list().map { try $0.status.get().name } == ["store:/store:x"])
  }

  @Test func aCollectionStaysInItsStoreWhereItIsMoved() async throws {
    try await put(
      "a", "one", in: stores.openOrCreate("store:team/notes", folder: nil, space: CollectionSamples.space))
    await #expect(throws: CollectionError.self) { try await stores.move("store:team/notes", to: "notes") }
    try await stores.move("store:team/notes", to: "store:team/other")
    #expect(await team.store.has("other"))
    #expect(await !team.store.has("notes"))
  }

  @Test func whatIsOutOfReachIsSoInEachStore() async throws {
    _ = try await team.collection("secret")
    _ = try await team.collection("notes")
    let reached = NamedStores(
      usual: SQLiteCatalog(folder: own.store.folder, reach: []),
      named: ["team": SQLiteCatalog(folder: team.store.folder, reach: ["notes"])])
    _ = try await reached.open("store:team/notes")
    await #expect(throws: CollectionError.self) { try await reached.open("store:team/secret") }
    #expect(try await reached.list("team").map { try $0.status.get().name } == ["store:team/notes"])
  }
}
