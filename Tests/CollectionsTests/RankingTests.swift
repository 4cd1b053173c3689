import AkinCollections
import Testing

@Suite struct RankingTests {
  /// A candidate of a file: what the legs say of it.
  private struct Sample {
    var path: String
    var similarity: Float = 0.3
    var place: Float = 0.3
    var words: Float?
    var symbol: String?
    var language = "swift"
  }

  private func context(_ query: String, _ samples: [Sample]) -> RankingContext {
    var documents: [String: Int64] = [:]
    let candidates = samples.enumerated().map { index, sample in
      let document = documents[sample.path] ?? Int64(documents.count)
      documents[sample.path] = document
      var candidate = SearchCandidate(
        chunk: Int64(index), document: document, text: Int64(index), symbol: sample.symbol)
      candidate.textSimilarity = sample.similarity
      candidate.placeSimilarity = sample.place
      candidate.words = sample.words
      return candidate
    }
    return RankingContext(query: RankedQuery(query), candidates: candidates) { index in
      SearchCandidates.Document(path: samples[index].path, language: samples[index].language)
    }
  }

  private func order(_ query: String, _ samples: [Sample], _ table: RankingTable = .standard) -> [String] {
    CandidateRanking(context: context(query, samples), table: table).ranked().map { samples[$0.candidate].path }
  }

  @Test func wordsThatHardlyTellAnythingCountForLittle() {
    // In three texts a word that one has by chance is the best that words find.
    let samples = [
      Sample(path: "tides.md", similarity: 0.14, place: 0.1, words: 0.42, language: "markdown"),
      Sample(path: "kettles.md", similarity: 0.39, place: 0.25, words: 0.000001, language: "markdown"),
    ]
    #expect(order("why tea water is cooler up high", samples).first == "kettles.md")
  }

  /// Words of the query: none. What a path or a kind tells puts no file that is about something else above the one that is near.
  @Test(arguments: [
    (0.264, 0.1, 0.073, "main.go"), (0.264, 0.1, 0.15, "index.ts"), (0.4, 0.3, 0.2, "lib.rs"),
    (0.25, 0.2, -0.1, "src/mail.py"),
  ])
  func whatIsNearStandsAboveCodeThatIsAboutSomethingElse(near: Float, place: Float, far: Float, code: String) {
    for (path, language) in [
      ("docs/garden.md", "markdown"), ("tests/garden.py", "python"), ("examples/garden.py", "python"),
      ("config/garden.yaml", "yaml"), ("include/garden.h", "c"),
    ] {
      let samples = [
        Sample(path: code, similarity: far, place: far), Sample(path: "src/tide.py", similarity: far, place: far),
        Sample(path: path, similarity: near, place: place, language: language),
      ]
      #expect(order("what should one water", samples).first == path)
    }
  }

  @Test func codeThatIsAsNearStandsAboveProse() {
    let samples = [
      Sample(path: "docs/retry.md", similarity: 0.52, place: 0.4, language: "markdown"),
      Sample(path: "net/retry.swift", similarity: 0.5, place: 0.4),
    ]
    #expect(order("when is a request sent again", samples).first == "net/retry.swift")
  }

  /// What is not embedded yet is not taken for far.
  @Test func whatHasNoVectorYetIsNotFar() {
    let similarities: [Float?] = [nil, 0.1]
    let candidates = similarities.enumerated().map { index, similarity in
      var candidate = SearchCandidate(chunk: Int64(index), document: Int64(index), text: Int64(index))
      candidate.textSimilarity = similarity
      return candidate
    }
    let context = RankingContext(query: RankedQuery("tides"), candidates: candidates) { _ in .init(path: "a.py") }
    #expect(FarSignal.value(0, context) == 0 && abs(FarSignal.value(1, context) - 2 / 3) < 1e-6)
  }

  @Test(arguments: [
    ("/home/ada/axios", "axios default config", 1), ("/home/ada/axios/lib", "axios default config", 1),
    // What asks for nothing else asks for that.
    ("/home/ada/axios", "axios", 0), ("/home/ada/library", "axios default config", 0), ("/", "axios config", 0),
  ])
  func aFileOfTheProjectsNameSaysNothingMore(folder: String, query: String, value: Float) {
    let paths = ["core/axios.js", "core/axiosConfig.js", "core/other.js"]
    let candidates = paths.indices.map { SearchCandidate(chunk: Int64($0), document: Int64($0), text: Int64($0)) }
    let context = RankingContext(query: RankedQuery(query), candidates: candidates, folders: [folder]) {
      SearchCandidates.Document(path: paths[$0], language: "javascript")
    }
    #expect(paths.indices.map { ProjectNameSignal.value($0, context) } == [value, 0, 0])
  }

