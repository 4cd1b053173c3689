import AkinCollections
import AkinTestSupport
import Encoder
import Foundation
import Testing

/// The approximate index, on a collection small enough to be scanned beside it.
@Suite(.enabled(if: NeighborGraph.isAvailable, "built without hnswlib")) struct GraphTests {
  let folder: TemporaryFolder
  /// Of collections that get a graph whatever their size.
  let store: SQLiteCatalog

  init() throws {
    folder = try TemporaryFolder()
    store = SQLiteCatalog(folder: folder.path + "/collections", graphThreshold: 1)
  }

  private func collection() async throws -> SQLiteCollection {
    try await store.openOrCreate("notes", space: CollectionSamples.space)
  }

  private func fill(_ collection: SQLiteCollection, _ rows: Range<Int>) async throws {
    try await CollectionSamples.put(rows.map { CollectionSamples.document("\($0)", "text \($0)") }, in: collection)
  }

  private func found(_ collection: SQLiteCollection, _ text: String, topK: Int = 10) async throws -> [String] {
    var query = CollectionQuery(mode: .semantic, vector: CollectionSamples.vector(text))
    query.topK = topK
    return try await CollectionSearch.search([collection], query).map(\.text)
  }

  private func complete(_ collection: SQLiteCollection) async throws {
    while try await collection.extendGraph(by: 1000) > 0 {}
  }

  @Test func findsWhatAScanFinds() async throws {
    let collection = try await collection()
    try await fill(collection, 0..<6000)
    let queries = (0..<40).map { "query \($0)" }
    var exact: [[String]] = []
    for query in queries { exact.append(try await found(collection, query)) }
    #expect(try await collection.graphStatus() == nil)
    try await complete(collection)
    let status = try #require(try await collection.graphStatus())
    #expect(status.linked == 6000 && status.vectors == 6000 && status.problem == nil)
    #expect(try #require(status.recall) > 0.9)
    var same = 0
    for (query, exact) in zip(queries, exact) {
      same += Set(try await found(collection, query)).intersection(exact).count
    }
    #expect(same > 380, "\(same) of 400")
  }

  @Test func rowsBehindTheGraphAndRemovedOnesAreRight() async throws {
    let collection = try await collection()
    try await fill(collection, 0..<500)
    try await complete(collection)
    try await fill(collection, 500..<600)
    #expect(try await found(collection, "text 550").first == "text 550")
    #expect(try await found(collection, "text 20").first == "text 20")
    try await collection.write(CollectionChanges(removed: [.uri("file:///20")]))
    #expect(try await found(collection, "text 20").contains("text 20") == false)
    #expect(try await found(collection, "text 20", topK: 50).count == 50)
  }

  @Test func whatIsNearMayBeRemovedAltogether() async throws {
    let collection = try await collection()
    try await fill(collection, 0..<3000)
    try await complete(collection)
    let near = try await found(collection, "query", topK: 400)
    try await collection.write(CollectionChanges(removed: near.map { .uri("file:///" + $0.dropFirst(5)) }))
    let rest = try await found(collection, "query", topK: 20)
    #expect(rest.count == 20 && Set(rest).isDisjoint(with: near))
    // A graph that holds none of the removed vectors finds the same.
    try await collection.vacuum()
    #expect(try await found(reopened(), "query", topK: 20) == rest)
  }

  /// The collection as another process finds it.
  private func reopened() async throws -> SQLiteCollection {
    try await SQLiteCatalog(folder: store.folder).open("notes")
  }

  @Test func anotherProcessReadsTheFileAndADamagedOneIsNotUsed() async throws {
    try await fill(collection(), 0..<800)
    try await complete(collection())
    let path = store.path(of: "notes") + ".graph"
    func expect(_ problem: GraphProblem?) async throws {
      let collection = try await reopened()
      // Before a search has read the file, and after.
      for _ in 0..<2 {
        let status = try #require(try await collection.graphStatus())
        #expect(status.problem == problem && status.linked == (problem == nil ? 800 : 0) && status.vectors == 800)
        #expect((status.recall == nil) == (problem != nil))
        #expect(try await found(collection, "text 7").first == "text 7")
        #expect(collection.graphProblem == problem)
      }
    }
    try await expect(nil)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    var damaged = bytes
    damaged[bytes.count / 2] ^= 1
    for broken in [damaged, bytes.dropLast(100), Data()] {
      try broken.write(to: URL(fileURLWithPath: path))
      try await expect(.damaged)
    }
    try FileManager.default.removeItem(atPath: path)
    try await expect(.damaged)
    // Whoever completes it makes it anew, whatever its threshold.
    try await complete(reopened())
    try await expect(nil)
    try await store.drop("notes")
    let rest = try FileManager.default.contentsOfDirectory(atPath: store.folder)
    // What all collections share stays.
    #expect(rest.filter { !$0.hasPrefix("vectors.directory") } == [".gitignore"])
  }

  @Test func deletedVectorsMakeItOutdated() async throws {
    let collection = try await collection()
    try await fill(collection, 0..<300)
    try await complete(collection)
    try await collection.write(CollectionChanges(removed: [.uri("file:///20")]))
    #expect(try await reopened().graphStatus()?.problem == nil)
    // Takes the vectors out that no text has, in this process's table too when it writes a graph the next time.
    try await reopened().vacuum()
    #expect(try await reopened().graphStatus()?.problem == .outdated)
    #expect(try await found(reopened(), "text 21").first == "text 21")
    try await fill(collection, 300..<310)
    try await complete(collection)
    let status = try #require(try await reopened().graphStatus())
    #expect(status.problem == nil && status.linked == 309 && status.vectors == 309)
    #expect(try await found(reopened(), "text 305").first == "text 305")
  }

  @Test func twoProcessesThatCompleteItLeaveAWholeOne() async throws {
    try await fill(collection(), 0..<600)
    let both = [
      try await collection(), try await SQLiteCatalog(folder: store.folder, graphThreshold: 1).open("notes"),
    ]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for collection in both {
        group.addTask { while try await collection.extendGraph(by: 50) > 0 {} }
      }
      try await group.waitForAll()
    }
    #expect(try await reopened().graphStatus()?.linked == 600)
    #expect(try await found(reopened(), "text 7").first == "text 7")
  }

  @Test func aGraphThatCannotBeWrittenIsAnError() async throws {
    let collection = try await collection()
    try await fill(collection, 0..<100)
    let partial = store.path(of: "notes") + ".graph.partial"
    try FileManager.default.createDirectory(atPath: partial, withIntermediateDirectories: false)
    let error = await #expect(throws: CollectionError.self) { try await complete(collection) }
    #expect(error?.kind == .storageFailed && error?.path.hasSuffix(".graph") == true)
    #expect(try await found(collection, "text 7").first == "text 7")
    #expect(try await collection.check() == [])
  }

  @Test func smallCollectionsGetNone() async throws {
    let small = SQLiteCatalog(folder: folder.path + "/small", graphThreshold: 11)
    let collection = try await small.openOrCreate("notes", space: CollectionSamples.space)
    try await fill(collection, 0..<10)
    #expect(try await collection.extendGraph() == 0)
    #expect(try await collection.graphStatus() == nil)
    try await fill(collection, 10..<11)
    #expect(try await collection.extendGraph() == 0)
    #expect(try await collection.graphStatus()?.linked == 11)
  }
}
