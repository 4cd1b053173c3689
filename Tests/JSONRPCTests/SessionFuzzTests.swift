import AkinTestSupport
import Foundation
import JSON
import JSONRPC
import Testing

/// Damaged sessions. Whatever comes in, the connection ends, what goes out is whole messages, no request is answered
/// twice, and one that was not damaged is answered.
@Suite(.timeLimit(.minutes(30))) struct SessionFuzzTests {
  init() {
    signal(SIGPIPE, SIG_IGN)
  }

  /// A session of requests with ids of their own, and of what is not answered.
  private struct Session {
    var messages: [[UInt8]] = []
    /// The id of a request in a message; nil where it holds none.
    var ids: [Int?] = []

    init(_ random: inout SeededRandom) {
      for _ in 0..<Int.random(in: 3...12, using: &random) {
        // Damage does not make one of these ids into another.
        let id = Int.random(in: 100_000_000...999_999_999, using: &random)
        let (message, isRequest) = Self.message(id, &random)
        messages.append(Array(message.utf8))
        ids.append(isRequest ? id : nil)
      }
    }

    private static func message(_ id: Int, _ random: inout SeededRandom) -> (text: String, isRequest: Bool) {
      let request = { (id: Int, rest: String) in "{\"jsonrpc\":\"2.0\",\"id\":\(id),\(rest)}" }
      switch Int.random(in: 0..<9, using: &random) {
      case 0: return (request(id, #""method":"ping""#), true)
      case 1: return (request(id, #""method":"subtract","params":[42,23]"#), true)
      case 2: return (request(id, #""method":"subtract","params":{"minuend":1.5,"subtrahend":"é😀"}"#), true)
      case 3: return (request(id, #""method":"progress","params":{"workDoneToken":"t\u0000"}"#), true)
      case 4: return (request(id, #""method":"failOther","params":null"#), true)
      case 5: return (request(id, #""method":"echo","params":[[[{"a":[1e10,-0.5,true,null,"\ud83d\ude00"]}]]]"#), true)
      case 6: return (#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1000}}"#, false)
      case 7: return (#"{"jsonrpc":"2.0","method":"update","params":{"x":[1,2,3]}}"#, false)
      default:
        let pair = "[\(request(-id, #""method":"ping""#)),\(request(id, #""method":"echo""#)),{}]"
        return (pair, true)
      }
    }
  }

  /// Changes of a message that a broken client makes: of values, of members, and of the JSON around them.
  private static func distort(_ message: inout [UInt8], _ random: inout SeededRandom) {
    let pairs = [
      ("\"2.0\"", "2.0"), ("\"id\"", "\"ID\""), ("\"method\"", "\"params\""), (":", ":["), ("{", "[{"), ("}", "}}"),
      ("\"params\"", "\"id\""), ("[", "{"), (",", ",,"), ("true", "tru"), ("\\ud83d", "\\ud83"), ("1", "1e999"),
      ("2", "123456789012345678901234567890"), ("null", "NaN"), ("é", "\u{0}"), ("ping", "exit"), ("ping", "pong "),
      ("\"", "'"), ("}", ""), ("\"jsonrpc\":\"2.0\",", ""), ("\"id\":", "\"id\":null,\"id\":"), ("echo", "\\u0065cho"),
    ]
    let (old, new) = pairs.randomElement(using: &random) ?? ("", "")
    let text = String(decoding: message, as: UTF8.self)
    if let range = text.range(of: old) {
      message = Array(text.replacingCharacters(in: range, with: new).utf8)
    } else {
      random.damage(&message)
    }
  }

  private static func damage(_ message: inout [UInt8], _ random: inout SeededRandom) {
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      if Bool.random(using: &random) { distort(&message, &random) } else { random.damage(&message) }
    }
  }

  @Test func damagedLinesCostNoOtherLine() async throws {
    var random = SeededRandom(seed: Fuzzing.seed)
    let rounds = Fuzzing.count(1500)
    for round in 0..<rounds {
      var session = Session(&random)
      // The first line tells the framing.
      for index in session.messages.indices.dropFirst() where Int.random(in: 0..<3, using: &random) == 0 {
        Self.damage(&session.messages[index], &random)
        session.ids[index] = nil
      }
      let (counts, end) = try await answers(
        to: session.messages.flatMap { MessageFraming.frame($0, .lines) }, .lines, "round \(round)")
      // A damaged `ping` may have become `exit`, after which nothing is read.
      if end == .endOfInput { expectOnce(session.ids, counts, "round \(round)") }
    }
    Fuzzing.report("damaged lines", inputs: rounds)
  }

  @Test func damagedBodiesCostNoOtherFrame() async throws {
    var random = SeededRandom(seed: Fuzzing.seed + 1)
    let rounds = Fuzzing.count(1500)
    for round in 0..<rounds {
      var session = Session(&random)
      for index in session.messages.indices where Int.random(in: 0..<3, using: &random) == 0 {
        Self.damage(&session.messages[index], &random)
        session.ids[index] = nil
      }
      let input = session.messages.flatMap { MessageFraming.frame($0, .headers) }
      let (counts, end) = try await answers(to: input, .headers, "round \(round)")
      if end == .endOfInput { expectOnce(session.ids, counts, "round \(round)") }
    }
    Fuzzing.report("damaged bodies", inputs: rounds)
  }

  /// Headers that are wrong, doubled or lost, frames that are cut, and bytes between them.
  @Test func damagedFramesEndInOrder() async throws {
    var random = SeededRandom(seed: Fuzzing.seed + 2)
    let rounds = Fuzzing.count(2000)
    let wrong = [
      "Content-Length: -1\r\n\r\n", "Content-Length: 99999999999999999999\r\n\r\n", "Content-Length: 0\r\n\r\n", "\r\n",
      "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "Content-Type: x; charset=latin1\r\n", "X: y\r\n\r\n", "{}\n",
      "Content-Length : 7\n\n", "content-length:2\n\n{}", "Content-Length: 3\r\n\r\n{}\u{0}",
    ]
    for round in 0..<rounds {
      let session = Session(&random)
      var input: [UInt8] = []
      for message in session.messages {
        if Int.random(in: 0..<4, using: &random) == 0 { input += (wrong.randomElement(using: &random) ?? "").utf8 }
        input += MessageFraming.frame(message, .headers)
      }
      for _ in 0..<Int.random(in: 0...4, using: &random) { random.damage(&input) }
      let style = Bool.random(using: &random) ? MessageFraming.Style.headers : .lines
      _ = try await answers(to: input, style, "round \(round)")
    }
    Fuzzing.report("damaged frames", inputs: rounds)
  }

  @Test func randomBytesEndInOrder() async throws {
    var random = SeededRandom(seed: Fuzzing.seed + 3)
    let rounds = Fuzzing.count(1000)
    let pieces = [
      "Content-Length: ", "\r\n\r\n", "{\"jsonrpc\":\"2.0\"", "\"id\":", "\n", "[", "]", "}", "\u{feff}", "1",
    ]
    for round in 0..<rounds {
      var input: [UInt8] = []
      for _ in 0..<Int.random(in: 0...20, using: &random) {
        if Bool.random(using: &random) {
          input += (pieces.randomElement(using: &random) ?? "").utf8
        } else {
          input += (0..<Int.random(in: 0...8, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
      }
      _ = try await answers(to: input, .lines, "random \(round)")
    }
    Fuzzing.report("random bytes", inputs: rounds)
  }

  private func expectOnce(_ ids: [Int?], _ counts: [Int: Int], _ name: String) {
    for id in ids.compactMap(\.self) { #expect(counts[id] == 1, "\(name): id \(id)") }
  }

  /// Answers by id that is an integer; checks that all of them are answers and none comes twice.
  private func answers(
    to input: [UInt8], _ style: MessageFraming.Style, _ name: String
  ) async throws -> (counts: [Int: Int], end: RPCEnd?) {
    let (texts, end) = try await exchange(input, style)
    var counts: [Int: Int] = [:]
    for text in texts {
      guard let value = try readable(text) else { continue }
      let message = JSONField(value, path: "")
      if case .array? = message.value {
        let elements = try message.array()
        #expect(!elements.isEmpty, "\(name)")
        for element in elements { try check(element, &counts, name) }
      } else if message["method"].isPresent {
        #expect(try message["method"].string() == "$/progress", "\(name)")
      } else {
        try check(message, &counts, name)
      }
    }
    return (counts, end)
  }

  /// What a message says; nil for the answer to a damaged id beyond float64, which comes back as it was sent.
  private func readable(_ text: String) throws -> JSONValue? {
    do throws(JSONParseError) {
      return try JSONValue.parse(Array(text.utf8))
    } catch {
      guard error.kind == .numberOutOfRange else { throw error }
      return nil
    }
  }

  private func check(_ answer: JSONField, _ counts: inout [Int: Int], _ name: String) throws {
    let keys = Set(try answer.object().keys)
    #expect(keys == ["jsonrpc", "id", "result"] || keys == ["jsonrpc", "id", "error"], "\(name): \(keys)")
    if answer["error"].isPresent {
      #expect(Set(try answer["error"].object().keys).isSubset(of: ["code", "message", "data"]), "\(name)")
      _ = try answer["error"]["code"].int()
      _ = try answer["error"]["message"].string()
    }
    if let id = try? answer["id"].int() { counts[id, default: 0] += 1 }
  }
}
