import ModelFiles
import Platform

/// A vector of which most components are zero: those that are not, by their index, the least first.
public struct SparseVector: Sendable, Equatable {
  /// Ascending.
  public var indices: [Int32] = []
  /// As many, none of them zero.
  public var values: [Float] = []

  /// The zero vector.
  public init() {}

  /// The product of two vectors.
  public func dot(_ other: SparseVector) -> Float {
    var (sum, left, right) = (Float(0), 0, 0)
    while left < indices.count, right < other.indices.count {
      let (a, b) = (indices[left], other.indices[right])
      if a == b { sum += values[left] * other.values[right] }
      if a <= b { left += 1 }
      if b <= a { right += 1 }
    }
    return sum
  }

  /// The entries of the greatest values, `count` at most; of equal ones those of the least indices.
  public func greatest(_ count: Int) -> SparseVector {
    guard values.count > count else { return self }
    let kept = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }.prefix(count).sorted()
    var vector = SparseVector()
    vector.indices = kept.map { indices[$0] }
    vector.values = kept.map { values[$0] }
    return vector
  }

  /// The greatest of two values for each index, or their sum.
  public func joined(_ other: SparseVector, by pooling: SparsePooling) -> SparseVector {
    var vector = SparseVector(), left = 0, right = 0
    while left < indices.count || right < other.indices.count {
      let a = left < indices.count ? indices[left] : .max, b = right < other.indices.count ? other.indices[right] : .max
      let x = a <= b ? values[left] : 0, y = b <= a ? other.values[right] : 0
      vector.indices.append(min(a, b))
      vector.values.append(pooling == .max ? max(x, y) : x + y)
      if a <= b { left += 1 }
      if b <= a { right += 1 }
    }
    return vector
  }
}

/// Makes a sparse vector of a sequence's token vectors.
struct MaskedHead: Sendable {
  private let head: SparseHead
  private let hidden: LinearLayer
  private let norm: Norm
  private let words: LinearLayer
  private let biases: KernelMemory<Float>?
  private let precision: Precision

  /// Words that are computed together: their scores for some tokens stay in the first-level cache.
  private static let columnsAtATime = 256
  /// Tokens likewise.
  private static let rowsAtATime = 32

  init(
    _ head: SparseHead, of model: TransformerDescription, precision: Precision, from reader: TensorReader
  ) throws(EncoderError) {
    guard head.width > 0, !head.isTied || head.width == model.embeddingSize else {
      throw .configuration(field: "sparse.width", value: head.width)
    }
    self.head = head
    self.precision = precision
    // In float32, as the Dense modules: it is small, and its rounding would pass through the norm into every word's score.
    hidden = try LinearLayer(
      "mlm", outputs: head.width, inputs: model.hiddenSize, hasBias: head.hasHiddenBias, precision: .f32, from: reader)
    var model = model
    model.normEpsilon = head.normEpsilon
    norm = try Norm("mlm.norm", size: head.width, of: model, from: reader)
    words = try LinearLayer(
      head.isTied ? "token_embd" : "mlm.output", outputs: model.vocabularySize, inputs: head.width, hasBias: false,
      precision: precision, from: reader)
    if head.hasBias {
      let all = KernelMemory<Float>(count: model.vocabularySize)
      try reader.read("mlm.output.bias", shape: [model.vocabularySize], into: all.all)
      biases = all
    } else {
      biases = nil
    }
  }

