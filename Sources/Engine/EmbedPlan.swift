import Encoder
import ModelFiles

/// A request checked against its model, with the model's settings filled in.
struct EmbedPlan: Sendable {
  let prompt: String
  /// Which side the texts are on, where the model tells sides apart.
  let role: TextRole?
  let dimensions: Int
  private let output: EmbedOutput
  private let poolings: [PoolingMode]
  /// The model's own Normalize module, which sees the whole vector.
  private let normalizesWhole: Bool
  /// Normalising that the request asks for, after the cut.
  private let normalizesCut: Bool

  init(_ request: EmbedRequest, model: ModelDescription) throws(EngineError) {
    output = request.output
    poolings = request.pooling.map { [$0] } ?? model.poolings
    let isNormalized =
      switch request.output {
      case .sentence: model.normalize
      case .tokens: model.tokenHead?.normalize ?? false
      case .sparse: false
      }
    normalizesWhole = request.normalize == nil && isNormalized
    normalizesCut = request.normalize == true
    prompt = try Self.prompt(request.prompt, model: model)
    role = model.tokenHead == nil ? nil : Self.role(request.prompt)
    try Self.checkOutput(request, model: model)
    let available = try Self.availableDimensions(request, poolings: poolings, model: model)
    let usual = request.output == .sentence ? min(model.truncateDimensions ?? available, available) : available
    dimensions = request.dimensions ?? usual
    guard (1...available).contains(dimensions) else {
      throw EngineError(.invalid(parameter: "dimensions", expected: "1 to \(available)", found: "\(dimensions)"))
    }
    if request.output != .sentence {
      if request.overflow == .window, request.output == .tokens {
        throw EngineError(
          .invalid(
            parameter: "overflow", expected: "\"truncate\" or \"error\" with output \"tokens\"", found: "\"window\""))
      }
      if let pooling = request.pooling {
        throw EngineError(
          .invalid(parameter: "pooling", expected: "none with output \"tokens\"", found: "\"\(pooling.rawValue)\""))
      }
    }
  }

  /// What the model is for, where it is for something else than what is asked.
  private static func checkOutput(_ request: EmbedRequest, model: ModelDescription) throws(EngineError) {
    func refused(_ parameter: String, _ expected: String, _ found: String) -> EngineError {
      EngineError(.invalid(parameter: parameter, expected: expected, found: found))
    }
    if request.output == .sentence, request.pooling == nil, !model.hasTextVectors {
      if model.classifier != nil {
        throw refused(
          "model", "a model of vectors, or an explicit pooling", "a classifier, which scores texts: see rerank")
      }
      if model.sparse != nil {
        throw refused(
          "output", "\"sparse\", or an explicit pooling, as the model is a masked language model", "\"sentence\"")
      }
      throw refused(
        "output", "\"tokens\", or an explicit pooling, as the model compares texts token by token", "\"sentence\"")
    }
    guard request.output == .sparse else { return }
    if model.sparse == nil {
      throw refused(
        "output", "\"sentence\" or \"tokens\", since the model is no masked language model", "\"sparse\"")
    }
    if let dimensions = request.dimensions {
      throw refused("dimensions", "none with output \"sparse\"", "\(dimensions)")
    }
  }

  /// The side of texts that are embedded with the prompt of that name.
  private static func role(_ prompt: EmbedPrompt?) -> TextRole? {
    if case .named(let name)? = prompt { TextRole(rawValue: name) } else { nil }
  }

  private static func prompt(_ prompt: EmbedPrompt?, model: ModelDescription) throws(EngineError) -> String {
    switch prompt {
    case .text(let text): return text
    case .named(let name):
      // A model that tells sides apart has the names of both.
      if model.tokenHead != nil, TextRole(rawValue: name) != nil { return model.prompts[name] ?? "" }
      guard let text = model.prompts[name] else {
        throw EngineError(.unknownPrompt(name: name, known: model.prompts.keys.sorted()))
      }
      return text
    case nil: return model.defaultPromptName.flatMap { model.prompts[$0] } ?? ""
    }
  }

  /// Components before any cut. A pooling that replaces the model's own must still fit its first Dense module.
  private static func availableDimensions(
    _ request: EmbedRequest, poolings: [PoolingMode], model: ModelDescription
  ) throws(EngineError) -> Int {
    if request.output == .tokens { return model.tokenDimensions }
    if request.output == .sparse { return model.transformer.vocabularySize }
    let pooled = poolings.count * model.transformer.hiddenSize
    if let first = model.dense.first, let pooling = request.pooling, first.inFeatures != pooled {
      throw EngineError(
        .invalid(
          parameter: "pooling",
          expected: "the model's own, whose \(first.inFeatures) components its Dense module takes",
          found: "\"\(pooling.rawValue)\", which gives \(pooled)"))
    }
    return model.dense.last?.outFeatures ?? pooled
  }

  /// The row that pooling takes, where it takes one alone.
  func kept(_ sequence: TokenSequence) -> Int? {
    output == .sentence && poolings.count == 1 ? poolings[0].row(of: sequence.pooledRows) : nil
  }

  /// What a sequence's token vectors come to; called on the encoder's threads.
  func reduce(_ tokens: Span<Float>, _ sequence: TokenSequence, _ encoder: TransformerEncoder) -> SequenceResult {
    switch output {
    case .sentence:
      let rows = sequence.kept == nil ? sequence.pooledRows : 0..<1
      return .pooled(encoder.project(encoder.pool(tokens, modes: poolings, rows: rows)))
    case .tokens:
      let size = encoder.description.transformer.hiddenSize
      return .rows(
        tokens.withUnsafeBufferPointer { values in
          stride(from: 0, to: values.count, by: size).map { encoder.projectToken(Array(values[$0..<$0 + size])) }
        })
    case .sparse: return .sparse(encoder.sparseVector(tokens))
    }
  }

  /// Normalises and cuts a vector in the order of sentence-transformers' `encode`: the model's modules first, then the
  /// cut to `dimensions`, then the normalising that was asked for.
  func finish(_ vector: [Float]) -> [Float] {
    var vector = vector
    if normalizesWhole { Vectors.normalize(&vector) }
    if dimensions < vector.count { vector.removeLast(vector.count - dimensions) }
    if normalizesCut { Vectors.normalize(&vector) }
    return vector
  }

  /// A sparse vector, of length 1 where the request asks for it.
  func finish(_ vector: SparseVector) -> SparseVector {
    var vector = vector
    if normalizesCut { Vectors.normalize(&vector.values) }
    return vector
  }

  func finishRows(_ result: SequenceResult) -> [[Float]] {
    guard case .rows(let rows) = result else { return [] }
    return rows.map(finish)
  }
}

extension PoolingMode {
  /// The row that it takes of these, where it takes one alone; of no rows the vector is zero.
  func row(of rows: Range<Int>) -> Int? {
    guard !rows.isEmpty else { return nil }
    switch self {
    case .cls: return rows.lowerBound
    case .lastToken: return rows.upperBound - 1
    default: return nil
    }
  }
}
