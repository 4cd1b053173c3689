/// llama.cpp's keys that may stand in a file of any family, and change what it computes: honoured where a description can say it, else
/// refused by name. Only files that are not Akin's are read by them.
struct ForeignKeys {
  /// Of rotary positions where a file has none, whatever the family.
  static let rotaryBase = 10_000.0

  private let metadata: GGUFMetadata
  private let prefix: String

  /// - Parameter architecture: the file's, which stands before its keys.
  init(_ metadata: GGUFMetadata, architecture: String) {
    self.metadata = metadata
    prefix = architecture + "."
  }

  /// Completes a description that the family has made.
  func apply(to model: inout TransformerDescription) throws(ModelFileError) {
    try apply(heads: &model)
    if model.rotary != nil { try apply(rotary: &model) }
    if let scale = try metadata.float(prefix + "attention.scale"), scale != 0 { model.scoreScale = scale }
    if let name = try metadata.string(prefix + "hidden_activation") {
      let activations = Self.activations.merging(model.isGated ? Self.gated : [:]) { first, _ in first }
      guard let activation = activations[name] else {
        let known = activations.keys.sorted().joined(separator: ", ")
        throw metadata.wrong(prefix + "hidden_activation", expected: "one of \(known)", found: "'\(name)'")
      }
      model.activation = activation
    }
    try refuse(model)
  }

  private static let activations: [String: Activation] = [
    "gelu": .gelu, "gelu_new": .geluTanh, "gelu_pytorch_tanh": .geluTanh, "relu": .relu, "silu": .silu, "swish": .silu,
  ]

  private static let gated: [String: Activation] = ["geglu": .gelu, "reglu": .relu, "swiglu": .silu]

  private func apply(heads model: inout TransformerDescription) throws(ModelFileError) {
    for key in ["attention.key_length", "attention.value_length"] {
      try require(key, model.headSize)
    }
    try require("attention.head_count_kv", model.keyValueHeadCount)
  }

  private func require(_ key: String, _ expected: Int) throws(ModelFileError) {
    guard let found = try metadata.int(prefix + key), found != expected else { return }
    throw metadata.wrong(prefix + key, expected: "\(expected)", found: "\(found)")
  }

  private func apply(rotary model: inout TransformerDescription) throws(ModelFileError) {
    if let count = try metadata.int(prefix + "rope.dimension_count", in: 2...TransformerLimits.hidden) {
      model.rotary?.dimensions = count
    }
    switch try metadata.string(prefix + "rope.scaling.type") {
    case "none": break
    case nil, "linear": model.rotary?.factor = try metadata.double(prefix + "rope.scaling.factor") ?? 1
    case let type?:
      throw metadata.wrong(prefix + "rope.scaling.type", expected: "'none' or 'linear'", found: "'\(type)'")
    }
  }

  /// What no description here says.
  private func refuse(_ model: TransformerDescription) throws(ModelFileError) {
    for (key, neutral) in [
      ("attn_logit_softcapping", 0), ("attention.clamp_kqv", 0), ("embedding_scale", 1), ("residual_scale", 1),
      ("rope.scale_linear", 1), ("attention.max_alibi_bias", model.scoreBias == .linear ? 8 : 0),
    ] as [(String, Float)] {
      guard let found = try metadata.float(prefix + key), found != neutral else { continue }
      throw metadata.wrong(prefix + key, expected: "\(neutral)", found: "\(found)")
    }
    if let experts = try metadata.int(prefix + "expert_count"), experts != 0 {
      throw metadata.wrong(prefix + "expert_count", expected: "no experts", found: "\(experts)")
    }
    let window = prefix + "attention.sliding_window"
    if let found = try metadata.int(window), found != 0, model.window == nil, found < model.maxPositions {
      throw metadata.wrong(window, expected: "no window", found: "\(found)")
    }
  }
}

extension GGUFFile {
  /// A file of another program has no tensor but those that are computed with: one more would be part of a model that is not this one.
  /// - Parameter used: the names of those that are.
  func requireAllUsed(_ used: Set<String>) throws(ModelFileError) {
    // Scores of words, which a decoder has beside its vectors.
    let harmless: Set = ["output.weight", "output.bias"]
    let names = Set(tensors.keys).union(otherTypes.keys).subtracting(used).subtracting(harmless)
    guard let name = names.min() else { return }
    throw ModelFileError(
      .unsupported("the tensor '\(name)' is none that Akin computes with in a model of this architecture"),
      path: file.path,
      offset: tensors[name]?.byteRange.lowerBound)
  }
}
