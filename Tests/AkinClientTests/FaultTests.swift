import AkinClient
import AkinProtocol
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

@Suite(.timeLimit(.minutes(10))) struct FaultTests {
  @Test func aKilledServerIsReplacedAndAskedAgain() async throws {
    try await withClient { akin in
      let before = try await akin.embed("a cat")
      let first = try #require(await akin.serverProcessIdentifier)
      let calls = (0..<40).map { i in
        Task { try await akin.embed(Array(repeating: "\(i) " + String(repeating: "word ", count: 50), count: 4)) }
      }
      try await Task.sleep(for: .milliseconds(50))
      kill(first, SIGKILL)
      for call in calls { #expect(try await call.value.count == 4) }
      #expect(try await akin.embed("a cat") == before)
      #expect(await akin.serverProcessIdentifier != first)
    }
  }

  @Test func aServerThatDiesTwiceIsToldWithItsLastWords() async throws {
    try await withClient(.script("read line; echo out of luck >&2; exit 3")) { akin in
      for _ in 0..<2 {
        let error = await #expect(throws: AkinClientError.self) { try await akin.embed("x") }
        let told = error?.description ?? ""
        #expect(told.contains("the server") && told.contains("3") && told.contains("out of luck"))
      }
    }
  }

  @Test func aProgramThatIsNoServer() async throws {
    try await withClient(.script("echo Welcome; exec cat >/dev/null")) { akin in
      let error = await #expect(throws: AkinClientError.self) { try await akin.embed("x") }
      #expect(error?.description == "unexpected answer: the program is no Akin server")
    }
  }

  @Test(arguments: ["/nowhere/akin", "no-such-program-as-this"])
  func aProgramThatIsNowhere(_ program: String) async throws {
    try await withClient(ServerCommand(program: program, arguments: ["serve"])) { akin in
      let error = await #expect(throws: AkinClientError.self) { try await akin.embed("x") }
      let told = error?.description ?? ""
      #expect(told.contains(program) && told.contains("make install"))
    }
  }

  @Test func noiseOnStandardErrorStopsNothing() async throws {
    try await withClient(.script("yes noise | head -c 3000000 >&2; exec \"$0\" serve")) { akin in
      let vector = try await akin.embed("x")
      #expect(vector.count == 384)
    }
  }

  @Test func aCancelledTaskCancelsItsRequest() async throws {
    try await withClient { akin in
      _ = try await akin.embed("x")
      let texts = Array(repeating: String(repeating: "word ", count: 100), count: 200)
      let call = Task { try await akin.embed(texts) }
      try await Task.sleep(for: .milliseconds(30))
      call.cancel()
      await #expect(throws: CancellationError.self) { try await call.value }
      #expect(try await akin.embed("x").count == 384)
      let status = try await akin.request(ServerStatusMethod.self, NoParameters())
      #expect(try #require(status.engine).cancelled >= 1)
    }
  }

  @Test func closingEndsWhatIsUnderWayAndTheServer() async throws {
    let akin = AkinClient(.script("cat >/dev/null"))
    let call = Task { try await akin.embed("x") }
    var process: Int32?
    while process == nil {
      process = await akin.serverProcessIdentifier
      try await Task.sleep(for: .milliseconds(5))
    }
    await akin.close()
    await #expect(throws: AkinClientError.closed) { try await call.value }
    await #expect(throws: AkinClientError.closed) { try await akin.embed("x") }
    #expect(try await isAliveAfterPatience(#require(process)) == false)
  }

  @Test func aClientNoLongerUsedEndsItsServer() async throws {
    var akin: AkinClient? = AkinClient(.built)
    _ = try await akin?.tokenize(["x"])
    let process = try #require(await akin?.serverProcessIdentifier)
    akin = nil
    #expect(try await isAliveAfterPatience(process) == false)
  }
}
