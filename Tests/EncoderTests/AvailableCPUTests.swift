import Encoder
import Testing

/// How many threads an encoder takes when it may choose.
@Suite struct AvailableCPUTests {
  @Test(
    arguments: [
      ("150000 100000\n", 2), ("100000 100000", 1), ("50000 100000", 1), ("400001 100000", 5), ("max 100000", nil),
      ("-1 100000", nil), ("", nil), ("100000", nil), ("0 0", nil),
    ] as [(String, Int?)])
  func quotas(text: String, expected: Int?) {
    #expect(AvailableCPUs.parseQuota(text) == expected)
  }

  @Test func zeroThreadsMeansAllThatMayBeUsed() throws {
    let encoder = try TransformerEncoder(try SmallModel().weights(), precision: .f32, threads: 0)
    #expect(encoder.threadCount == AvailableCPUs.count)
    #expect(encoder.threadCount >= 1)
  }
}
