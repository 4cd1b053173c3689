import ModelFiles
import Testing

@Suite struct XXH64Tests {
  /// The buffer of the xxHash repository's own sanity check (tests/sanity_test.c).
  static let buffer: [UInt8] = {
    var generator: UInt64 = 2_654_435_761
    return (0..<2_367).map { _ in
      defer { generator = generator &* 11_400_714_785_074_694_797 }
      return UInt8(generator >> 56)
    }
  }()

  @Test(
    arguments: [
      (0, 0xEF46_DB37_51D8_E999, 0xAC75_FDA2_929B_17EF), (1, 0xE934_A84A_DB05_2768, 0x5014_6076_43A9_B4C3),
      (4, 0x9136_A0DC_A574_57EE, 0xCAAB_286B_D8E9_FDB5), (14, 0x8282_DCC4_994E_35C8, 0xC3BD_6BF6_3DEB_6DF0),
      (222, 0xB641_AE8C_B691_C174, 0x20CB_8AB7_AE10_C14A),
    ] as [(Int, UInt64, UInt64)])
  func publishedVectors(length: Int, unseeded: UInt64, seeded: UInt64) {
    let bytes = Self.buffer.prefix(length)
    #expect(XXH64.hash(bytes) == unseeded)
    #expect(XXH64.hash(bytes, seed: 2_654_435_761) == seeded)
  }

  @Test func piecesGiveTheHashOfTheWhole() {
    for size in [1, 7, 31, 32, 33, 64, 100, 1_000] {
      var state = XXH64()
      var rest = Self.buffer[...]
      while !rest.isEmpty {
        Array(rest.prefix(size)).withUnsafeBytes { state.update($0) }
        rest = rest.dropFirst(size)
      }
      #expect(state.digest() == XXH64.hash(Self.buffer), "pieces of \(size)")
    }
  }
}