  /// The vector of a sequence.
  /// - Parameter tokens: its token vectors, [tokens, hiddenSize].
  func vector(_ tokens: Span<Float>, kernels: KernelTable) -> SparseVector {
    let width = hidden.inputs, count = tokens.count / width
    var vector = SparseVector()
    let totals = KernelMemory<Float>(count: words.outputs)
    if head.pooling == .max { totals.all.copy(from: [Float](repeating: -.infinity, count: totals.count)) }
    for start in stride(from: 0, to: count, by: Self.rowsAtATime) {
      let rows = min(Self.rowsAtATime, count - start)
      let given = tokens.withUnsafeBufferPointer { Array($0[start * width..<(start + rows) * width]) }
      // The greatest of numbers would hide one that is none.
      guard given.allSatisfy(\.isFinite) else {
        (vector.indices, vector.values) = ([0], [.nan])
        return vector
      }
      add(KernelMemory(given), rows: rows, to: totals, kernels: kernels)
    }
    let bias = biases?.all.array
    for (index, total) in totals.all.array.enumerated() {
      let value = head.pooling == .max ? weight(total + (bias?[index] ?? 0)) : total
      guard value != 0 else { continue }
      vector.indices.append(Int32(index))
      vector.values.append(value)
    }
    return head.mostActive.map(vector.greatest) ?? vector
  }

  /// Adds what some tokens score for every word to `totals`: the scores themselves where the greatest counts, as its weight is the
  /// greatest too.
  private func add(_ tokens: KernelMemory<Float>, rows: Int, to totals: KernelMemory<Float>, kernels: KernelTable) {
    let all = 0..<rows
    let states = KernelMemory<Float>(count: rows * head.width)
    let view = RowView(states, rows: all, columns: 0..<head.width, stride: head.width)
    hidden.multiply(
      LayerInput(tokens, width: hidden.inputs), rows: all, outputs: 0..<head.width, into: view, kernels: kernels)
    kernels.activate(view, head.activation)
    kernels.normalize(view, norm: norm, into: view)
    let given = input(states, rows: rows, width: head.width, kernels)
    let scores = KernelMemory<Float>(count: rows * Self.columnsAtATime)
    for first in stride(from: 0, to: totals.count, by: Self.columnsAtATime) {
      let columns = first..<min(first + Self.columnsAtATime, totals.count)
      let part = RowView(scores, rows: all, columns: 0..<columns.count, stride: columns.count)
      words.multiply(given, rows: all, outputs: columns, into: part, kernels: kernels)
      for row in all {
        let found = scores[from: row * columns.count, columns.count]
        switch head.pooling {
        case .max: kernels.maximum(found, into: totals[columns])
        case .sum:
          let bias = biases?[columns]
          for column in 0..<columns.count {
            let score = found.pointer[column] + (bias?.pointer[column] ?? 0)
            if score > 0 { totals[columns].pointer[column] += weight(score) }
          }
        }
      }
    }
  }

  /// log(1 + max(0, score)), once or twice.
  private func weight(_ score: Float) -> Float {
    let once = log1p(max(0, score))
    return head.takesLogTwice ? log1p(once) : once
  }

  private func input(
    _ values: KernelMemory<Float>, rows: Int, width: Int, _ kernels: KernelTable
  ) -> LayerInput {
    guard precision == .q8 else { return LayerInput(values, width: width) }
    let input = LayerInput(rows: rows, width: width, precision: .q8, kernels: kernels)
    input.store(
      RowView(values, rows: 0..<rows, columns: 0..<width, stride: width), rows: 0..<rows, columns: 0..<width,
      kernels: kernels)
    return input
  }
}

extension TransformerEncoder {
  /// The sparse vector of a sequence, for a masked language model.
  /// - Parameter tokens: its token vectors, [tokens, hiddenSize].
  public func sparseVector(_ tokens: Span<Float>) -> SparseVector {
    guard let sparse else { preconditionFailure("a model with a head for sparse vectors") }
    return sparse.vector(tokens, kernels: kernels)
  }

  /// A token's vector through the model's modules for tokens, not yet scaled; what it is given where the model has none.
  public func projectToken(_ vector: [Float]) -> [Float] {
    guard !tokenLayers.isEmpty else { return vector }
    return tokenLayers.reduce(KernelMemory(vector)) { $1.applied(to: $0, kernels: kernels) }.all.array
  }
}
