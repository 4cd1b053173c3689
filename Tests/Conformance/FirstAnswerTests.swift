import AkinTestSupport
import Foundation
import JSON
import Testing

/// A folder that was never indexed, as a person meets it on the command line.
@Suite(.timeLimit(.minutes(10))) struct FirstAnswerTests {
  private static let count = 300
  private let folder: TemporaryFolder
  private let data: TemporaryFolder
  private var environment: [String: String?] { ["AKIN_DATA": data.path, "AKIN_CONFIG": data.path + "/config.json"] }

  init() throws {
    folder = try TemporaryFolder()
    data = try TemporaryFolder()
    for number in 0..<Self.count {
      try folder.write(
        "A note of the day \(number): the weather was fine, and nothing else.\n".utf8, to: "\(number).txt")
    }
    try folder.write("How rivers flow to the sea, and why they bend.\n".utf8, to: "rivers.txt")
  }

  private func pending(_ name: String? = nil) throws -> Int? {
    try Akin.run("collections", "status", name ?? folder.path, "--json", environment: environment).jsonLines().first?
      .integer("pending")
  }

  @Test func itSaysHowMuchIsEmbedded() throws {
    let first = try Akin.run(
      "search", "--json", "--no-background", "rivers that bend", folder.path, environment: environment)
    let hit = try #require(try first.jsonLines().first, "\(first.errors)")
    #expect(first.status == 0 && hit.string("path")?.hasSuffix("rivers.txt") == true)
    #expect(try JSONField(hit, path: "")["embeddedShare"].double() < 1)
    #expect(first.errors.contains(" chunks are embedded; 'akin index' embeds the rest"))
    #expect(try #require(try pending()) > 0)

    let whole = try Akin.run("search", "--json", "--wait", "weather", folder.path, environment: environment)
    let best = try #require(try whole.jsonLines().first)
    #expect(try JSONField(best, path: "")["embeddedShare"].double() == 1)
    #expect(whole.errors.isEmpty)
    #expect(try pending() == 0)
  }

  @Test func theRestFollowsInTheBackground() throws {
    let first = try Akin.run("search", "rivers that bend", folder.path, environment: environment)
    #expect(first.errors.contains("; the rest follows in the background"))
    var left = try pending()
    for _ in 0..<600 where left != 0 {
      usleep(200_000)
      left = try pending()
    }
    #expect(left == 0)
    #expect(try Akin.run("collections", "check", folder.path, environment: environment).status == 0)
  }

  @Test func whoWantsAllWaits() throws {
    _ = try Akin.run("search", "--no-background", "--budget", "0", "rivers", folder.path, environment: environment)
    #expect(try pending() == Self.count + 1)
    let groups = try Akin.run(
      "duplicates", "--no-update", "--min-length", "1", "--json", folder.path, environment: environment)
    #expect(groups.status == 0)
    #expect(try pending() == 0)
  }

  @Test func whatWaitsIsExportedAsWhatWaits() throws {
    _ = try Akin.run("search", "--no-background", "rivers that bend", folder.path, environment: environment)
    let waiting = try #require(try pending())
    let export = try Akin.run("collections", "export", folder.path, environment: environment)
    #expect(export.errors.contains("\(waiting) chunks without a vector"))
    let copy = try Akin.run(
      ["collections", "import", "-", "--name", "copy"], input: export.outputBytes, environment: environment)
    #expect(copy.status == 0, "\(copy.errors)")
    #expect(try pending("copy") == waiting)
    #expect(try Akin.run("collections", "check", "copy", environment: environment).status == 0)
  }

  @Test func settingsSayWhatIsUsual() throws {
    try data.write(#"{"wait": true, "background": false}"#.utf8, to: "config.json")
    let run = try Akin.run("search", "--json", "weather", folder.path, environment: environment)
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(try pending() == 0)
  }
}
