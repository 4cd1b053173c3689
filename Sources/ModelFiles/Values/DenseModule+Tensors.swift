extension DenseModule {
  /// Name and shape of the tensors of the Dense module at `index`.
  func tensors(index: Int) -> [(name: String, source: String, shape: [Int])] {
    let weight = (name: "akin.dense.\(index).weight", source: "linear.weight", shape: [outFeatures, inFeatures])
    let bias = (name: "akin.dense.\(index).bias", source: "linear.bias", shape: [outFeatures])
    return hasBias ? [weight, bias] : [weight]
  }
}
