import AkinTestSupport
import JSONRPC
import Testing

/// Each session, whole, cut in two at every byte, byte by byte and in random pieces: always the same events.
@Suite struct MessageFramingTests {
  /// What an event is, without the wording of its message.
  enum Outcome: Equatable, CustomStringConvertible {
    case message(String)
    case refused(Int)
    case fatal

    init(_ event: MessageFraming.Event) {
      self =
        switch event {
        case .message(let bytes): .message(String(decoding: bytes, as: UTF8.self))
        case .refused(let error): .refused(error.code.rawValue)
        case .fatal: .fatal
        }
    }

    var description: String {
      switch self {
      case .message(let text): text
      case .refused(let code): "refused \(code)"
      case .fatal: "fatal"
      }
    }
  }

  struct Session: CustomTestStringConvertible {
    let testDescription: String
    let input: [UInt8]
    let expected: [Outcome]
    let style: MessageFraming.Style?

    init(_ name: String, _ input: String, _ style: MessageFraming.Style?, _ expected: [Outcome]) {
      self.init(name, bytes: Array(input.utf8), style, expected)
    }

    init(_ name: String, bytes: [UInt8], _ style: MessageFraming.Style?, _ expected: [Outcome]) {
      (testDescription, input, self.style, self.expected) = (name, bytes, style, expected)
    }
  }

  private static let one = "Content-Length: 7\r\n\r\n{\"a\":1}"
  private static let two = "Content-Length: 7\r\n\r\n{\"b\":2}"
  private static let a = Outcome.message("{\"a\":1}")
  private static let b = Outcome.message("{\"b\":2}")

  static let lineSessions = [
    Session("lines", "{\"a\":1}\n{\"b\":2}\n", .lines, [a, b]),
    Session("carriage returns, blank lines, blanks", "\r\n \t{\"a\":1} \r\n\r\n\n  {\"b\":2}\r\n", .lines, [a, b]),
    Session("byte order mark", "\u{feff}{\"a\":1}\n", .lines, [a]),
    Session("byte order mark, then a blank", "\u{feff} {\"a\":1}\n", .lines, [a]),
    Session("record separators", "\u{1e}{\"a\":1}\n\u{1e}{\"b\":2}\n", .lines, [a, b]),
    Session("no line feed at the end", "{\"a\":1}\n{\"b\":2}", .lines, [a, b]),
    Session("a word without a line feed", "null", .lines, [.message("null")]),
    Session("a word is no header", "null\n{\"a\":1}\n", .lines, [.message("null"), a]),
    Session("a sentence is no header", "Listening on stdin\n{\"a\":1}\n", .lines, [.message("Listening on stdin"), a]),
    Session(
      "a long word is no header", String(repeating: "x", count: 300) + ":\n", .lines,
      [.message(String(repeating: "x", count: 300) + ":")]),
    Session("a colon alone is no header", ": 5\n", .lines, [.message(": 5")]),
    Session("part of a byte order mark", bytes: [0xEF, 0xBB, 0x31, 0x0A], .lines, [.message("\u{fffd}1")]),
    Session("nothing", "", nil, []),
    Session("blank lines only", " \r\n\n", nil, []),
    Session(
      "a header inside a session of lines", "{\"a\":1}\nContent-Length: 7\n", .lines,
      [a, .message("Content-Length: 7")]),
  ]