  /// Of two files that all legs find alike, the one that a signal is for stands first, unless the signal is off.
  @Test(arguments: [
    ("file name", "how are headers parsed", "net/HeaderParser.swift", "net/Zebra.swift"),
    ("whole name", "rate limiter", "a/RateLimiter.swift", "a/RateLimiterStore.swift"),
    ("folders", "network errors", "network/a.swift", "storage/a.swift"),
    ("test", "parse a header", "a/parse.swift", "tests/parse.swift"),
    ("test", "parse a header", "a/parse.py", "a/test_parse.py"),
    ("example", "parse a header", "a/parse.swift", "examples/parse.swift"),
    ("header", "parse a name", "a/parse.c", "a/parse.h"),
    ("superseded", "parse", "a/v4/parse.swift", "a/v3/parse.swift"),
    ("superseded", "parse", "parse.swift", "v1/parse.swift"),
    ("platform", "open a pipe", "src/unix/pipe.c", "src/win/pipe.c"),
  ])
  func aSignalDecidesBetweenEquals(signal: String, query: String, first: String, second: String) throws {
    let samples = [Sample(path: second), Sample(path: first)]
    let value = { (table: RankingTable) in self.order(query, samples, table) }
    #expect(value(.standard) == [first, second])
    let without = try #require(RankingTable.standard.without([signal]))
    let other = RankingTable.names.filter { $0 != signal }
    let alone = try #require(RankingTable.standard.without(Set(other)))
    #expect(value(alone) == [first, second])
    #expect(without.rows.count == RankingTable.standard.rows.count - 1)
  }

  @Test(arguments: [
    ("tests of the parser", "tests/parser.swift"), ("v3 errors", "a/v3/parser.swift"),
    ("windows pipe", "src/win/parser.c"), ("example of a parser", "examples/parser.swift"),
  ])
  func whatIsAskedForIsNotPutDown(query: String, path: String) {
    let others = [Sample(path: "a/v4/parser.swift"), Sample(path: "src/unix/parser.c")]
    let context = context(query, [Sample(path: path)] + others)
    let signals: [any RankingSignal.Type] = [
      TestSignal.self, ExampleSignal.self, SupersededSignal.self, PlatformSignal.self,
    ]
    for signal in signals {
      #expect(signal.value(0, context) == 0)
    }
  }

  @Test func aSecondChunkOfAFileMustEarnItsPlace() throws {
    let samples = [
      Sample(path: "a.swift", similarity: 0.6, place: 0.6), Sample(path: "a.swift", similarity: 0.59, place: 0.6),
      Sample(path: "b.swift", similarity: 0.5, place: 0.5),
    ]
    #expect(order("zebra", samples) == ["a.swift", "b.swift", "a.swift"])
    let without = try #require(RankingTable.standard.without(["repetition"]))
    #expect(order("zebra", samples, without) == ["a.swift", "a.swift", "b.swift"])
  }

  @Test func definitionsStandForTheirFile() {
    let samples = [
      Sample(path: "a.swift", similarity: 0.4, symbol: "other"),
      Sample(path: "a.swift", similarity: 0.4, symbol: "Decoder"),
    ]
    let ranked = CandidateRanking(context: context("Decoder", samples), table: .standard).ranked()
    #expect(ranked.first?.candidate == 1)
  }

  /// A file of one chunk stands no lower than one of many that are like it.
  @Test func lengthIsNoEvidence() {
    let many = (0..<3).map { _ in Sample(path: "long.swift", similarity: 0.5, words: 2) }
    let ranked = CandidateRanking(
      context: context("zebra", many + [Sample(path: "s.swift", similarity: 0.5, words: 2)]), table: .standard
    ).ranked()
    let best = [0, 3].map { file in ranked.first { ($0.candidate == 3) == (file == 3) }?.score }
    #expect(abs((best[0] ?? 0) - (best[1] ?? 1)) < 1e-4)
  }

  @Test func namesOfSignalsAreChecked() {
    #expect(RankingTable.standard.without(["no such signal"]) == nil)
    #expect(Set(RankingTable.names).count == RankingTable.names.count)
  }

  @Test func queriesAreWordsIdentifiersAndRuns() {
    let query = RankedQuery("how does the rateLimiter work in net.http?")
    #expect(query.words == ["rate", "limiter", "work", "net", "http"])
    #expect(query.identifiers == ["ratelimiter"])
    #expect(query.joined.contains("ratelimiter") && query.joined.contains("ratelimiterwork"))
    #expect(RankedQuery("Decoder").identifiers == ["decoder"])
  }

  @Test func placesAreWhatIsKnown() {
    #expect(ChunkPlace.text(path: "a/b.swift", heading: "A > B", symbol: "c") == "a/b.swift > A > B > c")
    #expect(ChunkPlace.text(path: nil, heading: nil, symbol: nil) == nil)
    #expect(ChunkPlace.text(path: "/home/me/x/y/z.md", heading: nil, symbol: nil) == "x/y/z.md")
  }

  @Test func wordsStandInTheirFields() {
    let words = IndexedWords(
      path: "net/httpClient.swift", heading: "Session", symbol: "send", text: "func send() { go() }")
    #expect(words.values[0] == "http client httpclient_ " && words.values[1] == "net ")
    #expect(words.values[2] == "send " && words.values[3] == "session ")
    #expect(words.values[4] == "func send go ")
    #expect(IndexedWords.Query("how is it")?.any.contains("how") == true)
    #expect(IndexedWords.Query("how is it sent")?.any == "\"sent\" OR \"sent_\"")
  }
}
