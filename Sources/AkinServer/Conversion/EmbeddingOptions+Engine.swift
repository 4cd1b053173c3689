import AkinProtocol
import Engine
import JSONRPC
import ModelFiles
import Tokenizers

extension EmbedRequest {
  /// Requests of more texts than this are bulk work, which interactive requests overtake.
  private static let interactiveLimit = 32

  /// Texts to embed with these options.
  init(texts: [String], _ options: EmbeddingOptions) {
    self.init(texts: texts)
    pooling = options.pooling.map(PoolingMode.init)
    normalize = options.normalize
    prompt = options.prompt.map(EmbedPrompt.init)
    dimensions = options.dimensions
    overflow = Overflow(options.overflow)
    priority = texts.count > Self.interactiveLimit ? .bulk : .interactive
  }
}

extension PoolingMode {
  init(_ pooling: EmbeddingOptions.Pooling) {
    switch pooling {
    case .mean: self = .mean
    case .cls: self = .cls
    case .max: self = .max
    case .meanSqrtLen: self = .meanSqrtLen
    case .lastToken: self = .lastToken
    case .weightedMean: self = .weightedMean
    }
  }
}

extension EmbedPrompt {
  init(_ prompt: EmbeddingOptions.Prompt) {
    switch prompt {
    case .text(let text): self = .text(text)
    case .named(let name): self = .named(name)
    }
  }
}

extension Overflow {
  init(_ overflow: EmbeddingOptions.Overflow) {
    switch overflow {
    case .truncate: self = .truncate
    case .error: self = .error
    case .window: self = .window
    }
  }
}

extension Call {
  /// What is put before each text, as the engine will.
  func promptText(_ prompt: EmbeddingOptions.Prompt?, of model: ModelDescription) throws(ResponseError) -> String {
    switch prompt {
    case .text(let text)?: return text
    case .named(let name)?:
      // A model that compares tokens has the names of both sides.
      if model.tokenHead != nil, TextRole(rawValue: name) != nil { return model.prompts[name] ?? "" }
      guard let text = model.prompts[name] else {
        throw ResponseError(unknownPrompt: name, known: model.prompts.keys.sorted(), path: path("promptName"))
      }
      return text
    case nil: return model.defaultPromptName.flatMap { model.prompts[$0] } ?? ""
    }
  }

  /// With overflow `error`, refuses a text that the model cannot take whole, before any text is embedded.
  func checkLengths(
    _ texts: [String], _ options: EmbeddingOptions, engine: Engine, path: (Int) -> String
  ) throws(ResponseError) {
    guard options.overflow == .error else { return }
    let prompt = try promptText(options.prompt, of: engine.description)
    let limit = engine.description.maxSequenceLength
    for (index, text) in texts.enumerated() {
      if Task.isCancelled { throw ResponseError.cancelled }
      let total = engine.tokenizer.ids(prompt + text, maxLength: limit).total
      guard total <= limit else { throw ResponseError(tooLong: total, limit: limit, path: path(index)) }
    }
  }
}
