extension GGUFModel {
  static func classifierKeys(_ head: ClassifierHead) -> [(String, GGUFValue)] {
    var keys: [(String, GGUFValue)] = [
      ("labels", .uint32(UInt32(head.labels))), ("pooling", .string(head.pooling.rawValue)),
      ("hidden_bias", .bool(head.hasHiddenBias)), ("norm", .bool(head.hasNorm)), ("bias", .bool(head.hasBias)),
      ("scores", .string(head.scores.rawValue)),
    ]
    if let activation = head.hidden { keys.append(("hidden", .string(activation.rawValue))) }
    return keys.map { (Key.classifier + $0.0, $0.1) }
  }

  /// What a file's keys say of its classifier, else its tensors `cls.output`, as llama.cpp computes them; nil where it has none.
  static func classifier(of gguf: GGUFFile) throws(ModelFileError) -> ClassifierHead? {
    let metadata = gguf.metadata
    guard let labels = try metadata.int(Key.classifier + "labels", in: 1...TransformerLimits.hidden) else {
      guard let output = gguf.tensors["cls.output.weight"] else { return nil }
      var head = ClassifierHead(
        labels: output.shape.first ?? 1, hidden: gguf.tensors["cls.weight"] == nil ? nil : .tanh)
      head.hasHiddenBias = gguf.tensors["cls.bias"] != nil
      head.hasNorm = gguf.tensors["cls.norm.weight"] != nil
      head.hasBias = gguf.tensors["cls.output.bias"] != nil
      if head.labels != 1 { head.scores = .identity }
      return head
    }
    func flag(_ key: String) throws(ModelFileError) -> Bool {
      try metadata.required(Key.classifier + key, "a boolean", metadata.bool)
    }
    var head = ClassifierHead(
      labels: labels, pooling: try metadata.choice(Key.classifier + "pooling", PoolingMode.self) ?? .cls,
      hidden: try metadata.choice(Key.classifier + "hidden", DenseActivation.self))
    (head.hasHiddenBias, head.hasNorm, head.hasBias) = (try flag("hidden_bias"), try flag("norm"), try flag("bias"))
    head.scores = try metadata.choice(Key.classifier + "scores", ScoreFunction.self) ?? .sigmoid
    return head
  }
}
