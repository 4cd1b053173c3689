import JSON
import JSONRPC
import Testing

/// What each message is answered with, in both framings, with a good request behind it that must be served too.
@Suite struct MessageTests {
  private static func result(_ id: String, _ value: String) -> String {
    "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":\(value)}"
  }

  /// Messages and their one answer, whole.
  static let exact: [(String, String?)] = [
    // The specification's examples.
    (#"{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}"#, result("1", "19")),
    (#"{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}"#, result("2", "-19")),
    (
      #"{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}"#,
      result("3", "19")
    ),
    (
      #"{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}"#,
      result("4", "19")
    ),
    (#"{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}"#, nil),
    (#"{"jsonrpc": "2.0", "method": "foobar"}"#, nil),
    // Ids come back byte for byte.
    (#"{"jsonrpc":"2.0","id":0,"method":"ping"}"#, result("0", "\"pong\"")),
    (#"{"jsonrpc":"2.0","id":-7,"method":"ping"}"#, result("-7", "\"pong\"")),
    (#"{"jsonrpc":"2.0","id":"","method":"ping"}"#, result("\"\"", "\"pong\"")),
    (#"{"jsonrpc":"2.0","id":"12","method":"ping"}"#, result("\"12\"", "\"pong\"")),
    (#"{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}"#, result("9007199254740993", "\"pong\"")),
    (#"{"jsonrpc":"2.0","id":9223372036854775808,"method":"ping"}"#, result("9223372036854775808", "\"pong\"")),
    (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, result("1.5", "\"pong\"")),
    (#"{"jsonrpc":"2.0","id":2.0,"method":"ping"}"#, result("2.0", "\"pong\"")),
    (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, result("null", "\"pong\"")),
    (
      #"{"jsonrpc":"2.0","id":"\" \\ \u0001 \u00e9 é 😀","method":"ping"}"#,
      result(#""\" \\ \u0001 \u00e9 é 😀""#, "\"pong\"")
    ),
    // Parameters.
    (#"{"jsonrpc":"2.0","id":1,"method":"echo","params":null}"#, result("1", "null")),
    (#"{"jsonrpc":"2.0","id":1,"method":"echo","params":[]}"#, result("1", "null")),
    (#"{"jsonrpc":"2.0","id":1,"method":"echo","params":{}}"#, result("1", "null")),
    (#"{"jsonrpc":"2.0","id":1,"method":"echo","params":["a\u0000b"]}"#, result("1", #"["a\u0000b"]"#)),
    (
      #"{"jsonrpc":"2.0","id":1,"method":"echo","params":[123456789012345678901234567890]}"#,
      result("1", "[1.2345678901234568e+29]")
    ),
    (#"{"jsonrpc":"2.0","id":1,"method":"echo","params":["\ud800"]}"#, result("1", "[\"\u{fffd}\"]")),
    // Members: unknown ones are ignored, escaped names are names, the last duplicate stands.
    (#"{"jsonrpc":"2.0","id":1,"method":"ping","extra":[1e400]}"#, result("1", "\"pong\"")),
    (#"{"jsonrpc":"2.0","\u0069d":1,"m\u0065thod":"ping"}"#, result("1", "\"pong\"")),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping","id":2}"#, result("2", "\"pong\"")),
    // Notifications and responses are never answered.
    (#"{"jsonrpc":"2.0","method":"fail"}"#, nil),
    (#"{"jsonrpc":"2.0","method":"$/x"}"#, nil),
    (#"{"jsonrpc":"2.0","method":"echo","params":[1e400]}"#, nil),
    (#"{"jsonrpc":"2.0","id":7,"result":1}"#, nil),
    (#"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}"#, nil),
    (#"{"id":7,"result":1}"#, nil),
    // Cancelling what is not there.
    (#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"#, nil),
    (#"{"jsonrpc":"2.0","method":"$/cancelRequest"}"#, nil),
    (#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":[1]}"#, nil),
    (#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{}}}"#, nil),
    (#"{"jsonrpc":"2.0","id":5,"method":"$/cancelRequest","params":{"id":1}}"#, result("5", "null")),
    // Batches.
    (#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, "[" + result("1", "\"pong\"") + "]"),
    (#"[{"jsonrpc":"2.0","method":"update"},{"jsonrpc":"2.0","method":"foobar"}]"#, nil),
    (
      #"[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":1,"method":"subtract","params":[2,1]}]"#,
      "[" + result("1", "\"pong\"") + "," + result("1", "1") + "]"
    ),
  ]

  /// Messages and the code and id of their one answer.
  static let errors: [(String, Int, String)] = [
    (#"{"jsonrpc": "2.0", "method": "foobar", "id": "1"}"#, -32601, "\"1\""),
    (#"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#, -32600, "null"),
    ("[]", -32600, "null"), ("\"x\"", -32600, "null"), ("42", -32600, "null"), ("null", -32600, "null"),
    ("true", -32600, "null"),
    (#"{"jsonrpc":"2.0","id":true,"method":"ping"}"#, -32600, "null"),
    (#"{"jsonrpc":"2.0","id":[],"method":"ping"}"#, -32600, "null"),
    (#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600, "null"),
    (#"{"jsonrpc":"2.0","id":[1e400],"method":"ping"}"#, -32600, "null"),
    (#"{"jsonrpc":"2.0","id":1e400,"method":"foobar"}"#, -32601, "1e400"),
    (#"{"jsonrpc":"2.0","id":-1E+999,"method":"echo","params":[1e400]}"#, -32602, "-1E+999"),
    (#"{"id":1,"method":"ping"}"#, -32600, "1"), (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600, "1"),
    (#"{"jsonrpc":2.0,"id":1,"method":"ping"}"#, -32600, "1"), (#"{"id":1}"#, -32600, "1"), ("{}", -32600, "null"),
    (#"{"jsonrpc":"2.0","id":1}"#, -32600, "1"), (#"{"jsonrpc":"2.0","id":1,"method":null}"#, -32600, "1"),
    (#"{"jsonrpc":"2.0","id":1,"method":{}}"#, -32600, "1"), (#"{"jsonrpc":"2.0","id":1,"method":[]}"#, -32600, "1"),
    (#"{"jsonrpc":"2.0","id":1,"method":""}"#, -32601, "1"),
    (#"{"jsonrpc":"2.0","id":1,"method":"Ping"}"#, -32601, "1"),
    (#"{"jsonrpc":"2.0","id":1,"method":"rpc.x"}"#, -32601, "1"),
    (#"{"jsonrpc":"2.0","id":1,"method":"$/x"}"#, -32601, "1"),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}"#, -32600, "1"),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":7}"#, -32600, "1"),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":true}"#, -32600, "1"),
    // Valid JSON that cannot be held is refused under its id.
    (#"{"jsonrpc":"2.0","id":"x","method":"echo","params":[1e400]}"#, -32602, "\"x\""),
    (#"{"jsonrpc":"2.0","id":9007199254740993,"method":"echo","params":{"a\u0000b":1}}"#, -32602, "9007199254740993"),
    // What handlers throw.
    (#"{"jsonrpc":"2.0","id":1,"method":"fail"}"#, -32010, "1"),
    (#"{"jsonrpc":"2.0","id":1,"method":"failField"}"#, -32602, "1"),
    (#"{"jsonrpc":"2.0","id":1,"method":"failOther"}"#, -32603, "1"),
    (#"{"jsonrpc":"2.0","id":1,"method":"$/cancelRequest"}"#, -32602, "1"),
    (#"{"jsonrpc":"2.0","id":1,"method":"$/cancelRequest","params":{"id":[]}}"#, -32602, "1"),
    // What is not JSON.
    (#"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#, -32700, "null"),
    (
      #"[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"}, {"jsonrpc": "2.0", "method"]"#, -32700,
      "null"
    ),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping",}"#, -32700, "null"),
    (#"{"jsonrpc":"2.0","id":1 /* x */}"#, -32700, "null"),
    ("{'id':1}", -32700, "null"), (#"{"id":NaN}"#, -32700, "null"), (#"{"id":01}"#, -32700, "null"),
    (#"{"id":+1}"#, -32700, "null"), (#"{"id":.5}"#, -32700, "null"), ("{\"id\":\"\t\"}", -32700, "null"),
    (#"{"jsonrpc":"2.0","id":1,"meth"#, -32700, "null"), ("{\"id\":\0}", -32700, "null"),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping"} {"jsonrpc":"2.0","id":2,"method":"ping"}"#, -32700, "null"),
    (String(repeating: "[", count: 100_000), -32700, "null"),
  ]

  @Test(arguments: [MessageFraming.Style.lines, .headers])
  func answers(style: MessageFraming.Style) async throws {
    for (message, expected) in Self.exact {
      let answers = try await self.answers(to: Array(message.utf8), style)
      #expect(answers == (expected.map { [$0] } ?? []), "\(message)")
    }
  }

  @Test(arguments: [MessageFraming.Style.lines, .headers])
  func refusals(style: MessageFraming.Style) async throws {
    for (message, code, id) in Self.errors {
      let answers = try await self.answers(to: Array(message.utf8), style)
      let name = "\(message.prefix(100)): \(answers)"
      #expect(answers.count == 1, "\(name)")
      #expect(
        answers.first?.hasPrefix("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"error\":{\"code\":\(code),\"message\":\"")
          == true, "\(name)")
    }
  }

  @Test(
    arguments: [[0xFF, 0xFE], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE2, 0x82]] as [[UInt8]],
    [MessageFraming.Style.lines, .headers])
  func invalidUTF8(bytes: [UInt8], style: MessageFraming.Style) async throws {
    let answers = try await self.answers(to: Array("{\"id\":\"".utf8) + bytes + Array("\"}".utf8), style)
    #expect(answers.count == 1 && answers[0].contains("-32700"))
  }

  @Test func theMixedBatchOfTheSpecification() async throws {
    let batch = #"""
      [{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"}, {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
      {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"}, {"foo": "boo"},
      {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"}, {"jsonrpc": "2.0", "method": "get_data", "id": "9"}]
      """#
    let answers = try await self.answers(to: Array(batch.utf8).filter { $0 != UInt8(ascii: "\n") }, .lines)
    #expect(answers.count == 1)
    let elements = try JSONField(JSONValue.parse(Array((answers.first ?? "").utf8)), path: "").array()
    #expect(elements.map { $0["id"].value } == ["1", "2", nil, "5", "9"].map { $0.map(JSONValue.string) ?? .null })
    #expect(elements.map { $0["result"].value } == [7, 19, nil, nil, ["hello", 5]])
    #expect(elements.map { $0["error"]["code"].value } == [nil, nil, -32600, -32601, nil])
  }

  @Test func batchesOfWhatIsNoRequest() async throws {
    for (batch, ids) in [
      ("[1]", "n"), ("[1,2,3]", "nnn"), (#"[1,{"jsonrpc":"2.0","id":4,"method":"ping"}]"#, "n4"), ("[[]]", "n"),
    ] {
      let answers = try await self.answers(to: Array(batch.utf8), .lines)
      let elements = try JSONField(JSONValue.parse(Array((answers.first ?? "").utf8)), path: "").array()
      #expect(elements.map { $0["id"].value == .null ? "n" : "4" }.joined() == ids)
      #expect(elements.allSatisfy { $0["id"].value == 4 || $0["error"]["code"].value == -32600 })
    }
  }

  @Test func aBatchOverTheLimitIsRefusedAsAWhole() async throws {
    let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
    var options = RPCOptions.patient
    options.batchCount = 3
    let fits = try await exchange(Array("[\(ping),\(ping),\(ping)]\n".utf8), .lines, options: options)
    #expect(fits.answers.count == 1 && fits.answers[0].hasPrefix("[{"))
    let over = try await exchange(Array("[\(ping),\(ping),\(ping),\(ping)]\n".utf8), .lines, options: options)
    #expect(over.answers.count == 1 && over.answers[0].contains("-32600") && over.answers[0].hasPrefix("{"))
  }

  @Test func nestingOf512IsServed() async throws {
    // The message and its params are two levels.
    let nested = { (depth: Int) in
      #"{"jsonrpc":"2.0","id":1,"method":"echo","params":"# + String(repeating: "[", count: depth)
        + String(repeating: "]", count: depth) + "}"
    }
    #expect(try await answers(to: Array(nested(511).utf8), .lines).first?.contains("\"result\":[[") == true)
    #expect(try await answers(to: Array(nested(512).utf8), .lines).first?.contains("-32700") == true)
  }

  @Test func longIDsComeBack() async throws {
    let id = String(repeating: "é", count: 10_000)
    let answers = try await self.answers(to: Array(#"{"jsonrpc":"2.0","id":"\#(id)","method":"ping"}"#.utf8), .headers)
    #expect(answers == [Self.result("\"\(id)\"", "\"pong\"")])
  }

  @Test func unknownMethodsAreNamedAndCut() async throws {
    let method = String(repeating: "é", count: 100_000)
    let answers = try await self.answers(to: Array(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)"}"#.utf8), .lines)
    #expect(answers.count == 1 && answers[0].contains("éé") && answers[0].utf8.count < 400)
  }

  @Test func parseErrorsOfLinesHintAtTheCause() async throws {
    let pretty = try await exchange(Array("{\n\"id\": 1\n}\n".utf8), .lines)
    #expect(pretty.answers.count == 3 && pretty.answers.allSatisfy { $0.contains("-32700") })
    #expect(pretty.answers.first?.contains("jq -c") == true)
    let two = try await exchange(Array("{} {}\n".utf8), .lines)
    #expect(two.answers.first?.contains("one message a line") == true)
  }

  @Test func theErrorOfAFieldHasItsPath() async throws {
    let answers = try await self.answers(
      to: Array(#"{"jsonrpc":"2.0","id":1,"method":"failField","params":{"n":"x"}}"#.utf8), .lines)
    let error = try JSONField(JSONValue.parse(Array((answers.first ?? "").utf8)), path: "")["error"]
    let data: JSONValue = [
      "kind": "invalidParams", "path": "params.n", "expected": "an integer", "found": "a string of 1 character",
    ]
    #expect(error["data"].value == data)
  }

  /// The answers to `message`, after which a good request must have been served in the same session.
  private func answers(to message: [UInt8], _ style: MessageFraming.Style) async throws -> [String] {
    let alive = Array(#"{"jsonrpc":"2.0","id":"alive","method":"ping"}"#.utf8)
    let (answers, end) = try await exchange(
      MessageFraming.frame(message, style) + MessageFraming.frame(alive, style), style)
    #expect(end == .endOfInput)
    #expect(
      answers.filter { $0 == Self.result("\"alive\"", "\"pong\"") }.count == 1, "served after \(message.prefix(100))")
    return answers.filter { !$0.contains("\"alive\"") }
  }
}
