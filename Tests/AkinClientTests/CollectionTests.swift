import AkinClient
import AkinProtocol
import AkinTestSupport
import Testing

/// Collections of a data folder that is the test's own.
@Suite struct CollectionTests {
  private static func withStore(_ body: (AkinClient, TemporaryFolder) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let command = ServerCommand.script("AKIN_DATA='\(folder.path)/data' exec \"$0\" serve")
    try await withClient(command) { try await body($0, folder) }
  }

  private static func document(_ id: String, _ text: String, year: Double) -> IndexAddMethod.Document {
    IndexAddMethod.Document(key: .id(id), text: text, metadata: ["year": .number(year)])
  }

  @Test func documentsAreStoredFoundListedAndRemoved() async throws {
    let facts = try #require(CollectionName("facts"))
    try await Self.withStore { akin, _ in
      #expect(try await akin.collections().isEmpty)
      let documents = [
        Self.document("plants", "Photosynthesis is how green plants make food from sunlight.", year: 1779),
        Self.document("stars", "The Milky Way is one of billions of galaxies.", year: 1925),
        Self.document("leaves", "Leaves turn light into sugar.", year: 1800),
      ]
      let change = try await akin.index(documents, in: facts)
      #expect(change.added == 3 && change.collection == facts)
      #expect(try await akin.index(documents, in: facts).unchanged == 3)

      let hits = try await akin.search("How do plants survive?", collections: [facts], count: 1)
      #expect(hits.map(\.origin) == [.stored(collection: facts, key: .id("plants"), range: hits.first?.range)])
      #expect(hits.first?.metadata == ["year": .number(1779)])
      let similar = try await akin.similar(to: SearchExample(document: .id("plants")), in: [facts], count: 1)
      #expect(similar.map(\.text) == ["Leaves turn light into sugar."])

      let listed = try await akin.documents(of: facts, offset: 1, count: 1)
      #expect(listed.documents.count == 1 && listed.total == 3)
      #expect(try await akin.remove([.id("stars"), .id("nothing")], from: facts) == 1)
      #expect(try await akin.status(of: facts).collection.documents == 2)
      #expect(try await akin.collections().map(\.name) == [facts])
      try await akin.drop(facts)
      #expect(try await akin.collections().isEmpty)
    }
  }

  @Test func aFolderIsIndexedWithProgressAndKeptCurrent() async throws {
    try await Self.withStore { akin, folder in
      try folder.write("Apples and pears grow in the garden.\n".utf8, to: "notes/fruit.txt")
      let name = try #require(CollectionName(folder: folder.file("notes")))
      let steps = Shared<[ProgressNotification.Step]>([])
      let change = try await akin.index(folder: name) { step in steps.change { $0.append(step) } }
      #expect(change.added == 1 && change.embedded == 1)
      guard case .begin? = steps.value.first, case .end? = steps.value.last else {
        Issue.record("\(steps.value)")
        return
      }
      try folder.write("Ships sail the sea.\n".utf8, to: "notes/sea.txt")
      #expect(try await akin.index(folder: name).added == 1)
      let hits = try await akin.search("boats", collections: [change.collection], count: 1)
      #expect(hits.map(\.text) == ["Ships sail the sea."])
    }
  }

  @Test func commitsAreFoundByWhatTheyMean() async throws {
    let folder = try TemporaryFolder()
    // Made before the server starts, with git as it is on this machine.
    let command = ServerCommand.script(
      """
      exec 3>&1 >&2; cd '\(folder.path)' && git init -q
      commit() { echo "$2" >"$1"; git add "$1"
        git -c user.name=Ann -c user.email=ann@example.org commit -qm "$2" --date "$3"; }
      commit wait.txt 'Retries wait twice as long each time' 2024-05-31T12:00:00+0000
      commit mail.txt 'Write to those who have not paid' 2024-06-01T12:00:00+0000
      AKIN_DATA='\(folder.path)/.git/data' exec "$0" serve >&3
      """)
    try await withClient(command) { akin in
      let repository = try #require(CollectionName(folder: folder.path))
      let found = try await akin.log("failures are tried again later", of: repository)
      #expect(found.commits == 2 && found.hits.first?.subject == "Retries wait twice as long each time")
      #expect(found.hits.first?.authoredAt == 1_717_156_800)
      let june = try await akin.log("x", of: repository, count: 1, since: 1_717_200_000)
      #expect(june.hits.map(\.subject) == ["Write to those who have not paid"])
      #expect(try await akin.log("x", of: repository, paths: ["wait.*"]).hits.count == 1)
      #expect(try await akin.log("x", of: repository, author: "nobody").hits.isEmpty)
    }
  }

  @Test func anUnknownCollectionIsRefused() async throws {
    try await Self.withStore { akin, _ in
      let name = try #require(CollectionName("nothing"))
      let error = await #expect(throws: AkinClientError.self) { try await akin.status(of: name) }
      guard case .refused(let refusal)? = error else { throw error ?? .closed }
      #expect(refusal.code == .collectionUnknown)
    }
  }
}

extension SearchMethod.Hit {
  /// Where in its document a stored text is.
  fileprivate var range: TextRange? {
    if case .stored(_, _, let range) = origin { return range }
    return nil
  }
}
