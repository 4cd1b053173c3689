import Synchronization

/// Memory that texts use one after another: buffers, and what words became. Nothing of it shows in a result.
struct Scratch: Sendable {
  var model = ModelScratch()
  var words = WordList()
  var pieces: [Piece] = []
  var normalized = NormalizedText()
  /// The number of the word that is next, in the text at hand.
  var word: Int32 = 0
}

/// Scratch memory that waits for the next text. A text takes one for as long as it is cut into tokens, so that as many are made
/// as texts are cut at once.
final class ScratchPool: Sendable {
  private let idle = Mutex<[Scratch]>([])

  /// What is kept for later: more texts at once than there are processors are rare.
  private static let limit = 8

  /// Texts of more bytes leave nothing behind: their buffers would stay as large.
  private static let longestText = 1 << 16

  /// Runs `body` with memory of its own.
  /// - Parameter bytes: of the text that is cut.
  func withScratch<Result>(bytes: Int, _ body: (inout Scratch) -> Result) -> Result {
    guard bytes <= Self.longestText else {
      var scratch = Scratch()
      return body(&scratch)
    }
    var scratch = idle.withLock { $0.popLast() } ?? Scratch()
    defer {
      scratch.word = 0
      let used = scratch
      idle.withLock { if $0.count < Self.limit { $0.append(used) } }
    }
    return body(&scratch)
  }
}