  static let headerSessions = [
    Session("frames", one + two, .headers, [a, b]),
    Session("byte order mark", "\u{feff}" + one, .headers, [a]),
    Session("name in lower case", "content-length: 7\r\n\r\n{\"a\":1}" + two, .headers, [a, b]),
    Session("name in upper case", "CONTENT-LENGTH: 7\r\n\r\n{\"a\":1}" + two, .headers, [a, b]),
    Session("no blank", "Content-Length:7\r\n\r\n{\"a\":1}" + two, .headers, [a, b]),
    Session("tabs and trailing blanks", "Content-Length: \t 7 \t\r\n\r\n{\"a\":1}" + two, .headers, [a, b]),
    Session("line feeds alone", "Content-Length: 7\n\n{\"a\":1}" + two, .headers, [a, b]),
    Session("type before", "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n" + one, .headers, [a]),
    Session("type after", "Content-Length: 7\r\nContent-Type: x/y; charset=utf8\r\n\r\n{\"a\":1}", .headers, [a]),
    Session("charset quoted", "Content-Type: x/y; v=1; CharSet = \"UTF-8\"\r\n" + one, .headers, [a]),
    Session("charset unknown", "Content-Type: x/y; charset=utf-16\r\n" + one + two, .headers, [.refused(-32600), b]),
    Session("unknown headers", "X-A: b:c:d\r\nX-Empty:\r\nx_y: \r\n" + one + two, .headers, [a, b]),
    Session(
      "body in several bytes a letter", "Content-Length: 8\r\n\r\n\"é😀\"" + one, .headers, [.message("\"é😀\""), a]),
    Session(
      "body with line ends", "Content-Length: 12\r\n\r\n{\r\n\"a\":1\r\n}\n" + one, .headers,
      [.message("{\r\n\"a\":1\r\n}\n"), a]),
    Session("blank lines between frames", one + "\r\n\n \r\n" + two, .headers, [a, b]),
    Session("equal lengths", "Content-Length: 7\r\n" + one, .headers, [a]),
    Session("different lengths", "Content-Length: 8\r\n" + one + two, .headers, [.refused(-32600), .fatal]),
    Session("length 0", "Content-Length: 0\r\n\r\n" + one, .headers, [.refused(-32700), a]),
    Session("length negative", "Content-Length: -5\r\n\r\n{}" + one, .headers, [.refused(-32600), a]),
    Session("length not a number", "Content-Length: abc\r\n\r\n{}" + one + two, .headers, [.refused(-32600), a, b]),
    Session("length hexadecimal", "Content-Length: 0x2b\r\n\r\n" + one, .headers, [.refused(-32600), a]),
    Session("length with exponent", "Content-Length: 1e3\r\n\r\n" + one, .headers, [.refused(-32600), a]),
    Session("length empty", "Content-Length:\r\n\r\n" + one, .headers, [.refused(-32600), a]),
    Session(
      "length of 20 nines", "Content-Length: 99999999999999999999\r\n\r\n" + one, .headers, [.refused(-32600), .fatal]),
    Session("3 GiB claimed", "Content-Length: 3221225472\r\n\r\n{", .headers, [.refused(-32600), .fatal]),
    Session("no length", "X-Other: 1\r\n\r\n" + one, .headers, [.refused(-32600), a]),
    Session("no length before a body", "X-Other: 1\r\n\r\n{\"x\":1}" + one + two, .headers, [.refused(-32600), a, b]),
    Session(
      "length after a bad one", "Content-Length: x\r\nContent-Length: 7\r\n\r\n{\"a\":1}", .headers,
      [.refused(-32600), a]),
    Session("a line in a session of headers", one + "{\"c\":\"d\"}\n" + two, .headers, [a, .refused(-32700), b]),
    Session("a line without a colon", "X: y\r\nhello\r\n" + one, .headers, [.refused(-32700), a]),
    Session(
      "length in characters", "Content-Length: 4\r\n\r\n[\"é\"]" + one, .headers,
      [.message("[\"é"), .refused(-32700), a]),
    Session("cut in a header", one + "Content-Le", .headers, [a, .fatal]),
    Session("cut after a header", one + "Content-Length: 7\r\n", .headers, [a, .fatal]),
    Session("cut in a body", one + "Content-Length: 7\r\n\r\n{\"a", .headers, [a, .fatal]),
    Session("cut before a body", "Content-Length: 7\r\n\r\n", .headers, [.fatal]),
    Session(
      "a claim inside a string is no frame", "Content-Length: x\r\n\r\n{\"s\":\"}Content-Length: 7 \"}\n" + one,
      .headers, [.refused(-32600), a]),
  ]

