/// Rows for `COPY … FROM STDIN (FORMAT binary)` (PostgreSQL's documentation, COPY, "Binary Format").
package struct PostgresCopy {
  package private(set) var bytes: [UInt8]
  /// Rows so far.
  package private(set) var count = 0

  package init() {
    bytes = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0]
    bytes.appendBigEndian(Int32(0))
    bytes.appendBigEndian(Int32(0))
  }

  /// Begins a row of so many fields.
  package mutating func beginRow(_ fields: Int) {
    count += 1
    bytes.appendBigEndian(Int16(fields))
  }

  package mutating func appendNull() { bytes.appendBigEndian(Int32(-1)) }

  /// `int8`
  package mutating func append(_ value: Int64?) {
    guard let value else { return appendNull() }
    bytes.appendBigEndian(Int32(8))
    bytes.appendBigEndian(value)
  }

  /// `int8`
  package mutating func append(_ value: Int?) { append(value.map { Int64($0) }) }

  /// `int4`
  package mutating func append(int4 value: Int) {
    bytes.appendBigEndian(Int32(4))
    bytes.appendBigEndian(Int32(clamping: value))
  }

  /// `float4`
  package mutating func append(_ value: Float) {
    bytes.appendBigEndian(Int32(4))
    bytes.appendBigEndian(value.bitPattern)
  }

  /// `bool`
  package mutating func append(_ value: Bool) { bytes.appendField([value ? 1 : 0]) }

  /// `text`, without U+0000.
  package mutating func append(_ value: String?) {
    guard let value else { return appendNull() }
    bytes.appendField(value.utf8)
  }

  /// `bytea`
  package mutating func append(_ value: [UInt8]?) {
    guard let value else { return appendNull() }
    bytes.appendField(value)
  }

  /// `jsonb`
  package mutating func append(json: [UInt8]) { bytes.appendField([1] + json) }

  /// pgvector's `halfvec`: numbers from -127 to 127, which half precision holds exactly.
  package mutating func append(halfvec codes: [Int8]) {
    bytes.appendBigEndian(Int32(4 + 2 * codes.count))
    bytes.appendBigEndian(Int16(codes.count))
    bytes.appendBigEndian(Int16(0))
    for code in codes { bytes.appendBigEndian(Self.halves[Int(code) + 128]) }
  }

  private static let halves: [UInt16] = (-128...127).map { half(Int($0)) }

  /// An integer of at most 11 bits in IEEE 754's binary16.
  private static func half(_ value: Int) -> UInt16 {
    guard value != 0 else { return 0 }
    let magnitude = abs(value)
    let exponent = Int.bitWidth - 1 - magnitude.leadingZeroBitCount
    let fraction = (magnitude - 1 << exponent) << (10 - exponent)
    return (value < 0 ? 0x8000 : 0) | UInt16((exponent + 15) << 10 | fraction)
  }

  /// All, with the mark of its end.
  package var finished: [UInt8] { bytes + [0xFF, 0xFF] }
}
