import Encoder
import ModelFiles
import Tokenizers

extension Engine {
  /// Loads a model that is on this machine; the network is never used.
  ///
  /// With q8_0 the weights of a model folder are quantised once and kept as GGUF in the cache, which later loads map. A
  /// cache file that is cut, altered or of another version is made anew. Where the cache cannot be written, the weights
  /// are quantised in memory, with the same bits, and `report` says so.
  /// - Parameter report: told in a sentence of what a person may wonder about: quantising, a cache that is rebuilt or
  ///   cannot be written.
  /// - Throws: `modelMissing` or `modelUnusable`.
  public static func load(
    _ options: EngineOptions, store: ModelStore, report: (String) -> Void = { _ in }
  ) throws(EngineError) -> Engine {
    let resolved: ResolvedModel
    do throws(ModelFileError) {
      resolved = try store.resolve(options.model)
    } catch {
      throw EngineError(.modelMissing(name: options.model), detail: error.description)
    }
    do {
      var weights = try weights(of: resolved, precision: options.precision, store: store, report: report)
      var parts: (encoder: TransformerEncoder, tokenizer: Tokenizer)
      do {
        parts = try layOut(weights, options)
      } catch let error as ModelFileError where resolved.kind == .folder && options.precision == .q8 {
        report("quantising \(resolved.name) again: \(error)")
        weights = try quantise(resolved, store: store, report: report)
        parts = try layOut(weights, options)
      }
      // What the encoder needs is laid out in its own memory by now; rows of the word table come back as they are used.
      weights.releasePages()
      return Engine(
        encoder: parts.encoder, tokenizer: parts.tokenizer, modelPath: resolved.path,
        fingerprint: try store.fingerprint(of: resolved), files: weights.files, options: options)
    } catch let error as EngineError {
      throw error
    } catch {
      throw EngineError(.modelUnusable(name: options.model), detail: "\(error)")
    }
  }

  /// Lays the weights out for this CPU, while another thread verifies the file's checksum and makes the tokenizer.
  /// - Throws: `ModelFileError` where the bytes are not those that were written, whatever else came of them.
  private static func layOut(
    _ weights: ModelWeights, _ options: EngineOptions
  ) throws -> (encoder: TransformerEncoder, tokenizer: Tokenizer) {
    let side = SideWork {
      try weights.verifyChecksum()
      return try Tokenizer(weights.description.tokenizer)
    }
    let encoder = Result { try TransformerEncoder(weights, precision: options.precision, threads: options.threads) }
    let finite = Result { try weights.requireFinite() }
    let tokenizer = try side.value()
    try finite.get()
    return (try encoder.get(), tokenizer)
  }

  /// The weights of a model. The checksum of a GGUF file is not verified yet.
  private static func weights(
    of model: ResolvedModel, precision: Precision, store: ModelStore, report: (String) -> Void
  ) throws -> ModelWeights {
    switch (model.kind, precision) {
    case (.gguf, _):
      return try ModelWeights.open(gguf: model.path, name: nil, verifyingChecksum: false)
    case (.folder, .f32):
      return try ModelWeights.open(folder: model.path, name: model.name)
    case (.folder, .q8):
      switch GGUFModel.openCache(try store.ggufCachePath(for: model), name: model.name, verifyingChecksum: false) {
      case .valid(let weights):
        return weights
      case .missing:
        report("quantising \(model.name) to q8_0, once")
      case .unusable(let error):
        report("quantising \(model.name) again: \(error)")
      }
      return try quantise(model, store: store, report: report)
    }
  }

  /// Quantises the weights of a model folder and keeps them in the cache, where it can be written.
  private static func quantise(
    _ model: ResolvedModel, store: ModelStore, report: (String) -> Void
  ) throws -> ModelWeights {
    let cached = try store.ggufCachePath(for: model)
    let source = try ModelWeights.open(folder: model.path, name: model.name)
    try source.requireFinite()
    do {
      try GGUFModel.write(
        source.description, tensors: try Quantizer.ggufTensors(source), fingerprint: try store.fingerprint(of: model),
        to: cached)
      return try ModelWeights.open(gguf: cached, name: model.name)
    } catch let error as ModelFileError {
      report("the quantised weights are not kept: \(error)")
      return source
    }
  }
}
