import AkinTestSupport
import Collections
import Encoder
import Foundation
import Testing

/// The approximate index, on a collection small enough to be scanned beside it.
@Suite(.enabled(if: NeighborGraph.isAvailable, "built without hnswlib")) struct GraphTests {
  let samples: CollectionSamples

  init() throws {
    samples = try CollectionSamples()
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
    while try collection.extendGraph(by: 1000, threshold: 0) > 0 {}
  }

  @Test func findsWhatAScanFinds() throws {
    let collection = try samples.collection()
    try fill(collection, 0..<6000)
    let queries = (0..<40).map { "query \($0)" }
    let exact = try queries.map { try found(collection, $0) }
    #expect(try collection.graphStatus() == nil)
    try complete(collection)
    let status = try #require(try collection.graphStatus())
    #expect(status.rows == 6000)
    #expect(try #require(status.recall) > 0.9)
    var same = 0
    for (query, exact) in zip(queries, exact) { same += Set(try found(collection, query)).intersection(exact).count }
    #expect(same > 380, "\(same) of 400")
  }

  @Test func rowsBehindTheGraphAndRemovedOnesAreRight() throws {
    let collection = try samples.collection()
    try fill(collection, 0..<500)
    try complete(collection)
    try fill(collection, 500..<600)
    #expect(try found(collection, "text 550").first == "text 550")
    #expect(try found(collection, "text 20").first == "text 20")
    try collection.write { writer throws(CollectionError) in try writer.remove(.uri("file:///20")) }
    #expect(try found(collection, "text 20").contains("text 20") == false)
    #expect(try found(collection, "text 20", topK: 50).count == 50)
  }

  @Test func anotherProcessReadsTheFileAndADamagedOneIsNotUsed() throws {
    let collection = try samples.collection()
    try fill(collection, 0..<800)
    try complete(collection)
    let path = samples.store.path(of: "notes")
    func reopened() throws -> StoredCollection {
      let collection = try CollectionStore(folder: samples.store.folder).open("notes")
      #expect(try found(collection, "text 7").first == "text 7")
      return collection
    }
    #expect(try reopened().graphStatus()?.rows == 800)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path + ".graph"))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path + ".graph"))
    #expect(try reopened().graphStatus() == nil)
    try samples.store.drop("notes")
    #expect(!FileManager.default.fileExists(atPath: path + ".graph"))
  }

  @Test func smallCollectionsGetNone() throws {
    let collection = try samples.collection()
    try fill(collection, 0..<10)
    #expect(try collection.extendGraph() == 0)
    #expect(try collection.graphStatus() == nil)
  }
}
