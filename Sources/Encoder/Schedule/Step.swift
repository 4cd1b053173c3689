/// A step of a group's way through the model. Steps of one kind do not share what they write, so that threads may share them
/// out; each reads what those before it wrote.
enum Step: Sendable {
  /// Attention: shared out by slabs of heads.
  case heads(Attention)
  /// Operations on rows, each reading what the one before wrote in the same rows.
  case rows([RowStep])
}

/// An operation on some rows.
enum RowStep: Sendable {
  /// hidden = the embeddings of the tokens, and what the first block reads.
  case embed(Embedding, next: Norm?)
  /// projected = source W + b
  case project(LinearLayer, from: Source)
  /// wide = activation(input W + b), gated where the model is.
  case widen(FeedForward)
  /// hidden = hidden + projected, and what the next step reads.
  case join(Join)

  /// What a projection reads.
  enum Source: Sendable {
    case context
    case wide
  }

  /// The columns by which it is shared out; nil where it is by rows.
  var columns: Int? {
    switch self {
    case .embed, .join: nil
    case .project(let layer, _): layer.outputs
    case .widen(let layer): layer.up.outputs
    }
  }
}

/// How what a step computed is added to what came in: hidden = outer(hidden + inner(projected)); input = next(hidden).
struct Join: Sendable {
  var inner: Norm?
  var outer: Norm?
  var next: Norm?
  /// Whether nothing is computed behind it, so that there is no input to make.
  var isLast = false
}
