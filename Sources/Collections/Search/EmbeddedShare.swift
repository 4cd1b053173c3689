/// How much of what is searched has been embedded: the rest is found by its words, its path and its symbols alone.
public struct EmbeddedShare: Sendable, Equatable {
  /// Chunks of all the collections; counted only where some of them wait.
  public var chunks: Int
  /// Of these those that wait for their vectors.
  public var pending: Int

  /// Stores the counts.
  public init(chunks: Int, pending: Int) {
    self.chunks = chunks
    self.pending = pending
  }

  /// Of some collections as they are now.
  public init(of collections: [any CollectionStorage]) async throws(CollectionError) {
    self.init(chunks: 0, pending: 0)
    for collection in collections { pending += try await collection.pendingCount() }
    guard pending > 0 else { return }
    pending = 0
    for collection in collections {
      let status = try await collection.status()
      chunks += status.chunks
      pending += status.pending
    }
  }

  /// Whether nothing waits.
  public var isWhole: Bool { pending == 0 }

  /// 0 to 1, and 1 only where nothing waits.
  public var share: Double {
    guard pending > 0, chunks > 0 else { return 1 }
    return (Double(chunks - pending) / Double(chunks) * 1000).rounded(.down) / 1000
  }

  /// `38 % of 3,166 chunks embedded`
  public var sentence: String { "\(Int(share * 100)) % of \(chunks) chunks are embedded" }
}
