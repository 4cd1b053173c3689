import AkinProtocol

/// The vectors of texts as they come, with a few requests under way ahead of the reader. Dropping the iterator, or
/// cancelling its task, cancels them.
public struct EmbeddingSequence<Texts: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Texts.Element == String {
  /// One vector.
  public typealias Element = [Float]

  let client: AkinClient
  let texts: Texts
  let options: EmbeddingOptions
  let batchSize: Int
  let inFlight: Int

  /// Reads no text before the first vector is asked for.
  public func makeAsyncIterator() -> Iterator {
    Iterator(self)
  }

  /// Vectors in the order of the texts.
  public struct Iterator: AsyncIteratorProtocol {
    private let sequence: EmbeddingSequence
    private var texts: Texts.AsyncIterator
    private var areTextsLeft = true
    /// Texts that were asked for.
    private var asked = 0
    private let window = Window()
    /// Vectors that have come and were not yet asked for, the last first.
    private var ready: [[Float]] = []

    init(_ sequence: EmbeddingSequence) {
      self.sequence = sequence
      texts = sequence.texts.makeAsyncIterator()
    }

    /// The next vector; nil after that of the last text.
    public mutating func next() async throws -> [Float]? {
      if let vector = ready.popLast() { return vector }
      while areTextsLeft, window.requests.count < sequence.inFlight { try await ask() }
      guard !window.requests.isEmpty else { return nil }
      let first = window.requests.removeFirst()
      ready = try await withTaskCancellationHandler {
        try await first.value
      } onCancel: {
        first.cancel()
      }.reversed()
      return ready.popLast()
    }

    /// Sends a request for the next texts.
    private mutating func ask() async throws {
      var batch: [String] = []
      while batch.count < sequence.batchSize {
        guard let text = try await texts.next() else {
          areTextsLeft = false
          break
        }
        batch.append(text)
      }
      guard !batch.isEmpty else { return }
      window.requests.append(
        Task { [client = sequence.client, options = sequence.options, batch, asked] in
          try await client.vectors(batch, options, .embedding("texts", start: asked))
        })
      asked += batch.count
    }
  }

  /// The requests under way, cancelled with the iterator that holds them.
  private final class Window {
    var requests: [Task<[[Float]], any Error>] = []

    deinit {
      for request in requests { request.cancel() }
    }
  }
}
