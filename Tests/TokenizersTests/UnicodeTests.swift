import AkinTestSupport
import Testing
import Tokenizers

/// Every Unicode scalar, against hashes of the reference's answers (scripts/unicode_tables.py).
@Suite struct UnicodeTests {
  @Test func agreesOnEveryScalar() throws {
    let digits = try Fixtures.lines("unicode_blocks.txt").joined()
    #expect(digits.count == 0x1100 * 8)
    let columns = [
      BertNormalization(stripAccents: true, lowercase: true),
      BertNormalization(stripAccents: false, lowercase: false),
      BertNormalization(cleanText: false, splitCJK: false, stripAccents: true, lowercase: false),
      BertNormalization(cleanText: false, splitCJK: false, stripAccents: false, lowercase: true),
    ].map { Normalizer([.bert($0)]) }
    let splitter = WordSplitter()
    let marked = try TestTokenizers.letters(adding: [AddedToken(content: "<t>", id: 900, singleWord: true)])
    let expected = Array(digits)
    for block in 0..<0x1100 {
      let scalars = (block * 256..<block * 256 + 256).compactMap { Unicode.Scalar(UInt32($0)) }
      let normalized = scalars.flatMap { scalar in columns.map { $0.normalize(String(Character(scalar))) } }
      let split = scalars.map { splitter.words(in: "a\($0)a").joined(separator: "/") }
      let words = scalars.map { marked.ids("\($0)<t>", maxLength: nil).ids.contains(900) ? "-" : "w" }
      let hash = fnv1a((normalized + split + words).joined(separator: "\n").utf8)
      let wanted = String(decoding: expected[block * 8..<block * 8 + 8], as: UTF8.self)
      #expect(hash == UInt32(wanted, radix: 16), "U+\(String(block * 256, radix: 16)) to +255")
    }
  }

  /// The lower half of FNV-1a, 64 bits.
  private func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt32 {
    UInt32(truncatingIfNeeded: bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
  }
}
