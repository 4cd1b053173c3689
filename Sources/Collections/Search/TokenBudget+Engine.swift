import Engine

extension TokenBudget {
  /// A budget in tokens of an engine's model, which assistants' own are about as many as.
  public init(_ limit: Int, of engine: Engine) {
    let tokenizer = engine.tokenizer
    self.init(limit) { tokenizer.tokenStarts($0).count }
  }
}
