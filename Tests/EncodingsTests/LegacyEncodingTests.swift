import Encodings
import Testing

@Suite struct LegacyEncodingTests {
  /// "The sea is calm today" in the encodings of three scripts, as Python's codecs have it.
  @Test(arguments: [
    (
      "SHIFT_JIS", [0x8A, 0x43, 0x82, 0xCD, 0x8D, 0xA1, 0x93, 0xFA, 0x90, 0xC3, 0x82, 0xA9, 0x82, 0xBE] as [UInt8],
      "海は今日静かだ"
    ),
    ("KOI8-R", [0xED, 0xCF, 0xD2, 0xC5], "Море"),
    ("GB18030", [0xBA, 0xA3, 0xC3, 0xE6], "海面"),
  ])
  func textsAreReadToTheLastByte(encoding: String, bytes: [UInt8], text: String) {
    #expect(LegacyEncoding.text(bytes, from: encoding) == text)
    #expect(LegacyEncoding.text(bytes.dropLast() + [0x81], from: encoding) != text)
  }

  @Test func namesThatAreNoneAreNoEncoding() {
    for name in ["", "UTF-8//IGNORE", "no such thing", String(repeating: "x", count: 100)] {
      #expect(LegacyEncoding.text([0x41], from: name) == nil, "\(name)")
    }
  }

  @Test func windows1252HasFiveBytesOfNothing() {
    #expect(LegacyEncoding.windows1252([0x93, 0x41, 0x94], keepsControls: false) == "\u{201C}A\u{201D}")
    for byte: UInt8 in [0x81, 0x8D, 0x8F, 0x90, 0x9D] {
      #expect(LegacyEncoding.windows1252([byte], keepsControls: false) == nil)
      #expect(LegacyEncoding.windows1252([byte], keepsControls: true) == String(Unicode.Scalar(byte)))
    }
    #expect(LegacyEncoding.latin1([0x93, 0xE9]) == "\u{93}é")
  }
}
