import Postgres
import Testing

@Suite struct PostgresCopyTests {
  /// IEEE 754's binary16, of normal numbers and zero.
  private func value(_ bits: UInt16) -> Double {
    guard bits & 0x7FFF != 0 else { return 0 }
    let exponent = Int(bits >> 10 & 0x1F) - 15
    var magnitude = 1 + Double(bits & 0x3FF) / 1024
    for _ in 0..<exponent { magnitude *= 2 }
    return bits & 0x8000 == 0 ? magnitude : -magnitude
  }

  @Test func codesAreTheSameNumbersInHalfPrecision() {
    let codes = (-127...127).map { Int8($0) }
    var rows = PostgresCopy()
    rows.beginRow(1)
    rows.append(halfvec: codes)
    // The head of the data, fields of the row, the field's length, dimensions and two bytes without a meaning.
    let bytes = rows.bytes.dropFirst(19 + 2 + 4 + 4)
    let found = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map { index in
      value(UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1]))
    }
    #expect(found == codes.map { Double($0) })
  }

  @Test func aRowIsAsTheServerReadsIt() {
    var rows = PostgresCopy()
    rows.beginRow(4)
    rows.append(int4: 258)
    rows.append("a")
    rows.append(nil as Int?)
    rows.append(Float(1))
    #expect(
      Array(rows.finished.dropFirst(19))
        == [
          0, 4, 0, 0, 0, 4, 0, 0, 1, 2, 0, 0, 0, 1, 0x61, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 4, 0x3F, 0x80, 0, 0, 0xFF,
          0xFF,
        ])
    #expect(rows.count == 1)
  }

  @Test func anArrayHasItsTypeAndBounds() {
    #expect(
      PostgresValue.integers([1]).encoded
        == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1])
    #expect(PostgresValue.byteStrings([]).encoded == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 17])
    #expect(PostgresValue.null.encoded == nil)
  }
}
