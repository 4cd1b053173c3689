/// The keys of heads that llama.cpp has no model for.
extension GGUFModel {
  static func headKeys(_ description: ModelDescription) -> [(String, GGUFValue)] {
    (description.sparse.map(keys) ?? []) + (description.tokenHead.map(keys) ?? [])
  }

  private static func keys(_ head: SparseHead) -> [(String, GGUFValue)] {
    var keys: [(String, GGUFValue)] = [
      ("width", .uint32(UInt32(head.width))), ("activation", .string(head.activation.rawValue)),
      ("hidden_bias", .bool(head.hasHiddenBias)), ("norm_epsilon", .float32(head.normEpsilon)),
      ("tied", .bool(head.isTied)), ("bias", .bool(head.hasBias)), ("pooling", .string(head.pooling.rawValue)),
      ("log_twice", .bool(head.takesLogTwice)),
    ]
    if let most = head.mostActive { keys.append(("most_active", .uint32(UInt32(most)))) }
    return keys.map { (Key.sparse + $0.0, $0.1) }
  }

  private static func keys(_ head: TokenHead) -> [(String, GGUFValue)] {
    var keys: [(String, GGUFValue)] = [
      ("normalize", .bool(head.normalize)), ("skipped_ids", .int32s(head.skippedIDs)),
      ("skipping_roles", .strings(head.skippingRoles.map(\.rawValue))), ("averages", .bool(head.averages)),
    ]
    if let length = head.queryLength { keys.append(("query_length", .uint32(UInt32(length)))) }
    if let length = head.documentLength { keys.append(("document_length", .uint32(UInt32(length)))) }
    if let expansion = head.expansion {
      keys += [
        ("expansion.id", .uint32(UInt32(expansion.id))), ("expansion.length", .uint32(UInt32(expansion.length))),
        ("expansion.cuts", .bool(expansion.cuts)), ("expansion.attended", .bool(expansion.isAttended)),
      ]
    }
    return keys.map { (Key.tokenHead + $0.0, $0.1) } + denseKeys(head.dense, Key.tokenDense)
  }

  /// llama.cpp's tensors of Dense modules that a file has, by the names that they have here.
  static func denseNames(in gguf: GGUFFile) -> [String: String] {
    let present = llamaDense.filter { gguf.tensors[$0]?.shape.count == 2 }
    return Dictionary(uniqueKeysWithValues: present.enumerated().map { ("akin.dense.\($0).weight", $1) })
  }

  /// The Dense modules of a file that is not Akin's.
  /// - Parameter width: of what goes into the first.
  static func foreignDense(of gguf: GGUFFile, width: Int) throws(ModelFileError) -> [DenseModule] {
    var modules: [DenseModule] = []
    for (_, name) in denseNames(in: gguf).sorted(by: { $0.key < $1.key }) {
      guard let view = gguf.tensors[name] else { continue }
      let width = modules.last?.outFeatures ?? width
      guard view.shape[1] == width, (1...TransformerLimits.intermediate).contains(view.shape[0]) else {
        throw ModelFileError(
          .wrongShape(tensor: name, expected: [view.shape[0], width], found: view.shape), path: gguf.file.path)
      }
      modules.append(DenseModule(inFeatures: width, outFeatures: view.shape[0], hasBias: false, activation: .identity))
    }
    return modules
  }

  /// The keys of Dense modules.
  static func denseKeys(_ modules: [DenseModule], _ prefix: String) -> [(String, GGUFValue)] {
    let keys: [(String, GGUFValue)] = [
      ("in_features", .int32s(modules.map { Int32($0.inFeatures) })),
      ("out_features", .int32s(modules.map { Int32($0.outFeatures) })), ("has_bias", .bools(modules.map(\.hasBias))),
      ("activations", .strings(modules.map(\.activation.rawValue))),
    ]
    let residuals: [(String, GGUFValue)] =
      modules.contains(where: \.hasResidual) ? [("residuals", .bools(modules.map(\.hasResidual)))] : []
    return (keys + residuals).map { (prefix + $0.0, $0.1) }
  }

