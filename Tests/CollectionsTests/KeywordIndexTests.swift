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

  /// The same words, however they are written: composition, width, case, marks.
  @Test(arguments: [
    ("Caf\u{E9} cr\u{E8}me", "cafe\u{301} CREME"), ("\u{FF28}\u{FF45}\u{FF4C}\u{FF4C}\u{FF4F}", "hello"),
    ("\u{FF76}\u{FF9E}", "ガ"), ("STRASSE", "straße"),
    ("ΟΔΟΣ", "οδος"), ("\u{FB01}le", "file"), ("한국", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}"),
  ])
  func spellingsOfAWordAreOne(text: String, query: String) {
    #expect(KeywordIndex([text, "other words"]).scores(query)[0] > 0)
    #expect(KeywordIndex([query, "other words"]).scores(text)[0] > 0)
  }

  @Test func koreanNounsAreFoundBeforeTheirParticles() {
    let index = KeywordIndex(["학교에서 공부한다", "고양이를 보았다", "나무"])
    #expect(index.scores("학교").map { $0 > 0 } == [true, false, false])
    #expect(index.scores("고양이").map { $0 > 0 } == [false, true, false])
    #expect(index.scores("학교는").map { $0 > 0 } == [true, false, false])
  }

  @Test func thaiIsFoundInsideOfItsSentences() {
    let index = KeywordIndex(["ฉันพูดภาษาไทยที่บ้าน", "แมวกินปลา"])
    #expect(index.scores("ภาษา").map { $0 > 0 } == [true, false])
    #expect(index.scores("ปลา").map { $0 > 0 } == [false, true])
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
