import Engine

extension Indexer {
  /// Texts that are embedded between two writes.
  private static let batchTexts = 256
  /// Between two looks whether another process is done.
  private static let patience = Duration.milliseconds(10)
  /// So long nobody has the right to embed, for those who want it more.
  private static let pause = Duration.milliseconds(25)

  /// Gives the texts of a collection that wait their vectors, the likeliest to be looked for first. What is embedded is kept,
  /// to the last batch, whatever ends the work.
  /// - Parameters:
  ///   - givesWay: whether nobody waits for it: it ends where another process or call does the same, and leaves that to
  ///     whoever asks for it meanwhile. Else it waits until nothing is left to do.
  ///   - progress: told after each batch how many chunks have got their vectors, and how many wait.
  /// - Returns: the chunks that were embedded.
  /// - Throws: `EngineError`, `CollectionError`, `CancellationError`.
  @discardableResult
  public func embedPending(
    in collection: any CollectionStorage, givesWay: Bool = false,
    progress: (_ embedded: Int, _ left: Int) -> Void = { _, _ in }
  ) async throws -> Int {
    var embedded = 0
    while try await collection.pendingCount() > 0 {
      guard let lock = try await lockForEmbedding(collection, waits: !givesWay) else { break }
      defer { lock.release() }
      embedded += try await embedBatches(in: collection, most: givesWay ? 1 : .max) { count, left in
        progress(embedded + count, left)
      }
      guard givesWay else { continue }
      lock.release()
      try await Task.sleep(for: Self.pause)
    }
    // Of texts that were known from elsewhere, and of collections that were made before places were.
    if try await collection.pendingCount() == 0 { try await addPlaces(to: collection) }
    return embedded
  }

  /// Embeds batch after batch, each while the one before it is written.
  private func embedBatches(
    in collection: any CollectionStorage, most: Int, progress: (_ embedded: Int, _ left: Int) -> Void
  ) async throws -> Int {
    var done: Set<Int64> = []
    var embedded = 0
    var changes = CollectionChanges()
    for _ in 0..<most {
      let found = try await collection.pending(2 * Self.batchTexts)
      let chunks = Self.first(Self.batchTexts, of: found.filter { !done.contains($0.chunk) })
      guard !chunks.isEmpty else { break }
      changes = try await embed(chunks, in: collection, whileWriting: changes)
      done.formUnion(chunks.map(\.chunk))
      embedded += changes.vectors.count
      progress(embedded, max(0, try await collection.pendingCount() - chunks.count))
    }
    try await collection.write(changes)
    // A text whose hash is another's never gets the vector that was made of it.
    if let left = try await collection.pending(1).first, done.contains(left.chunk) {
      throw CollectionError(.damaged, path: collection.name, detail: "a text waits for the vector of another one")
    }
    return embedded
  }

  /// - Returns: what the collection has to be told of the chunks.
  private func embed(
    _ chunks: [PendingChunk], in collection: any CollectionStorage, whileWriting before: CollectionChanges
  ) async throws -> CollectionChanges {
    async let written: Void = write(before, to: collection)
    let changes = try await PendingEmbedding(engine: engine).changes(for: chunks, in: collection)
    try await written
    return changes
  }

  private func write(_ changes: CollectionChanges, to collection: any CollectionStorage) async throws {
    if !changes.isEmpty { try await collection.write(changes) }
  }

  /// The chunks of so many texts.
  private static func first(_ count: Int, of chunks: [PendingChunk]) -> [PendingChunk] {
    var texts: Set<TextHash> = []
    return Array(
      chunks.prefix { chunk in
        if let text = chunk.text { texts.insert(TextHash(text)) }
        return texts.count <= count
      })
  }

  /// - Returns: nil where another process or call has the right, and is not waited for, or has done all there is.
  private func lockForEmbedding(
    _ collection: any CollectionStorage, waits: Bool
  ) async throws -> (any CollectionLock)? {
    while true {
      do {
        return try await collection.lockForEmbedding()
      } catch {
        guard error.kind == .busy else { throw error }
        guard waits, try await collection.pendingCount() > 0 else { return nil }
        try await Task.sleep(for: Self.patience)
      }
    }
  }
}
