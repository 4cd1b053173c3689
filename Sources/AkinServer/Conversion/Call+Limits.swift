import AkinProtocol
import JSONRPC

/// Checks of what `initialize` states as limits, before any work.
extension Call {
  /// - Parameters:
  ///   - noun: what is counted, such as `texts`.
  ///   - limit: `maxInputs` unless given.
  func checkCount(_ count: Int, _ noun: String, of name: String, limit: Int? = nil) throws(ResponseError) {
    let limit = limit ?? limits.maxInputs
    guard count > limit else { return }
    throw ResponseError(
      akin: .limitExceeded, path: path(name), expected: "at most \(limit) \(noun)", found: "\(count)")
  }

  func checkText(_ text: String, path: @autoclosure () -> String) throws(ResponseError) {
    // A text has no more code points than bytes, and those need not be counted one by one.
    guard text.utf8.count > limits.maxTextCharacters else { return }
    let count = text.unicodeScalars.count
    guard count > limits.maxTextCharacters else { return }
    throw ResponseError(
      akin: .limitExceeded, path: path(), expected: "at most \(limits.maxTextCharacters) characters",
      found: "\(count) characters")
  }

  /// The texts of a parameter: not too many, and none too long.
  func checkTexts(_ texts: [String], of name: String, limit: Int? = nil) throws(ResponseError) {
    try checkCount(texts.count, "texts", of: name, limit: limit)
    for (index, text) in texts.enumerated() { try checkText(text, path: path(name, index)) }
  }

  /// The texts and vectors of a parameter: not too many, and no text too long.
  func checkItems(_ items: [TextOrVector], of name: String) throws(ResponseError) {
    try checkCount(items.count, "texts and vectors", of: name)
    for (index, item) in items.enumerated() {
      if case .text(let text) = item { try checkText(text, path: path(name, index)) }
    }
  }

  func checkTokens(_ count: Int, of name: String) throws(ResponseError) {
    guard count > limits.maxTokens else { return }
    throw ResponseError(
      akin: .limitExceeded, path: path(name), expected: "at most \(limits.maxTokens) tokens in all",
      found: "\(count) or more")
  }

  /// A matrix of rows and columns, each within `maxInputs`.
  func checkScores(_ rows: Int, _ columns: Int, of name: String) throws(ResponseError) {
    guard rows * columns > limits.maxScores else { return }
    throw ResponseError(
      akin: .limitExceeded, path: path(name), expected: "at most \(limits.maxScores) scores", found: "\(rows * columns)"
    )
  }
}
