import AkinTestSupport
import Testing
import Tokenizers

@Suite struct TextPositionsTests {
  @Test func countsEveryPrefixAsSwiftDoes() {
    var random = SeededRandom(seed: 11)
    let alphabet: [Unicode.Scalar] = ["a", "\u{0}", "é", "漢", "\u{301}", "😀", "\u{10FFFF}"]
    for length in [0, 1, 2, 63, 64, 65, 127, 128, 129, 300] {
      for symbols in [alphabet, ["a"]] {
        let scalars = (0..<length).map { _ in symbols.randomElement(using: &random) ?? "a" }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        let positions = TextPositions(String(text))
        #expect(positions.scalarCount == length)
        for offset in 0...length {
          let prefix = scalars[..<offset]
          #expect(positions.convert(scalarOffset: offset, to: .utf32) == offset)
          #expect(positions.convert(scalarOffset: offset, to: .utf8) == prefix.reduce(0) { $0 + UTF8.width($1) })
          #expect(positions.convert(scalarOffset: offset, to: .utf16) == prefix.reduce(0) { $0 + UTF16.width($1) })
        }
      }
    }
  }

  @Test func clampsOffsetsOutsideTheText() {
    for encoding in PositionEncoding.allCases {
      #expect(TextPositions("a漢").convert(scalarOffset: -1, to: encoding) == 0)
    }
    #expect(TextPositions("a漢").convert(scalarOffset: 9, to: .utf8) == 4)
    #expect(TextPositions("abc").convert(scalarOffset: .max, to: .utf16) == 3)
    #expect(TextPositions("").convert(scalarOffset: .min, to: .utf8) == 0)
  }

  @Test func namesAreThoseOfTheLanguageServerProtocol() {
    #expect(PositionEncoding.allCases.map(\.rawValue) == ["utf-8", "utf-16", "utf-32"])
  }
}
