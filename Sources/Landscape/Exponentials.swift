/// Powers by polynomials, right to about four digits: the same bits on every machine, whatever its C library, and several of them in
/// the time of one `powf`.
package enum Exponentials {
  /// - Parameter value: above 0 and normal.
  @inline(__always)
  package static func log2(_ value: Float) -> Float {
    let bits = value.bitPattern
    let exponent = Float(Int32(bits >> 23) - 127)
    let mantissa = Float(bitPattern: bits & 0x7F_FFFF | 0x3F80_0000)
    // log2(m) = 2 / ln 2 * artanh((m - 1) / (m + 1)), about the middle of 1...2 in the logarithm.
    let root: Float = 1.414_213_6
    let ratio = (mantissa - root) / (mantissa + root)
    let square = ratio * ratio
    let series = ratio * (2.885_390_1 + square * (0.961_796_7 + square * (0.577_078 + square * 0.412_198_6)))
    return exponent + 0.5 + series
  }

  /// 0 where the result is below the least normal number.
  @inline(__always)
  package static func exp2(_ value: Float) -> Float {
    guard value > -126 else { return 0 }
    let limited = min(value, 127)
    let whole = limited.rounded(.down)
    let rest = limited - whole
    let series =
      1 + rest * (0.693_147_2 + rest * (0.240_226_5 + rest * (0.055_504_1 + rest * (0.009_618_1 + rest * 0.001_333_4))))
    return Float(bitPattern: UInt32(Int32(whole) + 127) << 23) * series
  }

  @inline(__always)
  package static func exp(_ value: Float) -> Float { exp2(value * 1.442_695_04) }

  /// - Parameter base: above 0 and normal.
  @inline(__always)
  package static func power(_ base: Float, _ exponent: Float) -> Float { exp2(exponent * log2(base)) }
}
