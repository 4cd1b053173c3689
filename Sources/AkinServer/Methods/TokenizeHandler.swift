import AkinProtocol
import JSONRPC
import Tokenizers

/// `tokenize`
struct TokenizeHandler: MethodHandler {
  typealias Method = TokenizeMethod

  func answer(_ parameters: TokenizeMethod.Parameters, _ call: Call) async throws -> TokenizeMethod.Result {
    try call.checkTexts(parameters.input, of: "input")
    if let pair = parameters.pair { try call.checkTexts(pair, of: "pair") }
    let tokenizer = try await call.engine(parameters.model).tokenizer
    try checkMaxLength(parameters, tokenizer, call)
    let positions = parameters.positionEncoding ?? call.positionEncoding
    var encodings: [TokenEncoding] = []
    var count = 0
    for (index, text) in parameters.input.enumerated() {
      try Task.checkCancellation()
      let pair = parameters.pair?[index]
      let encoding = try tokenizer.encode(
        text, pair: pair, addSpecialTokens: parameters.addSpecialTokens, maxLength: parameters.maxLength)
      count += encoding.ids.count
      try call.checkTokens(count, of: "input")
      encodings.append(TokenEncoding(encoding, text: text, pair: pair, positions: positions))
    }
    return TokenizeMethod.Result(encodings: encodings)
  }

  private func checkMaxLength(
    _ parameters: TokenizeMethod.Parameters, _ tokenizer: Tokenizer, _ call: Call
  ) throws(ResponseError) {
    guard let maxLength = parameters.maxLength, parameters.addSpecialTokens else { return }
    let special = parameters.pair == nil ? tokenizer.specialTokenCount.single : tokenizer.specialTokenCount.pair
    guard maxLength < special else { return }
    throw ResponseError(
      akin: .invalidParams, path: call.path("maxLength"), expected: "at least \(special), the number of special tokens",
      found: "\(maxLength)")
  }
}
