import ModelFiles
import Tokenizers

/// Texts cut into the sequences that the encoder takes, with what the answer says about each text.
struct Segmentation: Sendable {
  var sequences: [TokenSequence] = []
  /// Tokens of each text before any cut, special tokens included.
  var tokens: [Int] = []
  var truncated: [Bool] = []

  /// After so many texts, some milliseconds, other tasks have their turn and a cancellation lands.
  private static let textsInATurn = 128

  /// - Parameters:
  ///   - prompt: put before each text, with nothing between.
  ///   - limit: the model's length in tokens, special tokens included.
  ///   - expansion: what short texts are filled up with, where they are queries.
  ///   - poolsPrompt: false where the model's pooling leaves the prompt's tokens out, `[CLS]` among them, as
  ///     sentence-transformers does with `include_prompt: false`.
  /// - Throws: `cancelled`; `tooLong` with `overflow: .error`; `invalid` where a prompt leaves no room for text.
  init(
    texts: [String], prompt: String, limit: Int, expansion: QueryExpansion? = nil, poolsPrompt: Bool,
    overflow: Overflow, tokenizer: Tokenizer
  ) async throws(EngineError) {
    let (before, after) = tokenizer.template.frame
    // With what the template puts before the prompt's tokens; what it puts behind them does not count.
    let promptLength = prompt.isEmpty ? 0 : tokenizer.ids(prompt, maxLength: nil).ids.count - after.count
    let frame = (head: max(before.count, promptLength), tail: after.count)
    let skipped = poolsPrompt ? 0 : promptLength
    for (index, text) in texts.enumerated() {
      if index > 0, index.isMultiple(of: Self.textsInATurn) {
        await Task.yield()
        if Task.isCancelled { throw EngineError(.cancelled) }
      }
      let whole = overflow == .truncate ? limit : nil
      let encoded = tokenizer.ids(prompt.isEmpty ? text : prompt + text, maxLength: whole)
      tokens.append(encoded.total)
      truncated.append(overflow == .truncate && encoded.truncated)
      // Where the model puts no tokens around them, a text may have none: its vector is zero.
      guard !encoded.ids.isEmpty else { continue }
      func noRoom() -> EngineError {
        EngineError(
          .invalid(
            parameter: "prompt",
            expected: "fewer than \(limit - before.count - after.count) tokens, so that text fits behind it",
            found: "\(promptLength - before.count) tokens"))
      }
      if encoded.total <= limit || overflow == .truncate {
        // The pooling leaves the prompt out, and the cut left nothing else.
        if encoded.truncated, skipped >= encoded.ids.count { throw noRoom() }
        append(encoded.ids, text: index, skipped: skipped, expansion: expansion)
      } else if overflow == .error {
        throw EngineError(.tooLong(text: index, tokens: encoded.total, limit: limit))
      } else {
        guard limit > frame.head + frame.tail else { throw noRoom() }
        appendWindows(of: encoded.ids, text: index, limit: limit, frame, skipped: skipped)
      }
    }
  }

  /// Where nothing stands behind the prompt, all rows are pooled, so that a vector is never 0 / 0.
  private mutating func append(_ ids: [Int32], text: Int, skipped: Int, expansion: QueryExpansion?) {
    let rows = skipped < ids.count ? skipped..<ids.count : 0..<ids.count
    var all = ids, seen: Int?
    if let expansion, ids.count < expansion.length {
      all += [Int32](repeating: expansion.id, count: expansion.length - ids.count)
      seen = expansion.isAttended ? nil : ids.count
    }
    sequences.append(TokenSequence(text: text, ids: all, seen: seen, pooledRows: rows, weight: rows.count))
  }

  /// Each window repeats the special tokens and the prompt, and holds as many of the text's tokens as fit.
  /// - Parameter frame: how many of the tokens stand before and behind the text's own.
  private mutating func appendWindows(
    of ids: [Int32], text: Int, limit: Int, _ frame: (head: Int, tail: Int), skipped: Int
  ) {
    let (head, tail) = (ids.prefix(frame.head), ids.suffix(frame.tail))
    let content = ids[head.endIndex..<tail.startIndex]
    let room = limit - frame.head - frame.tail
    var start = content.startIndex
    while start < content.endIndex {
      let end = min(start + room, content.endIndex)
      let window = Array(head) + Array(content[start..<end]) + Array(tail)
      let rows = min(skipped, window.count - 1)..<window.count
      sequences.append(TokenSequence(text: text, ids: window, pooledRows: rows, weight: end - start))
      start = end
    }
  }
}
