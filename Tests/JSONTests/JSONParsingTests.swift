import AkinTestSupport
import JSON
import Testing

/// What `JSONValue.parse` accepts, refuses and repairs.
@Suite struct JSONParsingTests {
  @Test(
    arguments: [
      ("null", JSONValue.null), (" true ", true), ("false", false), ("0", 0), ("-7", -7),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("1.5", 1.5), ("1e3", 1000.0), ("-0.0", -0.0), ("1E-400", 0.0),
      ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
      (#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é😀""#, "a\"\\/\u{8}\u{c}\n\r\té😀é😀"),
      (#""a\u0000b""#, "a\0b"), ("[]", []), ("{}", [:]), ("\t[ 1 ,\r\n[ ] , { } ] ", [1, [], [:]]),
      (#"{"b":1,"a":{"c":[null]}}"#, ["b": 1, "a": ["c": [nil]]]),
    ] as [(String, JSONValue)])
  func valid(text: String, expected: JSONValue) throws {
    #expect(try JSONValue.parse(Array(text.utf8)) == expected)
  }
}
