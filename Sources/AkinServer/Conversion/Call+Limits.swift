import AkinProtocol
import JSONRPC

/// Checks of what `initialize` states as limits, before any work.
extension Call {
  /// - Parameters:
  ///   - noun: what is counted, such as `texts`; the limit's unit unless given.
  ///   - path: the parameter that is to blame.
  func check(
    _ count: Int, within limit: ServerLimit, _ noun: String? = nil, at path: @autoclosure () -> String
  ) throws(ResponseError) {
    guard count > limits[limit] else { return }
    throw ResponseError(count, beyond: limit, of: limits[limit], noun ?? limit.unit, path: path())
  }

  /// - Parameters:
  ///   - noun: what is counted, such as `texts`.
  ///   - limit: `maxInputs` unless given.
  func checkCount(
    _ count: Int, _ noun: String, of name: String, limit: ServerLimit = .maxInputs
  ) throws(ResponseError) {
    try check(count, within: limit, noun, at: path(name))
  }

  func checkText(_ text: String, path: @autoclosure () -> String) throws(ResponseError) {
    // A text has no more code points than bytes, and those need not be counted one by one.
    guard text.utf8.count > limits[.maxTextCharacters] else { return }
    try check(text.unicodeScalars.count, within: .maxTextCharacters, at: path())
  }

  /// The texts of a parameter: not too many, and none too long.
  func checkTexts(_ texts: [String], of name: String, limit: ServerLimit = .maxInputs) throws(ResponseError) {
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

  /// Tokens counted so far: more may follow.
  func checkTokens(_ count: Int, of name: String) throws(ResponseError) {
    try check(count, within: .maxAnswerTokens, "tokens in all", at: path(name))
  }

  /// A matrix of rows and columns, each within `maxInputs`.
  func checkScores(_ rows: Int, _ columns: Int, of name: String) throws(ResponseError) {
    let (count, isTooLarge) = rows.multipliedReportingOverflow(by: columns)
    try check(isTooLarge ? .max : count, within: .maxScores, at: path(name))
  }

  /// Patterns of paths, whose matching takes time for each of their bytes and each document.
  func checkPatterns(_ patterns: [String], of name: String) throws(ResponseError) {
    try check(
      patterns.reduce(0) { $0 + $1.utf8.count }, within: .maxPatternBytes, "bytes of patterns", at: path(name))
  }
}
