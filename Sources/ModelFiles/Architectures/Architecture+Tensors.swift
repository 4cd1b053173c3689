extension Architecture {
  /// The tensors of a model folder under their canonical names.
  /// - Throws: `missingTensor`, `wrongShape`, or `unsupported` for a type that is not read.
  func tensors(
    _ model: TransformerDescription, in files: SafetensorsSet
  ) throws(ModelFileError) -> [String: TensorView] {
    let (names, prefix) = spelling(of: files)
    var tensors: [String: TensorView] = [:]
    for tensor in TransformerTensor.all(model) {
      guard let source = names.source(of: tensor.name) else {
        preconditionFailure("\(family) has no name for \(tensor.name)")
      }
      let name = prefix + source.name
      // The oldest checkpoints call a norm's weight gamma and its bias beta.
      let oldName = name.renamingSuffix("LayerNorm.weight", "LayerNorm.gamma")
        .renamingSuffix("LayerNorm.bias", "LayerNorm.beta")
      let view = try files.tensor(files.either(name, oldName))
      tensors[tensor.name] = try view.part(source.part, of: source.parts).checked(as: tensor.name, shape: tensor.shape)
    }
    return tensors
  }

  /// The names that the files have: those under which a tensor of the first block is found.
  private func spelling(of files: SafetensorsSet) -> (TensorNames, prefix: String) {
    for names in names {
      guard let probe = names.source(of: "blk.0.attn_output.weight")?.name else { continue }
      if let prefix = names.prefixes.first(where: { files.has($0 + probe) }) { return (names, prefix) }
    }
    return (names[0], names[0].prefixes[0])
  }
}

extension TensorView {
  /// Some of the rows of a tensor that holds several matrices one below the other.
  /// - Throws: `wrongShape` where the rows cannot be shared out.
  func part(_ part: Int, of parts: Int) throws(ModelFileError) -> TensorView {
    guard parts > 1 else { return self }
    guard let rows = shape.first, rows % parts == 0 else {
      throw ModelFileError(
        .malformed("the tensor '\(name)' has shape \(shape), which holds no \(parts) equal parts"), path: file.path,
        offset: byteRange.lowerBound)
    }
    let bytes = byteRange.count / parts, start = byteRange.lowerBound + part * bytes
    return try TensorView(
      name: name, shape: [rows / parts] + shape.dropFirst(), type: type, file: file, byteRange: start..<start + bytes)
  }

  /// This view under its canonical name.
  /// - Throws: `wrongShape`
  func checked(as name: String, shape expected: [Int]) throws(ModelFileError) -> TensorView {
    guard shape == expected else {
      throw ModelFileError(
        .wrongShape(tensor: self.name, expected: expected, found: shape), path: file.path, offset: byteRange.lowerBound)
    }
    return renamed(name)
  }
}

extension String {
  fileprivate func renamingSuffix(_ old: String, _ new: String) -> String {
    hasSuffix(old) ? dropLast(old.count) + new : self
  }
}
