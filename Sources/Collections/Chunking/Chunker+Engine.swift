import Engine

extension Chunker {
  /// A chunker for what an engine's model takes.
  public init(of engine: Engine) {
    self.init(
      tokenizer: engine.tokenizer, modelLength: engine.description.maxSequenceLength,
      prompt: engine.description.prompts["document"] ?? "")
  }
}
