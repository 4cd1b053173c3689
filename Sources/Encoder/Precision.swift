/// In what numbers the linear layers compute.
public enum Precision: String, Sendable, CaseIterable {
  /// float32 throughout: the reference.
  case f32
  /// Weights and the inputs of linear layers in GGML's q8_0 blocks, everything else in float32.
  case q8 = "q8_0"
}
