import AkinTestSupport
import JSON
import Testing

@Suite(.timeLimit(.minutes(10))) struct TokenizeTests {
  @Test func everyGoldenTextIsEncodedAsByTheReference() throws {
    let golden = try Fixtures.lines("tokenize.jsonl").map { try JSONValue.parse($0) }
    let run = try Akin.run("tokenize", "--json", "--json-lines", "--file", Fixtures.path("tokenize.jsonl"))
    #expect(run.status == 0)
    let answers = try run.jsonLines()
    try #require(answers.count == golden.count)
    for (answer, expected) in zip(answers, golden) {
      for member in ["ids", "typeIds", "tokens", "offsets", "wordIds"] {
        #expect(answer[member] == expected[member], "\(member) of \(expected.string("text")?.prefix(60) ?? "")")
      }
    }
  }

  @Test func membersAreThoseOfTheProtocol() throws {
    let answer = try #require(try Akin.run("tokenize", "--json", "by the fire").jsonLines().first)
    #expect(answer["ids"] == [101, 2011, 1996, 2543, 102])
    #expect(answer["tokens"] == ["[CLS]", "by", "the", "fire", "[SEP]"])
    #expect(answer["typeIds"] == [0, 0, 0, 0, 0])
    #expect(answer["attentionMask"] == [1, 1, 1, 1, 1])
    #expect(answer["specialTokensMask"] == [1, 0, 0, 0, 1])
    #expect(answer["offsets"] == [[0, 0], [0, 2], [3, 6], [7, 11], [0, 0]])
    #expect(answer["wordIds"] == [nil, 0, 1, 2, nil])
  }

  @Test func pairSpecialTokensAndLength() throws {
    let pair = try #require(try Akin.run("tokenize", "--json", "--pair", "the fire", "by").jsonLines().first)
    #expect(pair["typeIds"] == [0, 0, 0, 1, 1, 1])
    let bare = try #require(try Akin.run("tokenize", "--json", "--no-special-tokens", "by the fire").jsonLines().first)
    #expect(bare["tokens"] == ["by", "the", "fire"])
    let cut = try #require(try Akin.run("tokenize", "--json", "--max-length", "4", "by the fire").jsonLines().first)
    #expect(cut["tokens"] == ["[CLS]", "by", "the", "[SEP]"])
  }

  @Test(arguments: [("utf-8", 8, 12), ("utf-16", 5, 9), ("utf-32", 4, 8)])
  func offsetsCountInTheUnitAskedFor(encoding: String, start: Int, end: Int) throws {
    // "é" is two bytes, "😀" four bytes and two UTF-16 units.
    let answer = try Akin.run("tokenize", "--json", "--position-encoding", encoding, "é 😀 fire").jsonLines().first
    let offsets = try #require(answer?.items("offsets"))
    let word = try #require(answer?.items("tokens").firstIndex(of: "fire"))
    let expected: JSONValue = [JSONValue(start), JSONValue(end)]
    #expect(offsets[word] == expected)
  }

  @Test func pipeGetsATokenALine() throws {
    let run = try Akin.run("tokenize", "by", "fire")
    #expect(
      run.lines == [
        "1\t101\t[CLS]\t0\t0", "1\t2011\tby\t0\t2", "1\t102\t[SEP]\t0\t0",
        "2\t101\t[CLS]\t0\t0", "2\t2543\tfire\t0\t4", "2\t102\t[SEP]\t0\t0",
      ])
  }
}
