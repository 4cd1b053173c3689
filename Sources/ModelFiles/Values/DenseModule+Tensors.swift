extension DenseModule {
  /// Name and shape of the tensors of the Dense module at `index`.
  func tensors(index: Int, prefix: String = "akin.dense.") -> [(name: String, source: String, shape: [Int])] {
    let weight = (name: prefix + "\(index).weight", source: "linear.weight", shape: [outFeatures, inFeatures])
    let bias = (name: prefix + "\(index).bias", source: "linear.bias", shape: [outFeatures])
    let residual = (
      name: prefix + "\(index).residual.weight", source: "residual.weight", shape: [outFeatures, inFeatures]
    )
    return [weight] + (hasBias ? [bias] : []) + (hasResidual && inFeatures != outFeatures ? [residual] : [])
  }
}
