import Encoder
import Engine
import Platform

extension Indexer {
  /// Of so many vectors that come from a pack one is embedded again, and of each batch at least one.
  private static let believedVectors = 128

  /// The vectors of those texts that packs have, as far as these are found true.
  func packedVectors(_ texts: [TextHash: String], space: VectorSpace) async throws -> [TextHash: [Float]] {
    guard !texts.isEmpty else { return [:] }
    let found = await BlockingExecutor.reading.run { packs.vectors(of: Set(texts.keys), space: space) }
    return try await believed(found, texts, space) { Self.isSame($0, $1) }
  }

  /// The vectors of those places that packs have, as far as these are found true.
  func packedPlaces(_ places: [TextHash: String], space: VectorSpace) async throws -> [TextHash: QuantizedVector] {
    guard !places.isEmpty else { return [:] }
    let found = await BlockingExecutor.reading.run { packs.places(of: Set(places.keys), space: space) }
    return try await believed(found, places, space) { $0 == QuantizedVector($1) }
  }

  /// Embeds some of what each pack gives again, chosen by chance: a pack of which one has other bits is used no more, and gives
  /// nothing.
  private func believed<Value>(
    _ found: [TextHash: PackShelf.Found<Value>], _ texts: [TextHash: String], _ space: VectorSpace,
    isTrue: (Value, [Float]) -> Bool
  ) async throws -> [TextHash: Value] {
    var believed: [TextHash: Value] = [:]
    for (_, entries) in Dictionary(grouping: found, by: { ObjectIdentifier($0.value.pack) }) {
      let sample = entries.shuffled().prefix(max(1, entries.count / Self.believedVectors))
      let vectors = try await embed(sample.map { texts[$0.key] ?? "" }, prompt: space.prompt)
      if zip(sample, vectors).allSatisfy({ isTrue($0.value.value, StoredVector.unit($1)) }) {
        for (hash, entry) in entries { believed[hash] = entry.value }
      } else if let pack = entries.first?.value.pack {
        await BlockingExecutor.waiting.run { packs.refuse(pack) }
      }
    }
    return believed
  }
}
