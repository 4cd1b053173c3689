import AkinTestSupport
import JSON
import Testing

@Suite(.timeLimit(.minutes(10))) struct SearchTests {
  private let documents: [String]
  private let folder: TemporaryFolder
  private let file: String

  init() throws {
    let notebook = JSONField(try JSONValue.parse(try Fixtures.bytes("notebook.json")), path: "notebook.json")
    documents = try notebook["documents"].strings()
    folder = try TemporaryFolder()
    file = try folder.write(documents.map { $0 + "\n" }.joined().utf8, to: "documents.txt")
  }

  @Test func questionsOfTheNotebookFindTheirDocuments() throws {
    let notebook = JSONField(try JSONValue.parse(try Fixtures.bytes("notebook.json")), path: "notebook.json")
    let queries = try notebook["queries"].strings()
    let best = try notebook["best"].array().map { item throws(JSONFieldError) in try item.int() }
    let run = try Akin.run(["search", "--json", "--documents", file, "-k", "3"] + queries)
    #expect(run.status == 0)
    let results = try run.jsonLines()
    #expect(results.count == 3 * queries.count)
    for (number, query) in queries.enumerated() {
      let first = results[3 * number]
      #expect(first.string("query") == query)
      #expect(first.integer("index") == best[number])
      #expect(first.string("text") == documents[best[number]])
      #expect(first.integer("line") == best[number] + 1)
      let scores = results[(3 * number)..<(3 * number + 3)].compactMap { $0.float("score") }
      #expect(scores == scores.sorted(by: >) && scores.count == 3)
    }
  }

  @Test func scoresAreTheServers() throws {
    let own = try Akin.run("search", "--json", "What is AI?", "--documents", file, "-k", "1").jsonLines().first?[
      "score"]
    let list = JSONValue.array(documents.map { .string($0) })
    let request: JSONValue = [
      "jsonrpc": "2.0", "id": 1, "method": "search", "params": ["query": "What is AI?", "documents": list, "topK": 1],
    ]
    let answer = try Akin.run(["serve"], input: request.serialized() + [UInt8(ascii: "\n")]).jsonLines().first
    let hit = try JSONField(answer?["result"], path: "result")["results"].array().first?.array().first
    #expect(own != nil && own == hit?["score"].value)
  }

  @Test func documentsFromStandardInput() throws {
    let run = try Akin.run(
      "search", "--json", "What is AI?", "--documents", "-", "--top-k", "1", input: documents.map { $0 + "\n" }.joined()
    )
    #expect(try run.jsonLines().map { $0.integer("index") } == [3])
  }

  @Test func queriesFromStandardInput() throws {
    let run = try Akin.run("search", "--json", "-d", file, "-k", "1", input: "What is AI?\nHow do plants survive?\n")
    #expect(try run.jsonLines().map { $0.integer("index") } == [3, 1])
  }

  @Test func jsonDocumentsKeepIdAndMetadata() throws {
    let lines = #"""
      {"id": "p", "text": "Photosynthesis feeds plants.", "metadata": {"topic": "biology", "year": 1779, "old": true}}

      {"id": 12, "text": "The pyramids stand in Egypt."}
      """#
    for name in ["documents.jsonl", "documents.txt"] {
      let path = try folder.write(lines.utf8, to: name)
      let results = try Akin.run("search", "--json", "How do plants live?", "-d", path).jsonLines()
      try #require(results.count == 2, "\(name)")
      #expect(results[0]["id"] == "p")
      #expect(results[0]["metadata"] == ["topic": "biology", "year": 1779, "old": true])
      #expect(results[1]["id"] == 12)
      #expect(results[1]["metadata"] == nil)
      #expect(results[1].integer("line") == 3)
    }
  }

  @Test func nothingFoundEndsLikeGrep() throws {
    let strict = try Akin.run("search", "What is AI?", "--documents", file, "--min-score", "0.99")
    #expect(strict.status == 1)
    #expect(strict.output.isEmpty && strict.errors.isEmpty)
    #expect(try Akin.run("search", "What is AI?", "--documents", "/dev/null").status == 1)
  }

  @Test func minimumScoreLeavesOutTheRest() throws {
    let results = try Akin.run("search", "--json", "What is AI?", "-d", file, "--min-score", "0.15").jsonLines()
    #expect(!results.isEmpty && results.count < 10)
    #expect(results.allSatisfy { ($0.float("score") ?? 0) >= 0.15 })
  }

  @Test func wordsThemselvesFindToo() throws {
    let results = try Akin.run("search", "--json", "--mode", "keyword", "pyramids", "-d", file).jsonLines()
    #expect(results.map { $0.integer("index") } == [4])
    let both = try Akin.run("search", "--json", "--mode", "hybrid", "pyramids", "-d", file, "-k", "1").jsonLines()
    #expect(both.map { $0.integer("index") } == [4])
  }

  @Test func pipeGetsQueryScoreLineAndText() throws {
    let run = try Akin.run("search", "What is AI?", "--documents", file, "-k", "1")
    let fields = run.lines.first?.split(separator: "\t").map(String.init) ?? []
    try #require(fields.count == 4)
    #expect(fields[0] == "What is AI?" && fields[2] == "4" && fields[3] == documents[3])
    #expect(abs((Float(fields[1]) ?? 0) - 0.6847) < 0.01)
  }

  @Test func badDocumentsNameTheirLine() throws {
    let path = try folder.write("{\"text\": \"a\"}\n{\"text\": 1}\n".utf8, to: "bad.jsonl")
    let run = try Akin.run("search", "q", "--documents", path)
    #expect(run.status == 65)
    #expect(run.errors.hasPrefix("akin: \(path):2: "))
    let metadata = try folder.write(#"{"text": "a", "metadata": {"list": []}}"#.utf8, to: "metadata.jsonl")
    #expect(try Akin.run("search", "q", "--documents", metadata).errors.contains("metadata.list"))
    #expect(try Akin.run("search", "q", "--documents", "/no/such/file").status == 66)
  }
}
