import AkinProtocol
import ModelFiles

/// `model/list`
struct ModelListHandler: MethodHandler {
  typealias Method = ModelListMethod

  func answer(_: NoParameters, _ call: Call) async throws -> ModelListMethod.Result {
    let options = call.services.options
    return ModelListMethod.Result(
      selected: options.engine.model,
      models: options.store.models().map { model in
        ModelListMethod.Model(
          name: model.name, path: model.path, bytes: model.bytes, source: model.source.rawValue,
          isQuantized: model.isQuantized)
      })
  }
}
