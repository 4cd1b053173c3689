import AkinCollections
import Testing

/// Hits packed into a number of tokens; a token is a word here.
@Suite struct TokenBudgetTests {
  private static let words: @Sendable (String) -> Int = { $0.split(whereSeparator: \.isWhitespace).count }

  let samples: CollectionSamples

  init() throws {
    samples = try CollectionSamples()
  }

  /// Documents of one chunk each, as a search finds them.
  private func hits(_ texts: [String]) async throws -> [CollectionHit] {
    let collection = try await samples.collection()
    let documents = texts.enumerated().map { number, text in
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let last = lines[lines.count - 1]
      let end = TextPlace(
        line: lines.count - 1, utf8: last.utf8.count, utf16: last.utf16.count, scalars: last.unicodeScalars.count)
      let chunk = DocumentChunk(
        span: TextSpan(
          bytes: 0..<text.utf8.count, characters: 0..<text.unicodeScalars.count, start: TextPlace(), end: end),
        text: text)
      return StoredDocument(key: .id("\(number)"), path: "\(number)", chunks: [chunk])
    }
    try await CollectionSamples.put(documents, in: collection)
    var search = CollectionQuery(mode: .keyword, text: "alpha")
    search.topK = texts.count
    return try await CollectionSearch.search([collection], search)
  }

  private func packed(_ hits: [CollectionHit], _ limit: Int) -> PackedHits {
    TokenBudget(limit, tokens: Self.words).packed(hits) { $0.path ?? "" }
  }

  @Test func nothingIsLeftOutWhereAllFits() async throws {
    let hits = try await hits(["alpha one\ntwo", "alpha beta gamma"])
    let packed = packed(hits, 100)
    #expect(packed.hits == hits && packed.sentence == nil)
    #expect(packed.tokens == 2 + 3 + 3)
  }

  @Test func signaturesComeBeforeBodiesAndTheBudgetHolds() async throws {
    let texts = (0..<6).map { number in
      (["alpha number\(number)"] + (0..<9).map { "line\(number) body\(number)and\($0)" }).joined(separator: "\n")
    }
    let hits = try await hits(texts)
    for limit in [1, 3, 10, 20, 40, 60, 126, 1000] {
      let packed = packed(hits, limit)
      #expect(packed.tokens <= limit)
      #expect(packed.hits.reduce(0) { $0 + 1 + Self.words($1.text) } == packed.tokens)
      #expect(packed.hits.count + packed.hitsLeftOut == 6)
      let lines = packed.hits.reduce(0) { $0 + $1.span.end.line - $1.span.start.line + 1 }
      #expect(lines + packed.linesLeftOut == 10 * packed.hits.count)
      #expect(packed.hits.allSatisfy { $0.text.hasPrefix("alpha") })
    }
    // Half of 40 tokens are six signatures of three; the rest is the body of the best.
    let some = packed(hits, 40)
    #expect(some.hits.count == 6 && some.hits[0].text.split(separator: "\n").count == 10)
    #expect(some.sentence?.hasPrefix("Left out: ") ?? false)
  }

  @Test func aPartStandsWhereItIsInTheDocument() async throws {
    let hit = try #require(packed(try await hits(["\u{e9}\u{e9} x\nalpha \u{e9}\nlast"]), 3).hits.first)
    #expect(hit.text == "alpha \u{e9}")
    #expect(hit.span.start == TextPlace(line: 1) && hit.span.end == TextPlace(line: 1, utf8: 8, utf16: 7, scalars: 7))
    #expect(hit.span.bytes == 7..<15 && hit.span.characters == 5..<12)
  }

  @Test func nearCopiesAreDropped() async throws {
    let body = (0..<30).map { "word\($0)" }.joined(separator: " ")
    let packed = packed(try await hits(["alpha " + body, "alpha " + body + " more", "alpha other"]), 1000)
    #expect(packed.hits.count == 2 && packed.copiesLeftOut == 1)
  }
}
