import AkinTestSupport
import JSON
import Testing

@Suite(.timeLimit(.minutes(10))) struct DemoTests {
  private static func text(_ columns: Int) throws -> String {
    let run = try Akin.runOnTerminal("demo", "--color", "never", "--precision", "f32", columns: columns)
    #expect(run.status == 0)
    return run.output
  }

  @Test func scoresAreTheNotebooks() throws {
    let notebook = JSONField(try JSONValue.parse(try Fixtures.bytes("notebook.json")), path: "notebook.json")
    let lines = try Self.text(120).split(separator: "\n").map(String.init)
    let documents = try notebook["documents"].strings()
    let expected = try notebook["cosine"].array().map { row throws(JSONFieldError) in try row.float32s() }
    for (number, question) in try notebook["queries"].strings().enumerated() {
      let start = try #require(lines.firstIndex { $0.hasSuffix(question) })
      let shown = lines[(start + 1)...(start + 10)]
      for (document, text) in documents.enumerated() {
        let line = try #require(shown.first { $0.contains(text.prefix(50)) })
        let score = try #require(Float(line.split(separator: " ").first ?? ""))
        #expect(abs(score - expected[number][document]) <= 0.00051)
      }
    }
    let matrix = try notebook["threeDocumentsMeanPooledCosine"].array()
    for (index, sentence) in try notebook["threeDocuments"].strings().enumerated() {
      let line = try #require(lines.first { $0.contains(sentence) })
      let shown = line.split(separator: " ").suffix(3).compactMap { Float($0) }
      for (shown, expected) in zip(shown, try matrix[index].float32s()) { #expect(abs(shown - expected) <= 0.00051) }
    }
  }

  @Test func oneWordHasTwoMeanings() throws {
    let text = try Self.text(100)
    let match = try #require(text.firstMatch(of: /Same meaning: (0\.\d+) on average\. Other meaning: (0\.\d+)\./))
    // The reference: 0.906 and 0.939 within a meaning, 0.698 to 0.783 across.
    #expect(abs((Float(match.1) ?? 0) - 0.922) < 0.002)
    #expect(abs((Float(match.2) ?? 0) - 0.736) < 0.002)
  }

  @Test(arguments: [40, 60, 80, 200])
  func nothingIsWiderThanTheScreen(columns: Int) throws {
    for line in try Self.text(columns).split(separator: "\n") { #expect(line.count <= columns, "\(line)") }
  }
}
