import AkinTestSupport
import JSON
import Testing

/// What `JSONValue.parse` accepts, refuses and repairs.
@Suite struct JSONParsingTests {
  @Test(
    arguments: [
      ("null", JSONValue.null), (" true ", true), ("false", false), ("0", 0), ("-7", -7),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("1.5", 1.5), ("1e3", 1000.0), ("-0.0", -0.0), ("1E-400", 0.0), ("0e999999999999", 0.0),
      ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
      (#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é😀""#, "a\"\\/\u{8}\u{c}\n\r\té😀é😀"),
      (#""a\u0000b""#, "a\0b"), ("[]", []), ("{}", [:]), ("\t[ 1 ,\r\n[ ] , { } ] ", [1, [], [:]]),
      (#"{"b":1,"a":{"c":[null]}}"#, ["b": 1, "a": ["c": [nil]]]),
      (#"{"a":1,"b":2,"a":3}"#, ["a": 3, "b": 2]),
    ] as [(String, JSONValue)])
  func valid(text: String, expected: JSONValue) throws {
    #expect(try JSONValue.parse(Array(text.utf8)) == expected)
  }

  @Test(
    arguments: [
      // An integer beyond 64 bits is the nearest float64.
      ("[123456789012345678901234567890,1]", [1.2345678901234568e29, 1]),
      ("9223372036854775808", 9223372036854775808.0), ("-9223372036854775809", -9223372036854775809.0),
      // A lone half of a surrogate pair is U+FFFD: high alone, low alone, high before something else.
      (#""\ud800""#, "\u{fffd}"), (#""x\udc00y""#, "x\u{fffd}y"), (#""\ud800\n""#, "\u{fffd}\n"),
      (#""\ud800\u0041""#, "\u{fffd}A"), (#""\ud800\ud83d\ude00""#, "\u{fffd}😀"), (#"{"\uDFFF":1}"#, ["\u{fffd}": 1]),
    ] as [(String, JSONValue)])
  func repaired(text: String, expected: JSONValue) throws {
    #expect(try JSONValue.parse(Array(text.utf8)) == expected)
  }

  @Test(
    arguments: [
      ("", .empty, 0), (" \n", .empty, 2), ("nul", .unexpectedEnd(expected: "'null'"), 3),
      ("nulL", .unexpectedByte(found: UInt8(ascii: "L"), expected: "'null'"), 3),
      ("NaN", .unexpectedByte(found: UInt8(ascii: "N"), expected: "a value"), 0),
      ("01", .trailingText, 1), ("+1", .unexpectedByte(found: UInt8(ascii: "+"), expected: "a value"), 0),
      (".5", .unexpectedByte(found: UInt8(ascii: "."), expected: "a value"), 0),
      ("1.", .unexpectedEnd(expected: "a digit"), 2), ("1e", .unexpectedEnd(expected: "a digit"), 2),
      ("-", .unexpectedEnd(expected: "a digit"), 1), ("1 2", .trailingText, 2), ("{} []", .trailingText, 3),
      ("[1,]", .unexpectedByte(found: UInt8(ascii: "]"), expected: "a value"), 3),
      ("[1", .unexpectedEnd(expected: "',' or ']'"), 2),
      ("[1}", .unexpectedByte(found: UInt8(ascii: "}"), expected: "',' or ']'"), 2),
      ("{\"a\"}", .unexpectedByte(found: UInt8(ascii: "}"), expected: "':'"), 4),
      ("{\"a\":1,}", .unexpectedByte(found: UInt8(ascii: "}"), expected: "a member's name"), 7),
      ("{1:2}", .unexpectedByte(found: UInt8(ascii: "1"), expected: "a member's name"), 1),
      ("{'a':1}", .unexpectedByte(found: UInt8(ascii: "'"), expected: "a member's name"), 1),
      ("[1 /* x */]", .unexpectedByte(found: UInt8(ascii: "/"), expected: "',' or ']'"), 3),
      ("\"a", .unexpectedEnd(expected: "'\"'"), 2),
      ("\"\t\"", .unexpectedByte(found: 9, expected: "an escaped control character"), 1),
      ("\"\\x\"", .unexpectedByte(found: UInt8(ascii: "x"), expected: "an escape"), 2),
      ("\"\\u12G4\"", .unexpectedByte(found: UInt8(ascii: "G"), expected: "four hexadecimal digits"), 5),
      ("[\0]", .unexpectedByte(found: 0, expected: "a value"), 1),
      ("\u{feff}1", .unexpectedByte(found: 0xEF, expected: "a value"), 0),
      ("[1e400]", .numberOutOfRange, 1), ("-1e309", .numberOutOfRange, 0), (#"{"a\u0000":1}"#, .nulInName, 3),
    ] as [(String, JSONParseError.Kind, Int)])
  func refused(text: String, kind: JSONParseError.Kind, offset: Int) {
    #expect(throws: JSONParseError(kind, offset: offset)) { try JSONValue.parse(Array(text.utf8)) }
  }

  @Test(
    arguments: [
      [0xFF, 0xFE], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0x80],
      [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82, 0x41],
    ] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    #expect(throws: JSONParseError(.invalidUTF8, offset: 1)) { try JSONValue.parse([quote] + bytes + [quote]) }
    // Cut by the end of the text instead of by the quote.
    #expect(throws: JSONParseError(.invalidUTF8, offset: 1)) { try JSONValue.parse([quote] + bytes) }
  }

  @Test func everyScalarOfEachLengthIsRead() throws {
    for value in stride(from: UInt32(0x80), through: 0x10FFFF, by: 97) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = String(Character(scalar))
      #expect(try JSONValue.parse(Array("\"\(text)\"".utf8)) == .string(text))
    }
  }

  @Test func nestingIsLimited() throws {
    let nested = { (depth: Int) in
      [UInt8](repeating: UInt8(ascii: "["), count: depth) + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
    }
    #expect(throws: Never.self) { try JSONValue.parse(nested(512)) }
    #expect(throws: JSONParseError(.tooDeep(limit: 512), offset: 512)) { try JSONValue.parse(nested(513)) }
    #expect(throws: JSONParseError(.tooDeep(limit: 512), offset: 512)) { try JSONValue.parse(nested(100_000)) }
    // jansson's own limit holds where a greater one is asked for.
    #expect(throws: Never.self) { try JSONValue.parse(nested(2048), limits: JSONLimits(depth: .max)) }
    #expect(throws: JSONParseError(.tooDeep(limit: 2048), offset: 2048)) {
      try JSONValue.parse(nested(2049), limits: JSONLimits(depth: .max))
    }
    let objects = Array(String(repeating: "{\"a\":", count: 513).utf8)
    #expect(throws: JSONParseError(.tooDeep(limit: 512), offset: 512 * 5)) { try JSONValue.parse(objects) }
  }

  @Test func lengthIsLimited() throws {
    let text = Array("[1,2,3]".utf8)
    #expect(throws: Never.self) { try JSONValue.parse(text, limits: JSONLimits(bytes: 7)) }
    #expect(throws: JSONParseError(.tooLarge(limit: 6), offset: 6)) {
      try JSONValue.parse(text, limits: JSONLimits(bytes: 6))
    }
  }

  /// Memory is bounded by the number of values, not only by the length: an array or object counts as four.
  @Test func valuesAreLimited() throws {
    let limits = JSONLimits(values: 12)
    for text in ["[1,2,3,4,5,6,7,8]", "[[],[]]", #"{"a":1,"b":[1,2,3]}"#] {
      #expect(throws: Never.self, "\(text)") { try JSONValue.parse(Array(text.utf8), limits: limits) }
    }
    #expect(throws: JSONParseError(.tooMany(limit: 12), offset: 17)) {
      try JSONValue.parse(Array("[1,2,3,4,5,6,7,8,9]".utf8), limits: limits)
    }
    #expect(throws: JSONParseError(.tooMany(limit: 12), offset: 7)) {
      try JSONValue.parse(Array("[[],[],{}]".utf8), limits: limits)
    }
    #expect(throws: JSONParseError.self) {
      try JSONValue.parse(Array(("[" + String(repeating: "[],", count: 2_000_000) + "0]").utf8))
    }
  }

