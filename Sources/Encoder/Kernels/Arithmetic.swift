/// Which arithmetic vectors come from.
public enum Arithmetic {
  /// Stands for the bits of all kernels in q8_0: the number of `Tests/CKernels/same_bits_test.c`. Vectors that were made under
  /// another one differ in their last digits.
  public static let sameBits = "f03c8f487551d337"

  /// What tells whether two machines compute the same bits: the SIMD kernels all do, and the scalar ones, for processors
  /// without them, have bits of their own.
  public static let version = Kernels.chosen == "scalar" ? "scalar" : sameBits
}