  static func sparseHead(_ metadata: GGUFMetadata) throws(ModelFileError) -> SparseHead? {
    func flag(_ key: String) throws(ModelFileError) -> Bool {
      try metadata.required(Key.sparse + key, "a boolean", metadata.bool)
    }
    guard let width = try metadata.int(Key.sparse + "width", in: 1...TransformerLimits.hidden) else { return nil }
    var head = SparseHead(
      width: width, activation: try metadata.choice(Key.sparse + "activation", Activation.self) ?? .gelu,
      normEpsilon: try metadata.required(Key.sparse + "norm_epsilon", "a number", metadata.float))
    (head.hasHiddenBias, head.isTied, head.hasBias) = (try flag("hidden_bias"), try flag("tied"), try flag("bias"))
    head.takesLogTwice = try flag("log_twice")
    head.pooling = try metadata.choice(Key.sparse + "pooling", SparsePooling.self) ?? .max
    head.mostActive = try metadata.int(Key.sparse + "most_active", in: 1...TransformerLimits.vocabulary)
    return head
  }

  static func tokenHead(
    _ metadata: GGUFMetadata, _ model: TransformerDescription
  ) throws(ModelFileError) -> TokenHead? {
    let prefix = Key.tokenHead
    guard let normalizes = try metadata.bool(prefix + "normalize") else { return nil }
    func length(_ key: String) throws(ModelFileError) -> Int? {
      try metadata.int(prefix + key, in: 1...TransformerLimits.positions)
    }
    var head = TokenHead()
    head.normalize = normalizes
    head.dense = try denseModules(metadata, Key.tokenDense, width: model.hiddenSize)
    head.skippedIDs = try (metadata.ints(prefix + "skipped_ids") ?? []).map { Int32(clamping: $0) }
    head.skippingRoles = try (metadata.strings(prefix + "skipping_roles") ?? []).compactMap(TextRole.init)
    head.averages = try metadata.bool(prefix + "averages") ?? false
    (head.queryLength, head.documentLength) = (try length("query_length"), try length("document_length"))
    if let length = try length("expansion.length") {
      head.expansion = QueryExpansion(
        id: Int32(clamping: try metadata.int(prefix + "expansion.id", in: 0...model.vocabularySize - 1) ?? 0),
        length: length, cuts: try metadata.bool(prefix + "expansion.cuts") ?? true,
        isAttended: try metadata.bool(prefix + "expansion.attended") ?? false)
    }
    return head
  }

  /// The Dense modules that keys describe, one after the other.
  /// - Parameter width: of what comes into the first.
  static func denseModules(
    _ metadata: GGUFMetadata, _ prefix: String, width: Int
  ) throws(ModelFileError) -> [DenseModule] {
    let inputs = try metadata.ints(prefix + "in_features") ?? []
    let outputs = try metadata.ints(prefix + "out_features") ?? []
    let biases = try metadata.bools(prefix + "has_bias") ?? []
    let activations = try metadata.strings(prefix + "activations") ?? []
    let residuals = try metadata.bools(prefix + "residuals") ?? inputs.map { _ in false }
    guard [outputs.count, biases.count, activations.count, residuals.count].allSatisfy({ $0 == inputs.count }) else {
      throw metadata.wrong(
        prefix + "out_features", expected: "\(inputs.count) values, as in the other keys of its kind", found: "others")
    }
    var modules: [DenseModule] = []
    for index in inputs.indices {
      guard let activation = DenseActivation(rawValue: activations[index]) else {
        throw metadata.wrong(
          prefix + "activations", expected: "names of activations", found: "'\(activations[index])'")
      }
      let width = modules.last?.outFeatures ?? width
      guard inputs[index] == width, (1...TransformerLimits.intermediate).contains(outputs[index]) else {
        throw metadata.wrong(
          prefix + "in_features", expected: "\(width), the width that comes in",
          found: "\(inputs[index]) to \(outputs[index])")
      }
      var module = DenseModule(
        inFeatures: inputs[index], outFeatures: outputs[index], hasBias: biases[index], activation: activation)
      module.hasResidual = residuals[index]
      modules.append(module)
    }
    return modules
  }
}