  @Test func validJSONThatCannotBeHeldIsToldFromWhatIsNotJSON() {
    #expect(JSONParseError(.numberOutOfRange, offset: 0).isGrammatical)
    #expect(JSONParseError(.nulInName, offset: 0).isGrammatical)
    #expect(!JSONParseError(.tooDeep(limit: 1), offset: 0).isGrammatical)
    #expect(!JSONParseError(.trailingText, offset: 0).isGrammatical)
    // A text that is both is not JSON.
    #expect(throws: JSONParseError(.trailingText, offset: 6)) { try JSONValue.parse(Array("1e400 x".utf8)) }
  }

  @Test func descriptionsNameThePlace() {
    #expect(
      JSONParseError(.unexpectedByte(found: 0x7D, expected: "a value"), offset: 3).description
        == "'}' where a value should stand at byte 3")
    #expect(
      JSONParseError(.unexpectedByte(found: 9, expected: "a digit"), offset: 0).description
        == "byte 0x09 where a digit should stand at byte 0")
  }

  @Test func aLargeObjectKeepsOrderAndIsFound() throws {
    let names = (0..<30_000).map { "token\($0)" } + ["é", "e\u{301}"]
    let text = "{" + names.enumerated().map { "\"\($0.element)\":\($0.offset)" }.joined(separator: ",") + "}"
    let value = try JSONValue.parse(Array(text.utf8))
    guard case .object(let object) = value else { return #expect(Bool(false), "an object was written") }
    #expect(object.keys.elementsEqual(names) { $0.utf8.elementsEqual($1.utf8) })
    #expect(object["token29999"] == 29_999)
    // The composed and the decomposed letter are two names.
    #expect(object["é"] == 30_000)
    #expect(object["e\u{301}"] == 30_001)
    #expect(object["token30000"] == nil)
  }
}
