/// How the vectors of a text's tokens become one, named as in the protocol. What each computes is defined by
/// sentence-transformers' `Pooling` module.
public enum PoolingMode: String, Sendable, CaseIterable {
  /// The mean over the tokens.
  case mean
  /// The first token's vector.
  case cls
  /// The maximum over the tokens, component by component.
  case max
  /// The sum over the tokens divided by the square root of their number.
  case meanSqrtLen
  /// The last token's vector.
  case lastToken
  /// The mean weighted by position, 1 for the first token.
  case weightedMean
}
