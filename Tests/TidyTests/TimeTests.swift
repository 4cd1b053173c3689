import Testing

/// What tests do with time: those that wait have a limit, so that what hangs fails, and none measures how long something takes.
@Suite struct TimeTests {
  /// Ways of waiting for another task, thread or process.
  private static let waits = [
    "Task.sleep", ".wait(", "for await", "for try await", "WriterProcess(", "Akin.run(", "Akin.runOnTerminal(",
    "usleep",
    "FolderWatch(", "ChildProgram(", "RelayedSession(",
  ]

  /// All but this one.
  private static func files(_ endings: [String]) throws -> [String] {
    try SourceTree.files(under: "Tests", endings: endings).filter { $0 != "Tests/TidyTests/TimeTests.swift" }
  }

  @Test func suitesThatWaitHaveALimit() throws {
    var count = 0
    for file in try Self.files(["swift"]) {
      let text = try SourceTree.text(of: file)
      guard text.contains("@Suite"), Self.waits.contains(where: { text.contains($0) }) else { continue }
      count += 1
      let suites = text.matches(of: /\n@Suite[^{\n]*/).map { String($0.output) }
      #expect(suites.allSatisfy { $0.contains(".timeLimit(") }, "\(file)")
    }
    #expect(count >= 30)
  }

  @Test func noTestMeasuresTime() throws {
    let clocks = try Regex(
      "ContinuousClock|SuspendingClock|clock_gettime|DispatchTime\\.now|CFAbsoluteTime|perf_counter"
        + "|time\\.(monotonic|time)\\(\\) - ")
    for file in try Self.files(["swift", "py"]) {
      #expect(try !SourceTree.text(of: file).contains(clocks), "\(file)")
    }
  }
}
