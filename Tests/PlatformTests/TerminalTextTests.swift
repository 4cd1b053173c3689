import Platform
import Testing

@Suite struct TerminalTextTests {
  @Test(arguments: [
    ("plain, tab\tand line\n", "plain, tab\tand line\n"),
    ("a\u{1B}[31mred\u{7}", "a\u{FFFD}[31mred\u{FFFD}"),
    ("\u{9B}2J\u{85}\u{7F}\r\u{0}", "\u{FFFD}2J\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
    ("a\u{202E}b\u{2066}c\u{200F}d\u{61C}e", "abcde"),
    ("é… «ж» 漢 😀 \u{600}", "é… «ж» 漢 😀 \u{600}"),
  ])
  func terminalsObeyNothingInIt(text: String, shown: String) {
    #expect(TerminalText.harmless(text) == shown)
  }

  @Test func jsonStaysTheSameValue() {
    let json = #"{"a":"x\#u{9B}2J\#u{7F}\#u{202E}y\#u{2028}…é"}"#
    let escaped = String(decoding: TerminalText.escaped(json: Array(json.utf8)), as: UTF8.self)
    #expect(escaped == #"{"a":"x\u009b2J\u007f\u202ey\u2028…é"}"#)
  }

  /// Every character, alone and between others.
  @Test func nothingElseIsChanged() {
    for value in UInt32(0)..<0x3000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let isKept = TerminalText.harmless("é\(scalar)é") == "é\(scalar)é"
      let isControl = scalar.properties.generalCategory == .control && value != 9 && value != 10
      #expect(isKept != (isControl || TerminalText.isBidirectionalControl(value)), "\(value)")
    }
  }
}
