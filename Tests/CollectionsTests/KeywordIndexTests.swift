import AkinCollections
import Testing

@Suite struct KeywordIndexTests {
  @Test func scoresAreBM25() {
    let index = KeywordIndex(["the cat sat", "the dog", "a bird"])
    let scores = index.scores("cat")
    // idf = ln(1 + (3 - 1 + 0.5) / (1 + 0.5)); one occurrence in 3 words where the mean is 7/3.
    let expected = 0.980829 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 3 / (7.0 / 3)))
    #expect(abs(Double(scores[0]) - expected) < 1e-5)
    #expect(scores[1] == 0 && scores[2] == 0)
  }

  @Test func identifiersAreFoundWholeAndByTheirWords() {
    let index = KeywordIndex(["let maxHeaderBytes = 4", "let max_header_bytes = 4", "nothing here"])
    for query in ["maxHeaderBytes", "header", "max_header_bytes", "bytes header"] {
      let scores = index.scores(query)
      #expect(scores[0] > 0 && scores[1] > 0 && scores[2] == 0, "\(query)")
    }
    #expect(index.scores("maxHeaderBytes")[0] > index.scores("maxHeaderBytes")[1])
  }

  @Test func wordsOfAnyScript() {
    let index = KeywordIndex(["Ünïcode ÇA VA", "量子 力学", "نص عربي"])
    #expect(index.scores("ünïcode")[0] > 0)
    #expect(index.scores("力学").map { $0 > 0 } == [false, true, false])
    #expect(index.scores("عربي").map { $0 > 0 } == [false, false, true])
  }

  @Test func longRunsOfMarksTakeLinearTime() {
    let marks = "a" + String(repeating: "\u{0301}\u{0323}", count: 200_000)
    #expect(KeywordIndex([marks, "b"]).scores(marks)[0] > 0)
  }

  @Test func nothingToIndexAndNothingToFind() {
    #expect(KeywordIndex([]).scores("word").isEmpty)
    #expect(KeywordIndex(["", "..."]).scores("word") == [0, 0])
    #expect(KeywordIndex(["word"]).scores("") == [0])
  }
}
