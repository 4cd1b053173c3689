import AkinCollections
import AkinTestSupport
import Foundation

/// Collections of made-up vectors, so that storage and search are tested without a model.
struct CollectionSamples {
  static let space = VectorSpace(
    model: "made-up", fingerprint: String(repeating: "ab", count: 32), precision: "f32", prompt: "", dimensions: 32)

  let folder: TemporaryFolder
  let store: SQLiteCatalog

  init() throws {
    folder = try TemporaryFolder()
    store = SQLiteCatalog(folder: folder.path + "/collections")
  }

  func collection(_ name: String = "notes") async throws -> SQLiteCollection {
    try await store.openOrCreate(name, space: Self.space)
  }

  /// A vector that depends on the text alone; another one for every text.
  static func vector(_ text: String) -> [Float] {
    var random = SeededRandom(
      seed: text.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 })
    return (0..<space.dimensions).map { _ in Float.random(in: -1...1, using: &random) }
  }

  /// A document whose lines are its chunks.
  static func document(
    _ name: String, _ text: String, language: String? = nil, metadata: [String: MetadataValue] = [:]
  ) -> StoredDocument {
    var chunks: [DocumentChunk] = []
    var byte = 0
    for (line, part) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let end = byte + part.utf8.count
      chunks.append(
        DocumentChunk(
          span: TextSpan(
            bytes: byte..<end, characters: byte..<end, start: TextPlace(line: line),
            end: TextPlace(line: line, utf8: end - byte, utf16: end - byte, scalars: end - byte)),
          text: String(part)))
      byte = end + 1
    }
    return StoredDocument(
      key: .uri("file:///" + name), path: name, language: language, metadata: metadata, chunks: chunks)
  }

  static func vectors(_ documents: [StoredDocument]) -> [TextHash: [Float]] {
    let chunks = documents.flatMap(\.chunks)
    return Dictionary(chunks.map { ($0.textHash, vector($0.embeddedText)) }) { first, _ in first }
  }

  static func put(_ documents: [StoredDocument], in collection: SQLiteCollection) async throws {
    try await collection.write(CollectionChanges(documents: documents, vectors: vectors(documents)))
  }
}
