import AkinCollections
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct CollectionSearchTests {
  let samples: CollectionSamples

  init() throws {
    samples = try CollectionSamples()
  }

  private func query(_ text: String, _ mode: SearchMode) -> CollectionQuery {
    CollectionQuery(mode: mode, text: text, vector: CollectionSamples.vector(text))
  }

  private func texts(_ collections: [SQLiteCollection], _ query: CollectionQuery) async throws -> [String] {
    try await CollectionSearch.search(collections, query).map(\.text)
  }

  /// One document a line, so that nothing touches.
  private func fill(_ collection: SQLiteCollection, _ lines: [String], language: String? = nil) async throws {
    try await CollectionSamples.put(
      lines.enumerated().map { CollectionSamples.document("\(language ?? "d")/\($0).txt", $1, language: language) },
      in: collection)
  }

  @Test func semanticIsTheExactOrderOfCosines() async throws {
    let collection = try await samples.collection()
    let lines = (0..<3000).map { "line \($0)" }
    try await fill(collection, lines)
    for wanted in ["line 7", "another"] {
      func cosine(_ text: String) -> Float {
        let (a, b) = (CollectionSamples.vector(wanted), CollectionSamples.vector(text))
        func dot(_ x: [Float], _ y: [Float]) -> Float { zip(x, y).map(*).reduce(0, +) }
        return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
      }
      let expected = lines.sorted { cosine($0) > cosine($1) }.prefix(10)
      let hits = try await CollectionSearch.search([collection], query(wanted, .semantic))
      #expect(hits.map(\.text) == Array(expected))
      for hit in hits { #expect(abs(hit.score - cosine(hit.text)) < 1e-5) }
    }
  }

  /// A document that is written anew between its ranking and its reading has other chunks then, and is no less a result.
  @Test func aDocumentThatIsWrittenMeanwhileIsFound() async throws {
    let collection = try await samples.collection()
    try await fill(collection, ["water 0", "a house", "a tree"])
    let writer = Task {
      var number = 0
      while !Task.isCancelled {
        number += 1
        try await CollectionSamples.put([CollectionSamples.document("d/0.txt", "water \(number)")], in: collection)
      }
      return number
    }
    for _ in 0..<300 {
      for mode in [SearchMode.semantic, .hybrid] {
        let found = try await CollectionSearch.search([collection], query("water", mode))
        #expect(Set(found.map(\.key.text)).count == 3, "\(mode)")
      }
    }
    writer.cancel()
    #expect(try await writer.value > 10)
  }

  @Test func keywordStemsAndPutsWholeIdentifiersFirst() async throws {
    let collection = try await samples.collection()
    try await fill(
      collection,
      [
        "parse the header, parse the name, parse header names: parse parse header", "func parseHeaderNames() {}",
        "parsing of headers", "nothing",
      ])
    #expect(try await texts([collection], query("parseHeaderNames", .keyword)).first == "func parseHeaderNames() {}")
    #expect(try await texts([collection], query("parseheadernames", .keyword)) == ["func parseHeaderNames() {}"])
    #expect(try await texts([collection], query("header parsing", .keyword)).count == 3)
    #expect(try await texts([collection], query("\" OR * NEAR( ^", .keyword)) == [])
    #expect(try await texts([collection], query("zebra", .keyword)) == [])
  }

  @Test func hybridTellsWhyWhatIsFirstIsFirst() async throws {
    let collection = try await samples.collection()
    try await fill(collection, ["red apple", "green pear", "red pear"])
    var query = query("red apple", .hybrid)
    query.explains = true
    let hits = try await CollectionSearch.search([collection], query)
    let first = try #require(hits.first)
    #expect(first.text == "red apple")
    #expect(first.legs.map(\.name) == [.meaning, .words] && first.legs.allSatisfy { $0.rank == 1 })
    #expect(abs((first.similarity ?? 0) - 1) < 1e-5)
    for hit in hits {
      let explanation = try #require(hit.explanation)
      let sum = explanation.parts.reduce(0) { $0 + $1.contribution } - explanation.belowFile
      #expect(abs(sum - hit.score) < 1e-4)
    }
  }

  @Test func aSimilarityIsAskedForInEveryMode() async throws {
    let collection = try await samples.collection()
    try await fill(collection, ["red apple", "green pear", "red pear"])
    for mode in SearchMode.allCases {
      var query = query("red apple", mode)
      query.minSimilarity = 0.999
      #expect(try await texts([collection], query) == ["red apple"])
      query.vector = nil
      await #expect(throws: CollectionError.self) { try await CollectionSearch.search([collection], query) }
    }
  }

  @Test func copiesAreOneResultThatNamesThem() async throws {
    let collection = try await samples.collection()
    try await fill(collection, ["red apple", "red apple", "red pear"])
    for mode in SearchMode.allCases {
      let hits = try await CollectionSearch.search([collection], query("red apple", mode))
      #expect(hits.map(\.text) == ["red apple", "red pear"])
      #expect(hits.first?.copies.map(\.path) == ["d/1.txt"])
    }
  }

  @Test func scopesApplyBeforeTopK() async throws {
    let collection = try await samples.collection()
    try await fill(collection, (0..<50).map { "swift line \($0)" }, language: "swift")
    var tagged = CollectionSamples.document(
      "notes/one.md", "line of notes", language: "markdown", metadata: ["year": .number(1999)])
    tagged.key = .id("one")
    try await CollectionSamples.put([tagged], in: collection)
    for mode in SearchMode.allCases {
      var query = query("swift line 3", mode)
      query.topK = 1
      #expect(try await texts([collection], query) == ["swift line 3"])
      query.scope.languages = ["markdown", "python"]
      #expect(try await texts([collection], query) == ["line of notes"])
      query.scope = DocumentScope()
      query.scope.globs = ["*.md"]
      #expect(try await texts([collection], query) == ["line of notes"])
      query.scope = DocumentScope()
      query.scope.filter = MetadataFilter(conditions: [.init(key: "year", comparison: .less(.number(2000)))])
      #expect(try await texts([collection], query) == ["line of notes"])
      query.scope.globs = ["*.swift"]
      #expect(try await texts([collection], query) == [])
    }
  }

  @Test func neighboursBecomeOneResult() async throws {
    let collection = try await samples.collection()
    // The chunks are lines; the line feed between them belongs to neither, so these touch nothing.
    try await CollectionSamples.put([CollectionSamples.document("apart", "apple pie\napple tart")], in: collection)
    var document = CollectionSamples.document("joined", "apple cake\napple jam\nplum\napple juice")
    for index in document.chunks.indices {
      let span = document.chunks[index].span
      document.chunks[index].span.bytes = span.bytes.lowerBound..<span.bytes.upperBound + 1
      document.chunks[index].text += "\n"
    }
    try await CollectionSamples.put([document], in: collection)
    var query = CollectionQuery(mode: .keyword, text: "apple")
    let hits = try await CollectionSearch.search([collection], query)
    #expect(Set(hits.map(\.text)) == ["apple pie", "apple tart", "apple cake\napple jam\n", "apple juice\n"])
    let joined = try #require(hits.first { $0.text.hasPrefix("apple cake") })
    #expect(joined.span.bytes == 0..<21 && joined.span.start.line == 0 && joined.span.end.line == 1)
    query.topK = 2
    let first = try await texts([collection], query)
    query.offset = 2
    let second = try await texts([collection], query)
    #expect(Set(first + second) == Set(hits.map(\.text)))
  }

  @Test func severalCollectionsAreRankedAsOne() async throws {
    let first = try await samples.collection("first")
    let second = try await samples.collection("second")
    try await fill(first, ["red apple", "blue sky"])
    try await fill(second, ["red apple pie", "red cherry"])
    let hits = try await CollectionSearch.search([first, second], query("red apple", .semantic))
    #expect(hits.count == 4 && hits[0].collection == "first" && hits[0].text == "red apple")
    #expect(try await texts([first, second], query("cherry", .keyword)) == ["red cherry"])
    #expect(try await texts([first, second], query("red apple", .hybrid)).first == "red apple")
  }

  @Test func moreLikeThisLeavesThisOut() async throws {
    let collection = try await samples.collection()
    try await CollectionSamples.put([CollectionSamples.document("a", "one\ntwo\nthree")], in: collection)
    let place = PlaceInCollection(collection: "notes", key: .uri("file:///a"), lines: 1...1)
    let vector = try #require(try await collection.vector(of: place))
    var query = CollectionQuery(mode: .semantic, vector: vector)
    #expect(try await texts([collection], query).first == "two")
    query.excluded = place
    #expect(Set(try await texts([collection], query)) == ["one", "three"])
    #expect(try await collection.vector(of: PlaceInCollection(collection: "notes", key: .id("a"))) == nil)
  }

  @Test func pagesFollowEachOther() async throws {
    let collection = try await samples.collection()
    try await fill(collection, (0..<95).map { "word \($0)" })
    for mode in SearchMode.allCases {
      var query = query("word 5", mode)
      query.topK = 95
      let all = try await texts([collection], query)
      query.topK = 10
      var pages: [String] = []
      for offset in stride(from: 0, to: 100, by: 10) {
        query.offset = offset
        pages += try await texts([collection], query)
      }
      #expect(pages == all && all.count == 95)
    }
  }

  @Test func whatDoesNotFitIsRefused() async throws {
    let collection = try await samples.collection()
    var wrong: [CollectionQuery] = [
      CollectionQuery(mode: .semantic, text: "x"), CollectionQuery(mode: .keyword, vector: [1]),
      CollectionQuery(mode: .semantic, vector: [1, 2]),
      CollectionQuery(mode: .semantic, vector: [Float](repeating: .nan, count: 32)),
    ]
    var minScore = query("x", .hybrid)
    minScore.minScore = 0.5
    wrong.append(minScore)
    for query in wrong {
      await #expect(throws: CollectionError.self) { try await CollectionSearch.search([collection], query) }
    }
  }
}
