import AkinTestSupport
import JSON
import Testing

/// What `JSONValue.serialized` writes.
@Suite struct JSONWritingTests {
  @Test(
    arguments: [
      (nil, "null"), (true, "true"), (false, "false"), (.integer(.min), "-9223372036854775808"), (1.5, "1.5"),
      (.number(1e300), "1e+300"), (.number(.nan), "null"), (.number(-.infinity), "null"), (.number(0.1), "0.1"),
      ("a\"\\/\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}é😀\0", "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u{7f}é😀\\u0000\""),
      ("", "\"\""), ([], "[]"), ([1, [nil], "x"], "[1,[null],\"x\"]"), ([:], "{}"),
      (["b": 1, "a\n": [:]], "{\"b\":1,\"a\\n\":{}}"), (.float32s([]), "[]"),
      (.float32s([0.1, -1, 1e-10, .infinity, 16_777_216]), "[0.1,-1.0,1e-10,null,16777216.0]"),
      (["id": .serialized(Array("9007199254740993".utf8))], "{\"id\":9007199254740993}"),
    ] as [(JSONValue, String)])
  func text(value: JSONValue, expected: String) {
    #expect(String(decoding: value.serialized(), as: UTF8.self) == expected)
  }

  @Test func writingAppends() {
    var bytes = Array("x".utf8)
    JSONValue.array([1]).write(into: &bytes)
    #expect(bytes == Array("x[1]".utf8))
  }

  @Test func float32sReadBackExactly() throws {
    var random = SeededRandom(seed: 32)
    var values = (0..<20_000).map { _ in Float(bitPattern: UInt32.random(in: 0 ... .max, using: &random)) }.filter(
      \.isFinite)
    values += [
      0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 1 / 3, 0x1p24, 9_999_999,
    ]
    let text = JSONValue.float32s(values).serialized()
    let read = try JSONField(JSONValue.parse(text), path: "").float32s()
    #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
  }

  /// Every magnitude has its own way of being written; all must give the text that the standard library gives.
  @Test func float32sAreTheShortestText() throws {
    var random = SeededRandom(seed: 9)
    var values = (0..<100_000).map { _ in
      Float.random(in: -1.2...1.2, using: &random) / [1, 10, 100, 1000, 20_000][Int.random(in: 0..<5, using: &random)]
    }
    for edge in [1, 0.1, 0.01, 0.001, 0.0001] as [Float] { values += [edge, edge.nextDown, edge.nextUp] }
    for exponent in -15...1 {
      let power = Float(sign: .plus, exponent: exponent, significand: 1)
      values += [power, power.nextDown, power.nextUp, -power, power * 1.5]
    }
    let expected = "[" + values.map(\.description).joined(separator: ",") + "]"
    #expect(String(decoding: JSONValue.float32s(values).serialized(), as: UTF8.self) == expected)
  }

  @Test func numbersReadBackExactly() throws {
    var random = SeededRandom(seed: 64)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: UInt64.random(in: 0 ... .max, using: &random))
      guard value.isFinite else { continue }
      #expect(try JSONValue.parse(JSONValue.number(value).serialized()) == .number(value))
    }
  }

  @Test func aLineStaysALine() {
    let text = JSONValue.object(["a\nb": "\r\n\u{2028}\u{85}"]).serialized()
    #expect(!text.contains(UInt8(ascii: "\n")) && !text.contains(UInt8(ascii: "\r")))
  }
}
