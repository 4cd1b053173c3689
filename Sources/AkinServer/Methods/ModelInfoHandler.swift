import AkinProtocol
import Encoder
import Engine
import ModelFiles

/// `model/info`
struct ModelInfoHandler: MethodHandler {
  typealias Method = ModelInfoMethod

  func answer(_: NoParameters, _ call: Call) async throws -> ModelInfoMethod.Result {
    let engine = try await call.engine()
    let model = engine.description
    return ModelInfoMethod.Result(
      name: model.name, path: engine.modelPath, precision: engine.precision.rawValue,
      fingerprint: engine.fingerprint, dimensions: model.embeddingDimensions,
      maxSequenceLength: model.maxSequenceLength,
      layers: model.transformer.layerCount,
      hiddenSize: model.transformer.hiddenSize, heads: model.transformer.headCount,
      vocabularySize: engine.tokenizer.vocabularySize,
      poolings: model.poolings.map(\.rawValue), normalize: model.normalize, prompts: model.prompts,
      defaultPromptName: model.defaultPromptName, similarity: model.similarity)
  }
}
