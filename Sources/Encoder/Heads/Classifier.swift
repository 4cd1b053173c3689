import ModelFiles

/// Makes scores of a sequence's token vectors. In float32: it runs once a sequence.
struct Classifier: Sendable {
  private let head: ClassifierHead
  private let hidden: LinearLayer?
  private let norm: Norm?
  private let output: LinearLayer

  init(_ head: ClassifierHead, of model: TransformerDescription, from reader: TensorReader) throws(EncoderError) {
    guard head.labels > 0 else { throw .configuration(field: "labels", value: head.labels) }
    self.head = head
    let size = model.hiddenSize
    hidden =
      head.hidden == nil
      ? nil
      : try LinearLayer(
        "cls", outputs: size, inputs: size, hasBias: head.hasHiddenBias, precision: .f32, from: reader)
    norm = head.hasNorm ? try Norm("cls.norm", size: size, of: model, from: reader) : nil
    output = try LinearLayer(
      "cls.output", outputs: head.labels, inputs: size, hasBias: head.hasBias, precision: .f32, from: reader)
  }

  /// The logits of a pooled vector.
  func logits(_ pooled: [Float], kernels: KernelTable) -> [Float] {
    var vector = KernelMemory(pooled)
    if let hidden, let activation = head.hidden {
      vector = hidden.apply(to: vector, activation, kernels: kernels)
    }
    if let norm {
      let view = RowView(vector, rows: 0..<1, columns: 0..<vector.count, stride: vector.count)
      kernels.normalize(view, norm: norm, into: view)
    }
    return output.apply(to: vector, .identity, kernels: kernels).all.array
  }

  /// Which token vectors it reads.
  var pooling: PoolingMode { head.pooling }
}

extension TransformerEncoder {
  /// The logits of a sequence, one a label, for a model with a classifier.
  /// - Parameter tokens: its token vectors, [tokens, hiddenSize].
  public func classify(_ tokens: Span<Float>) -> [Float] {
    guard let classifier else { preconditionFailure("a model with a classifier") }
    return classifier.logits(pool(tokens, modes: [classifier.pooling]), kernels: kernels)
  }
}
