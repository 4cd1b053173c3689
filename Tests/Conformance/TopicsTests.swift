import AkinTestSupport
import JSON
import Testing

@Suite(.timeLimit(.minutes(10))) struct TopicsTests {
  static let cats = [
    "The cat sleeps on the sofa.", "A kitten sleeps on the cushion.", "Our cat and her kitten sleep all day.",
    "Cats and kittens sleep a lot.", "The cat is asleep on the sofa again.",
  ]
  static let trains = [
    "Trains to Berlin run late today.", "The train to Hamburg is late.", "The late train to Munich was cancelled.",
    "No train leaves from platform nine.", "Passengers wait for the delayed train.",
  ]
  private let lines = zip(cats, trains).flatMap { [$0, $1] } + [trains[2]]

  @Test func linesAreGroupedByMeaning() throws {
    let run = try Akin.run("topics", "-", "--json", input: lines.map { $0 + "\n" }.joined())
    #expect(run.status == 0 && run.errors.isEmpty)
    let groups = try run.jsonLines()
    #expect(groups.map { $0.integer("size") } == [6, 5])
    #expect(groups.map { $0.integer("group") } == [1, 2])
    #expect(groups[0].string("label")?.contains("train") == true)
    #expect(groups[1].string("label")?.contains("cat") == true || groups[1].string("label")?.contains("sleep") == true)
    let members = try JSONField(groups[0], path: "group")["members"].array()
    #expect(Set(try members.map { member throws(JSONFieldError) in try member["text"].string() }) == Set(Self.trains))
    let copied = try #require(members.first { $0["copies"].isPresent })
    #expect(try copied["text"].string() == Self.trains[2])
    #expect(copied["copies"].value == [["line": 11]])
    // The same texts have the same groups, and a number that is asked for is kept.
    #expect(try Akin.run("topics", "-", "--json", input: lines.map { $0 + "\n" }.joined()).output == run.output)
    #expect(
      try Akin.run("topics", "-n3", "-", input: lines.map { $0 + "\n" }.joined()).lines.last?.hasPrefix("3\t") == true)
  }

  @Test func aPipeGetsATextALine() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(lines.map { $0 + "\n" }.joined().utf8, to: "lines.txt")
    let rows = try Akin.run("topics", "--input", file).lines.map { $0.split(separator: "\t").map(String.init) }
    #expect(rows.count == 10 && rows.allSatisfy { $0.count == 5 })
    #expect(Set(rows.map { $0[0] }) == ["1", "2"])
    #expect(rows[0][2].hasPrefix(file + ":"))
    #expect(try Akin.run("topics", "-f", file, "--members", "1", "-k1").lines.count == 1)
  }

  @Test func aFolderIsGroupedAndANarrowScreenHasRoom() throws {
    let folder = try TemporaryFolder()
    for (index, text) in lines.enumerated() { try folder.write(text.utf8, to: "files/\(index).txt") }
    let environment: [String: String?] = ["AKIN_DATA": folder.path + "/data", "COLUMNS": "40"]
    let path = folder.path + "/files"
    let run = try Akin.run(["topics", path, "--color", "always"], environment: environment)
    #expect(run.status == 0)
    let shown = run.output.replacing(#/\u{1B}(\[[0-9;]*m|\]8;;[^\u{1B}]*\u{1B}\\)/#, with: "")
    #expect(shown.split(separator: "\n").allSatisfy { $0.count <= 40 || $0.contains("/") }, "\(shown)")
    #expect(shown.contains("(2×)"))
    let files = try Akin.run(["topics", path, "--by", "file", "--glob", "*.txt", "--json"], environment: environment)
    #expect(try files.jsonLines().count == 2)
    #expect(try Akin.run(["topics", path, "--lang", "swift"], environment: environment).status == 1)
  }

  @Test func whatCannotBeGroupedIsSaid() throws {
    #expect(try Akin.run("topics", "-", input: "alone\n").status == 1)
    #expect(try Akin.run("topics", "-", input: "").status == 1)
    #expect(try Akin.run("topics", "/there/is/none").status == 66)
    for wrong in [
      ["topics", "-", "--by", "file"], ["topics", "--groups", "0"], ["topics", ".", "--file", "x"],
      ["topics", "--json-lines"], ["topics", "-", "--lang", "swift"],
    ] {
      let run = try Akin.run(wrong, input: [])
      #expect(run.status == 64 && run.output.isEmpty, "\(wrong)")
    }
  }
}
