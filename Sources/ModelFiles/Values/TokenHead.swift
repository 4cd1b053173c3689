/// What makes vectors of tokens that are compared one by one (ColBERT, Khattab and Zaharia 2020, arXiv:2004.12832): Dense modules over
/// each token, and lengths of 1.
public struct TokenHead: Sendable, Equatable {
  /// Applied to each token's vector in order.
  public var dense: [DenseModule] = []
  /// Whether each token's vector is scaled to length 1.
  public var normalize = true
  /// Tokens that count for nothing where a text is compared, such as punctuation.
  public var skippedIDs: [Int32] = []
  /// Whose tokens are skipped.
  public var skippingRoles: [TextRole] = [.document]
  /// The longest query in tokens; nil for the model's length.
  public var queryLength: Int?
  /// The longest document in tokens; nil for the model's length.
  public var documentLength: Int?
  /// What a short query is filled up with.
  public var expansion: QueryExpansion?
  /// Whether a score is the mean over the query's tokens, not the sum.
  public var averages = false

  /// Token vectors as they are, of length 1.
  public init() {}

  /// Width of a token's vector.
  public func dimensions(_ model: TransformerDescription) -> Int { dense.last?.outFeatures ?? model.hiddenSize }

  /// Names and shapes of its tensors.
  public var tensors: [(name: String, shape: [Int])] {
    dense.enumerated().flatMap { index, module in
      module.tensors(index: index, prefix: Self.prefix).map { ($0.name, $0.shape) }
    }
  }

  /// Before the names of its modules' tensors.
  public static let prefix = "akin.token_dense."
}

/// Which side of a comparison a text is on. The values are sentence-transformers' names of tasks, and of the prompts for them.
public enum TextRole: String, Sendable, CaseIterable {
  case query
  case document
}

/// Tokens behind a query that is shorter than so many, which are compared as its own are.
public struct QueryExpansion: Sendable, Equatable {
  /// The token, usually the mask.
  public var id: Int32
  /// Tokens of a query with them.
  public var length: Int
  /// Whether a longer query is cut to that length.
  public var cuts: Bool
  /// Whether tokens attend to them; else they alone read the query.
  public var isAttended: Bool

  /// Stores the values as they are given.
  public init(id: Int32, length: Int, cuts: Bool, isAttended: Bool) {
    self.id = id
    self.length = length
    self.cuts = cuts
    self.isAttended = isAttended
  }
}
