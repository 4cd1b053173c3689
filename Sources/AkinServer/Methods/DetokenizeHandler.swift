import AkinProtocol
import JSON
import JSONRPC
import Tokenizers

/// `detokenize`
struct DetokenizeHandler: MethodHandler {
  typealias Method = DetokenizeMethod

  func answer(_ parameters: DetokenizeMethod.Parameters, _ call: Call) async throws -> DetokenizeMethod.Result {
    try call.checkCount(parameters.ids.count, "lists", of: "ids")
    try call.checkTokens(parameters.ids.reduce(0) { $0 + $1.count }, of: "ids")
    let tokenizer = try await call.engine(parameters.model).tokenizer
    try checkVocabulary(parameters, tokenizer, call)
    return DetokenizeMethod.Result(
      texts: try parameters.ids.map { ids in
        try Task.checkCancellation()
        return try tokenizer.decode(ids, skipSpecialTokens: parameters.skipSpecialTokens)
      })
  }

  private func checkVocabulary(
    _ parameters: DetokenizeMethod.Parameters, _ tokenizer: Tokenizer, _ call: Call
  ) throws(ResponseError) {
    for (list, ids) in parameters.ids.enumerated() {
      guard let index = ids.firstIndex(where: { tokenizer.token($0) == nil }) else { continue }
      let isNested = call.parameters["ids"].isListOfLists
      throw ResponseError(
        akin: .invalidParams, path: "\(call.path("ids"))\(isNested ? "[\(list)]" : "")[\(index)]",
        expected: "an id of the vocabulary, 0 to \(tokenizer.vocabularySize - 1)", found: "number \(ids[index])")
    }
  }
}

extension JSONField {
  /// Whether this is an array whose first item is an array.
  fileprivate var isListOfLists: Bool {
    if case .array(let items)? = value, case .array? = items.first { return true }
    return false
  }
}
