import AkinTestSupport
import Foundation
import JSON
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// `akin serve` from outside: frames, ends, signals, limits.
@Suite(.timeLimit(.minutes(10))) struct ServeTests {
  private static func embed(_ text: String, id: Int) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"embed","params":{"input":"\#(text)"}}"#
  }

  private static func frame(_ body: String) -> String {
    "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// The bodies of a stream of frames, which must hold nothing else.
  private static func bodies(_ bytes: [UInt8]) throws -> [JSONValue] {
    var rest = bytes[...]
    var bodies: [JSONValue] = []
    while !rest.isEmpty {
      let header = String(decoding: rest.prefix(40), as: UTF8.self)
      let match = try #require(header.prefixMatch(of: #/Content-Length: (\d+)\r\n\r\n/#), "\(header)")
      let start = rest.startIndex + match.0.utf8.count
      let end = start + (Int(match.1) ?? 0)
      bodies.append(try JSONValue.parse(Array(rest[start..<end])))
      rest = rest[end...]
    }
    return bodies
  }

  private static func vector(_ answer: JSONValue) throws -> [Float] {
    try JSONField(answer["result"], path: "result")["embeddings"].array().first?.float32s() ?? []
  }

  // MARK: Answers

  @Test func oneLineInOneLineOut() throws {
    let run = try Akin.run("serve", input: Self.embed("hello", id: 1) + "\n")
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    #expect(run.lines.count == 1)
    let answer = try #require(try run.jsonLines().first)
    #expect(answer["id"] == 1)
    #expect(
      try Self.vector(answer) == (try Akin.run("embed", "--json", "hello").jsonLines().first?.floats("embedding")))
  }

  @Test func headersInHeadersOut() throws {
    let input = Self.frame(Self.embed("hello", id: 7)) + Self.frame(Self.embed("hallo", id: 8))
    let run = try Akin.run("serve", input: input)
    #expect(run.status == 0)
    let answers = try Self.bodies(run.outputBytes)
    #expect(Set(answers.map { $0.integer("id") }) == [7, 8])
    let first = try #require(answers.first { $0["id"] == 7 })
    #expect(try Self.vector(first) == (try Akin.run("embed", "--json", "hello").jsonLines().first?.floats("embedding")))
  }

  @Test func everyMethodAnswers() throws {
    let requests = [
      Self.embed("a", id: 1),
      #"{"jsonrpc":"2.0","id":2,"method":"tokenize","params":{"input":"by the fire"}}"#,
      #"{"jsonrpc":"2.0","id":3,"method":"similarity","params":{"left":"a king","right":["a queen","a stone"]}}"#,
      #"{"jsonrpc":"2.0","id":4,"method":"search","params":{"query":"royalty","documents":["a stone","a king"],"topK":1}}"#,
      #"{"jsonrpc":"2.0","id":5,"method":"detokenize","params":{"ids":[101,2011,1996,2543,102]}}"#,
      #"{"jsonrpc":"2.0","id":6,"method":"model/info"}"#,
      #"{"jsonrpc":"2.0","id":7,"method":"model/list"}"#,
    ]
    let run = try Akin.run("serve", input: requests.map { $0 + "\n" }.joined())
    #expect(run.status == 0)
    let answers = Dictionary(try run.jsonLines().map { ($0.integer("id") ?? -1, $0) }, uniquingKeysWith: { $1 })
    #expect(answers.count == requests.count)
    for (id, answer) in answers { #expect(answer["result"] != nil && answer["error"] == nil, "\(id): \(answer)") }
    let ids = JSONField(answers[2]?["result"], path: "result")["encodings"]
    #expect(try ids.array().first?["ids"].value == [101, 2011, 1996, 2543, 102])
    let hits = try JSONField(answers[4]?["result"], path: "result")["results"].array().first?.array()
    #expect(try hits?.map { hit throws(JSONFieldError) in try hit["index"].int() } == [1])
  }

  @Test func badLinesAreAnsweredAndTheSessionGoesOn() throws {
    let input =
      "not json\n" + #"{"jsonrpc":"2.0","id":2,"method":"embed","params":{"input":3}}"# + "\n" + Self.embed("a", id: 3)
      + "\n"
    let run = try Akin.run("serve", input: input)
    #expect(run.status == 0)
    let answers = try run.jsonLines()
    #expect(answers.count == 3)
    #expect(answers.contains { $0["id"] == .null && $0["error"]?["code"] == -32700 })
    #expect(answers.contains { $0["id"] == 2 && $0["error"]?["code"] == -32602 })
    #expect(answers.contains { $0["id"] == 3 && $0["result"] != nil })
  }

  @Test func missingModelIsAnAnswer() throws {
    let run = try Akin.run("serve", "--model", "nobody/nothing", input: Self.embed("a", id: 1) + "\n")
    #expect(run.status == 0)
    let error = try #require(try run.jsonLines().first?["error"])
    #expect(error.string("message")?.contains("nobody/nothing") == true)
  }

  // MARK: Ends

  @Test func emptyInputIsAGoodEnd() throws {
    let run = try Akin.run("serve")
    #expect(run.status == 0)
    #expect(run.outputBytes.isEmpty && run.errors.isEmpty)
  }

  @Test(arguments: zip([true, false], [0, 1] as [Int32]))
  func exitFollowsShutdown(shutsDown: Bool, status: Int32) throws {
    var messages = [#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#]
    if shutsDown { messages.append(#"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"#) }
    messages.append(#"{"jsonrpc":"2.0","method":"exit"}"#)
    let run = try Akin.run("serve", input: messages.map { $0 + "\n" }.joined())
    #expect(run.status == status)
    #expect(run.lines.count == messages.count - 1)
  }

  @Test(arguments: zip([SIGTERM, SIGINT], [0, 130] as [Int32]))
  func signalsEndItInOrder(signal: Int32, status: Int32) throws {
    let session = try Session()
    try session.send(Self.embed("hello", id: 1) + "\n")
    #expect(try session.line().contains(#""id":1"#))
    session.process.send(signal: signal)
    let end = try session.process.wait()
    #expect(end.signal == nil)
    #expect(end.status == status)
  }

  /// What can be finished in time is finished, the rest is answered as given up, and the last message is whole.
  @Test func terminationDuringWorkAnswersAll() throws {
    let session = try Session()
    let text = String(repeating: "The cat is running on the stairs. ", count: 40)
    let texts = Array(repeating: "\"\(text)\"", count: 4000).joined(separator: ",")
    // Once the small request has been answered, the large one has been accepted.
    try session.send(#"{"jsonrpc":"2.0","id":1,"method":"embed","params":{"input":[\#(texts)]}}"# + "\n")
    try session.send(#"{"jsonrpc":"2.0","id":2,"method":"similarity","params":{"left":[1,0]}}"# + "\n")
    #expect(try session.line().contains(#""id":2"#))
    session.process.send(signal: SIGTERM)
    let answer = try JSONValue.parse(Array(try session.line().utf8))
    #expect(answer["id"] == 1 && answer["error"]?["code"] == -32802)
    let end = try session.process.wait()
    #expect(end.signal == nil && end.status == 0)
  }

  /// More than a pipe holds is on its way when the signal comes: the client still reads whole messages and nothing else.
  @Test func terminationDuringWritingEndsWithAWholeMessage() throws {
    let session = try Session()
    let input = Array(repeating: "\"a\"", count: 2000).joined(separator: ",")
    try session.send(#"{"jsonrpc":"2.0","id":1,"method":"embed","params":{"input":[\#(input)]}}"# + "\n")
    // The first byte has been read: the writer waits for the rest to be.
    let first = try session.bytes(1)
    session.process.send(signal: SIGTERM)
    let rest = try session.bytes(Int.max)
    let lines = (first + rest).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    #expect(lines.count == 2 && lines[1].isEmpty)
    let answer = try JSONValue.parse(Array(lines[0]))
    #expect(answer["id"] == 1 && answer["result"] != nil)
    let end = try session.process.wait()
    #expect(end.signal == nil && end.status == 0)
  }

  @Test func clientThatGoesAwayEndsIt() throws {
    let (read, write) = try Descriptors.pipe()
    close(read)
    let run = try Akin.run(["serve"], input: Self.embed("a", id: 1) + "\n", output: write)
    #expect(run.end.signal == nil)
    #expect(run.status == 1)
  }

  // MARK: Options

  @Test func limitsAreToldAndHeld() throws {
    let long = Self.embed(String(repeating: "x", count: 300), id: 2)
    let input = [#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#, long, Self.embed("a", id: 3)]
    let run = try Akin.run(
      "serve", "--max-message-bytes", "200", "--max-inputs", "5", input: input.map { $0 + "\n" }.joined())
    let answers = try run.jsonLines()
    #expect(run.output.contains(#""maxMessageBytes":200"#) && run.output.contains(#""maxInputs":5"#))
    #expect(answers.contains { $0["id"] == .null && $0["error"]?["code"] == -32600 })
    #expect(answers.contains { $0["id"] == 3 && $0["result"] != nil })
  }

  @Test func logGoesToItsFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("akin.log")
    let run = try Akin.run(
      "serve", "--log", path, "--log-level", "debug", input: "not json\n" + Self.embed("a", id: 1) + "\n")
    #expect(run.errors.isEmpty)
    #expect(run.lines.count == 2)
    #expect(try !Data(contentsOf: URL(fileURLWithPath: path)).isEmpty)
    #expect(try Akin.run("serve", "--log", "/no/such/folder/akin.log").status == 74)
  }

  /// A server that a test talks to while it runs.
  private struct Session {
    let process: ChildProcess
    private let input: Int32
    private let output: Int32

    init() throws {
      let (inputRead, inputWrite) = try Descriptors.pipe()
      let (outputRead, outputWrite) = try Descriptors.pipe()
      let errors = try Descriptors.open("/dev/null", O_WRONLY)
      process = try ChildProcess.spawn(
        Akin.binary, ["serve"], environment: Akin.environment(), streams: [inputRead, outputWrite, errors])
      for end in [inputRead, outputWrite, errors] { close(end) }
      (input, output) = (inputWrite, outputRead)
    }

    func send(_ text: String) throws {
      let bytes = Array(text.utf8)
      guard write(input, bytes, bytes.count) == bytes.count else { throw POSIXFailure(call: "write", code: errno) }
    }

    func line() throws -> String { try Descriptors.line(output) }

    /// So many bytes, or what there is until the end.
    func bytes(_ count: Int) throws -> [UInt8] {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while bytes.count < count {
        let taken = read(output, &buffer, min(buffer.count, count - bytes.count))
        guard taken >= 0 else { throw POSIXFailure(call: "read", code: errno) }
        if taken == 0 { break }
        bytes += buffer[..<taken]
      }
      return bytes
    }
  }
}
