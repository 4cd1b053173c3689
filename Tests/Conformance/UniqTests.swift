import AkinTestSupport
import JSON
import Testing

@Suite(.timeLimit(.minutes(10))) struct UniqTests {
  private let log = """
    2026-01-01 10:00:01 connection to database db-1 lost
    2026-01-01 10:00:02 connection to database db-2 lost
    2026-01-01 10:07:45 lost the connection to database db-1
    2026-01-01 10:08:00 disk /dev/sda1 is full

    2026-01-01 10:08:09 request 7f3a9c21 took 12 ms
    2026-01-01 10:08:10 request 00b1cd55 took 9041 ms
    2026-01-01 10:09:00 disk /dev/sda1 is full

    """

  @Test func linesThatSayNothingNewAreLeftOut() throws {
    let run = try Akin.run(["uniq"], input: Array(log.utf8))
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(
      run.lines == [
        "2026-01-01 10:00:01 connection to database db-1 lost", "2026-01-01 10:08:00 disk /dev/sda1 is full",
        "2026-01-01 10:08:09 request 7f3a9c21 took 12 ms",
      ])
  }

  @Test func everyLineIsNewOrNoneByTheThreshold() throws {
    let texts = "the cat sleeps\nstocks fell sharply\nthe cat is sleeping\n"
    #expect(try Akin.run(["uniq", "--threshold", "1"], input: Array(texts.utf8)).lines.count == 3)
    #expect(try Akin.run(["uniq", "--threshold", "-1"], input: Array(texts.utf8)).lines == ["the cat sleeps"])
    #expect(try Akin.run(["uniq", "--threshold", "2"], input: Array(texts.utf8)).status == 64)
  }

  /// What is forgotten is new again: memory is what it says.
  @Test func meaningsAreForgottenInTheirTurn() throws {
    let texts = (0..<20).map {
      ["a cat sleeps on the sofa", "stocks fell on wall street", "the bridge was closed"][$0 % 3]
        + " \($0)"
    }
    // Alike in meaning, and no two the same.
    let input = Array(texts.map { $0 + "\n" }.joined().utf8)
    #expect(try Akin.run(["uniq", "--numbers", "--threshold", "0.7"], input: input).lines.count == 3)
    #expect(try Akin.run(["uniq", "--numbers", "--threshold", "0.7", "--memory", "1"], input: input).lines.count == 20)
  }

  /// A broken line is passed on as it is, and the next ones are heard.
  @Test func linesInNoEncodingArePassedOn() throws {
    let run = try Akin.run(["uniq"], input: Array("a caf\u{E9} ".utf8) + [0xFF, 0x0A] + Array("disk is full\n".utf8))
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.lines.last == "disk is full")
    #expect(run.outputBytes.contains(0xFF))
  }

  @Test func jsonTellsTheLineAndTheNearest() throws {
    let values = try Akin.run(["uniq", "--json"], input: Array(log.utf8)).jsonLines()
    #expect(values.map { $0.integer("line") } == [1, 4, 6])
    #expect(values[0]["nearest"] == nil)
    #expect((values[1].float("nearest") ?? 2) < 0.85)
  }
}
