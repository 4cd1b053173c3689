import AkinTestSupport
import Collections
import Encoder
import Foundation
import Testing

/// The approximate index, on a collection small enough to be scanned beside it.
@Suite(.enabled(if: NeighborGraph.isAvailable, "built without hnswlib")) struct GraphTests {
  let folder: TemporaryFolder
  /// Of collections that get a graph whatever their size.
  let store: CollectionStore

  init() throws {
    folder = try TemporaryFolder()
    store = CollectionStore(folder: folder.path + "/collections", graphThreshold: 1)
  }

  private func collection() throws -> StoredCollection {
    try store.openOrCreate("notes", space: CollectionSamples.space)
  }

  private func fill(_ collection: StoredCollection, _ rows: Range<Int>) throws {
    try CollectionSamples.put(rows.map { CollectionSamples.document("\($0)", "text \($0)") }, in: collection)
  }

  private func found(_ collection: StoredCollection, _ text: String, topK: Int = 10) throws -> [String] {
    var query = CollectionQuery(mode: .semantic, vector: CollectionSamples.vector(text))
    query.topK = topK
    return try CollectionSearch.search([collection], query).map(\.text)
  }

  private func complete(_ collection: StoredCollection) throws {
    while try collection.extendGraph(by: 1000) > 0 {}
  }

  @Test func findsWhatAScanFinds() throws {
    let collection = try collection()
    try fill(collection, 0..<6000)
    let queries = (0..<40).map { "query \($0)" }
    let exact = try queries.map { try found(collection, $0) }
    #expect(try collection.graphStatus() == nil)
    try complete(collection)
    let status = try #require(try collection.graphStatus())
    #expect(status.linked == 6000 && status.vectors == 6000 && status.problem == nil)
    #expect(try #require(status.recall) > 0.9)
    var same = 0
    for (query, exact) in zip(queries, exact) { same += Set(try found(collection, query)).intersection(exact).count }
    #expect(same > 380, "\(same) of 400")
  }

  @Test func rowsBehindTheGraphAndRemovedOnesAreRight() throws {
    let collection = try collection()
    try fill(collection, 0..<500)
    try complete(collection)
    try fill(collection, 500..<600)
    #expect(try found(collection, "text 550").first == "text 550")
    #expect(try found(collection, "text 20").first == "text 20")
    try collection.write { writer throws(CollectionError) in try writer.remove(.uri("file:///20")) }
    #expect(try found(collection, "text 20").contains("text 20") == false)
    #expect(try found(collection, "text 20", topK: 50).count == 50)
  }

  @Test func whatIsNearMayBeRemovedAltogether() throws {
    let collection = try collection()
    try fill(collection, 0..<3000)
    try complete(collection)
    let near = try found(collection, "query", topK: 400)
    try collection.write { writer throws(CollectionError) in
      for text in near { try writer.remove(.uri("file:///" + text.dropFirst(5))) }
    }
    let rest = try found(collection, "query", topK: 20)
    #expect(rest.count == 20 && Set(rest).isDisjoint(with: near))
    // A graph that holds none of the removed vectors finds the same.
    try collection.vacuum()
    #expect(try found(reopened(), "query", topK: 20) == rest)
  }

  /// The collection as another process finds it.
  private func reopened() throws -> StoredCollection {
    try CollectionStore(folder: store.folder).open("notes")
  }

  @Test func anotherProcessReadsTheFileAndADamagedOneIsNotUsed() throws {
    try fill(collection(), 0..<800)
    try complete(collection())
    let path = store.path(of: "notes") + ".graph"
    func expect(_ problem: GraphProblem?) throws {
      let collection = try reopened()
      // Before a search has read the file, and after.
      for _ in 0..<2 {
        let status = try #require(try collection.graphStatus())
        #expect(status.problem == problem && status.linked == (problem == nil ? 800 : 0) && status.vectors == 800)
        #expect((status.recall == nil) == (problem != nil))
        #expect(try found(collection, "text 7").first == "text 7")
        #expect(collection.graphProblem == problem)
      }
    }
    try expect(nil)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    var damaged = bytes
    damaged[bytes.count / 2] ^= 1
    for broken in [damaged, bytes.dropLast(100), Data()] {
      try broken.write(to: URL(fileURLWithPath: path))
      try expect(.damaged)
    }
    try FileManager.default.removeItem(atPath: path)
    try expect(.damaged)
    // Whoever completes it makes it anew, whatever its threshold.
    try complete(reopened())
    try expect(nil)
    try store.drop("notes")
    #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder) == [])
  }

  @Test func deletedVectorsMakeItOutdated() throws {
    let collection = try collection()
    try fill(collection, 0..<300)
    try complete(collection)
    try collection.write { writer throws(CollectionError) in try writer.remove(.uri("file:///20")) }
    #expect(try reopened().graphStatus()?.problem == nil)
    // Takes the vectors out that no text has, in this process's table too when it writes a graph the next time.
    try reopened().vacuum()
    #expect(try reopened().graphStatus()?.problem == .outdated)
    #expect(try found(reopened(), "text 21").first == "text 21")
    try fill(collection, 300..<310)
    try complete(collection)
    let status = try #require(try reopened().graphStatus())
    #expect(status.problem == nil && status.linked == 309 && status.vectors == 309)
    #expect(try found(reopened(), "text 305").first == "text 305")
  }

  @Test func twoProcessesThatCompleteItLeaveAWholeOne() async throws {
    try fill(collection(), 0..<600)
    let both = [try collection(), try CollectionStore(folder: store.folder, graphThreshold: 1).open("notes")]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for collection in both {
        group.addTask { while try collection.extendGraph(by: 50) > 0 {} }
      }
      try await group.waitForAll()
    }
    #expect(try reopened().graphStatus()?.linked == 600)
    #expect(try found(reopened(), "text 7").first == "text 7")
  }

  @Test func aGraphThatCannotBeWrittenIsAnError() throws {
    let collection = try collection()
    try fill(collection, 0..<100)
    let partial = store.path(of: "notes") + ".graph.partial"
    try FileManager.default.createDirectory(atPath: partial, withIntermediateDirectories: false)
    let error = #expect(throws: CollectionError.self) { try complete(collection) }
    #expect(error?.kind == .storageFailed && error?.path.hasSuffix(".graph") == true)
    #expect(try found(collection, "text 7").first == "text 7")
    #expect(try collection.check() == [])
  }

  @Test func smallCollectionsGetNone() throws {
    let small = CollectionStore(folder: folder.path + "/small", graphThreshold: 11)
    let collection = try small.openOrCreate("notes", space: CollectionSamples.space)
    try fill(collection, 0..<10)
    #expect(try collection.extendGraph() == 0)
    #expect(try collection.graphStatus() == nil)
    try fill(collection, 10..<11)
    #expect(try collection.extendGraph() == 0)
    #expect(try collection.graphStatus()?.linked == 11)
  }
}