  @Test(arguments: lineSessions + headerSessions)
  func wholeAndCutAnywhere(session: Session) {
    expect(session, [session.input], "whole")
    expect(session, session.input.map { [$0] }, "byte by byte")
    for cut in 0...session.input.count {
      expect(session, [Array(session.input[..<cut]), Array(session.input[cut...])], "cut at \(cut)")
    }
    var random = SeededRandom(seed: UInt64(session.input.count))
    for round in 0..<50 {
      var pieces: [[UInt8]] = []
      var rest = session.input[...]
      while !rest.isEmpty {
        let count = Int.random(in: 0...min(9, rest.count), using: &random)
        pieces.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
      expect(session, pieces, "round \(round)")
    }
  }

  @Test func aLineOverTheLimitIsRefusedOnceAndSkipped() {
    var framing = MessageFraming(limit: 10)
    let input = "{\"a\":1234}\n{\"a\":12345}xxxxxxxxxxxxxxxxxx\n{\"b\":2}\n"
    let events = input.utf8.flatMap { framing.feed([$0]) }.map(Outcome.init)
    #expect(events == [.message("{\"a\":1234}"), .refused(-32600), Self.b])
  }

  @Test func aFrameOverTheLimitIsRefusedAndSkipped() {
    var framing = MessageFraming(limit: 7)
    let events = framing.feed(Array("Content-Length: 8\r\n\r\n12345678\(Self.one)".utf8))
    #expect(events.map(Outcome.init) == [.refused(-32600), Self.a])
    guard case .refused(let error)? = events.first else { return #expect(Bool(false)) }
    #expect(error.message.contains("8") && error.message.contains("7"))
  }

  @Test func headersWithoutEndAreFatalAfter64KiB() {
    var framing = MessageFraming(limit: 1 << 20)
    let chunk = Array(String(repeating: "X-Filler: 0123456789\r\n", count: 100).utf8)
    var fed = 0
    var events: [MessageFraming.Event] = []
    while events.isEmpty, fed < 1 << 20 {
      events += framing.feed(chunk)
      fed += chunk.count
    }
    #expect(events.map(Outcome.init) == [.refused(-32600), .fatal])
    // Line ends are not counted.
    #expect(fed <= (72 << 10) + chunk.count)
    #expect(framing.feed(Array(Self.one.utf8)).isEmpty, "nothing is read after a fatal event")
    #expect(framing.finish().isEmpty)
  }

  @Test func aLostFrameIsFatalAfter64KiB() {
    var framing = MessageFraming(limit: 1 << 20)
    var events = framing.feed(Array("Content-Length: x\r\n".utf8))
    for _ in 0..<(1 << 20) / 1024 { events += framing.feed([UInt8](repeating: 0x20, count: 1024)) }
    #expect(events.map(Outcome.init) == [.refused(-32600), .refused(-32600), .fatal])
  }

  @Test func aCutBodyIsToldWithItsNumbers() {
    var framing = MessageFraming(limit: 1 << 20)
    _ = framing.feed(Array("Content-Length: 100\r\n\r\n{\"a\":".utf8))
    #expect(framing.finish() == [.fatal("the input ended after 5 bytes of a message of 100")])
  }

  @Test func writing() {
    #expect(MessageFraming.frame(Array("\"é\"".utf8), .headers) == Array("Content-Length: 4\r\n\r\n\"é\"".utf8))
    #expect(MessageFraming.frame(Array("{}".utf8), .lines) == Array("{}\n".utf8))
  }

  private func expect(_ session: Session, _ pieces: [[UInt8]], _ name: String) {
    var framing = MessageFraming(limit: 1 << 20)
    let events = pieces.flatMap { framing.feed($0) } + framing.finish()
    #expect(events.map(Outcome.init) == session.expected, "\(session.testDescription), \(name)")
    #expect(framing.style == session.style, "\(session.testDescription), \(name)")
  }
}
