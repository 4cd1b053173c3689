/// Writes float32 as the shortest decimal that reads back as the same value, nearest to it among those as short: the text of
/// `Float.description`, several times faster for the magnitudes that components of vectors have.
enum DecimalFloat {
  /// Bytes that an element of an array may take: the longest are "-1.1754944e-38," and "-0.000123456789,".
  static let room = 16

  /// Writes a number, or `null` where it is not finite, and a comma.
  /// - Parameter target: has `room` bytes from `start` on; those behind the text may be written too.
  /// - Returns: the number of bytes.
  @inline(__always)
  static func writeElement(_ value: Float, to target: UnsafeMutableRawBufferPointer, at start: Int) -> Int {
    let target = UnsafeMutableRawBufferPointer(rebasing: target[start..<start + room])
    var count = target.baseAddress.map { write(value, to: $0) } ?? 0
    if count == 0 {
      let text = (value.isFinite ? value.description : "null").utf8
      target.copyBytes(from: text)
      count = text.count
    }
    target[count] = UInt8(ascii: ",")
    return count + 1
  }

  /// Writes a magnitude from 0.0001 up to, but not including, 1, into 16 bytes.
  /// - Returns: the number of bytes; 0 where the value is of another magnitude.
  @inline(__always)
  private static func write(_ value: Float, to target: UnsafeMutableRawPointer) -> Int {
    let magnitude = value.magnitude
    guard magnitude >= 0.0001, magnitude < 1 else { return 0 }
    // Nine digits tell any two floats apart. `zeros` stand between the point and the first of them.
    let zeros = (magnitude < 0.1 ? 1 : 0) + (magnitude < 0.01 ? 1 : 0) + (magnitude < 0.001 ? 1 : 0)
    let (digits, count) = shortest(magnitude, zeros: zeros)
    let sign = value < 0 ? 1 : 0
    // "-0.000" and "0.0000", little-endian: the digits go over the zeros that are too many.
    let head: UInt64 = sign == 1 ? 0x3030_3030_302E_302D : 0x3030_3030_3030_2E30
    target.storeBytes(of: head.littleEndian, as: UInt64.self)
    let start = sign + 2 + zeros
    let first = digits / 100_000_000
    target.storeBytes(of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: first), toByteOffset: start, as: UInt8.self)
    let rest = eightDigits(digits &- first &* 100_000_000)
    target.storeBytes(of: rest.littleEndian, toByteOffset: start + 1, as: UInt64.self)
    return start + count
  }

  /// A number below 10^8 as eight ASCII digits, the first in the lowest byte: halves, quarters and eighths of it are
  /// divided by 10^4, 10^2 and 10 side by side in one word (the divisions by multiplying are exact in these ranges).
  @inline(__always)
  private static func eightDigits(_ number: UInt64) -> UInt64 {
    let high = number / 10_000
    let fours = high | (number &- high &* 10_000) << 32
    let hundreds = (fours &* 10_486) >> 20 & 0x7F_0000_007F
    let twos = hundreds | (fours &- hundreds &* 100) << 16
    let tens = (twos &* 103) >> 10 & 0x000F_000F_000F_000F
    return (tens | (twos &- tens &* 10) << 8) | 0x3030_3030_3030_3030
  }

  /// Nine digits that begin with the shortest decimal that rounds to `magnitude`, and how many of them it has.
  ///
  /// The value is m * 2^-q, and what rounds to it lies between (2m - 1) and (2m + 1) times 2^-(q + 1), the bounds themselves
  /// included where m is even. Scaled by 10^places, all three are 5^places times an integer over a power of two, which 64
  /// bits hold exactly; digits are dropped as long as a whole number is left between the bounds (the idea of Steele and
  /// White 1990, and of Adams 2018, "Ryū", in the range where no table is needed).
  @inline(__always)
  private static func shortest(_ magnitude: Float, zeros: Int) -> (digits: UInt64, count: Int) {
    let bits = magnitude.bitPattern
    let significand = UInt64(bits & 0x7F_FFFF | 0x80_0000)
    let shift = UInt64(151 &- (bits >> 23)) &- UInt64(9 &+ zeros)  // q + 1 - places, 15 to 26
    let power: UInt64 = zeros < 2 ? (zeros == 0 ? 1_953_125 : 9_765_625) : (zeros == 2 ? 48_828_125 : 244_140_625)
    let center = (significand &* power) << 1
    // Below a power of two the floats are twice as dense.
    let lowest = bits & 0x7F_FFFF == 0 ? center &- power / 2 : center &- power
    let highest = center &+ power
    // Bounds that do not count are moved inwards by less than the distance of two numbers that matter.
    let odd = significand & 1
    var low = (lowest &+ odd &+ (1 << shift) &- 1) >> shift
    var high = (highest &- odd) >> shift
    var dropped = 0
    var unit: UInt64 = 1
    while true {
      let nextLow = (low &+ 9) / 10, nextHigh = high / 10
      guard nextLow <= nextHigh else { break }
      (low, high) = (nextLow, nextHigh)
      dropped += 1
      unit &*= 10
    }
    let whole = center >> shift
    var nearest = dropped == 0 ? whole : UInt64(UInt32(truncatingIfNeeded: whole) / UInt32(truncatingIfNeeded: unit))
    let rest = center &- (nearest &* unit) << shift
    let half = unit << (shift &- 1)
    if rest > half || (rest == half && nearest & 1 == 1) { nearest &+= 1 }
    return (min(max(nearest, low), high) &* unit, 9 &- dropped)
  }
}
