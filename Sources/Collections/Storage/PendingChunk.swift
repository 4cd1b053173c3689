/// A chunk that can be found by its words, and not yet by its meaning: its text, or its place, waits to be embedded.
public struct PendingChunk: Sendable, Equatable {
  /// The storage's number of it.
  public let chunk: Int64
  /// ``DocumentChunk/embeddedText``; nil where the text has its vector.
  public let text: String?
  /// ``DocumentChunk/place(path:)``; nil where it has one, or nothing is known of where it stands.
  public let place: String?

  /// Stores the values as they are given.
  public init(chunk: Int64, text: String?, place: String?) {
    self.chunk = chunk
    self.text = text
    self.place = place
  }
}
