extension DenseModule {
  /// Name and shape of the tensors of the Dense module at `index`.
  func tensors(index: Int) -> [(name: String, source: String, shape: [Int])] {
    let weight = (name: "akin.dense.\(index).weight", source: "linear.weight", shape: [outFeatures, inFeatures])
    let bias = (name: "akin.dense.\(index).bias", source: "linear.bias", shape: [outFeatures])
    let residual = (
      name: "akin.dense.\(index).residual.weight", source: "residual.weight", shape: [outFeatures, inFeatures]
    )
    return [weight] + (hasBias ? [bias] : []) + (hasResidual && inFeatures != outFeatures ? [residual] : [])
  }
}
