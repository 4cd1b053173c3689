import AkinTestSupport
import JSON
import Testing
import Tokenizers

/// Agreement with Hugging Face's tokenizers 0.22 on the shared fixtures and on those of
/// scripts/unicode_tokenizer_cases.py.
@Suite struct GoldenTests {
  @Test func agreesOnEveryText() throws {
    let tokenizer = try TestTokenizers.model()
    let lines = try Fixtures.fields("tokenize.jsonl")
    #expect(lines.count > 1000)
    for line in lines {
      let text = try line["text"].string()
      let encoding = try tokenizer.encode(text)
      try expectSame(encoding, line)
      #expect(tokenizer.ids(text, maxLength: nil).ids == encoding.ids)
    }
  }

  @Test func agreesOnEveryPair() throws {
    let tokenizer = try TestTokenizers.model()
    let lines = try Fixtures.fields("tokenize_pairs.jsonl")
    #expect(lines.count > 50)
    for line in lines {
      try expectSame(tokenizer.encode(line["text"].string(), pair: line["pair"].string()), line)
    }
  }

  private func expectSame(_ encoding: Encoding, _ line: JSONField) throws {
    let offsets = try line["offsets"].array().map { try $0.array().map { try $0.int() } }
    #expect(encoding.ids == (try line["ids"].ids()), "\(line.path)")
    #expect(encoding.typeIDs == (try line["typeIds"].ids()), "\(line.path)")
    #expect(encoding.offsets.map { [$0.lowerBound, $0.upperBound] } == offsets, "\(line.path)")
    #expect(encoding.wordIDs == (try line["wordIds"].optionalInts()), "\(line.path)")
    #expect(try sameBytes(encoding.tokens, line["tokens"].strings()), "\(line.path)")
    #expect(encoding.attentionMask == Array(repeating: 1, count: encoding.ids.count))
    #expect(encoding.total == encoding.ids.count && !encoding.truncated)
  }

  @Test func agreesOnOptionsTruncationAddedTokensAndDecoding() throws {
    var vocabulary: [String] = []
    var tokenizer = try TestTokenizers.model()
    var counts = (encoded: 0, decoded: 0)
    for line in try Fixtures.fields("tokenizer_extra.jsonl") {
      if line["vocabulary"].isPresent {
        vocabulary = try line["vocabulary"].strings()
      } else if line["define"].isPresent {
        tokenizer = try self.tokenizer(line, vocabulary)
      } else if line["encode"].isPresent {
        try expectSameEncoding(line, tokenizer)
        counts.encoded += 1
      } else {
        let text = try tokenizer.decode(line["decode"].ids(), skipSpecialTokens: line["s"].bool())
        #expect(try sameBytes([text], [line["t"].string()]), "\(line.path)")
        counts.decoded += 1
      }
    }
    #expect(counts.encoded > 500 && counts.decoded > 40)
  }

  private func tokenizer(_ line: JSONField, _ vocabulary: [String]) throws -> Tokenizer {
    if try line["define"].string() == "model" { return try TestTokenizers.model() }
    let normalizer = BertNormalization(
      cleanText: try line["cleanText"].bool(), splitCJK: try line["splitCJK"].bool(),
      stripAccents: try line["stripAccents"].isPresent ? line["stripAccents"].bool() : nil,
      lowercase: try line["lowercase"].bool())
    let added = try line["added"].array().map { token in
      AddedToken(
        content: try token["content"].string(), id: Int32(try token["id"].int()),
        special: try token["special"].bool(), singleWord: try token["singleWord"].bool(),
        leftStrip: try token["leftStrip"].bool(), rightStrip: try token["rightStrip"].bool(),
        normalized: try token["normalized"].bool())
    }
    return try Tokenizer(.bert(vocabulary: TokenList(vocabulary), normalizer: normalizer, addedTokens: added))
  }

  private func expectSameEncoding(_ line: JSONField, _ tokenizer: Tokenizer) throws {
    let request = line["encode"]
    let encoding = try tokenizer.encode(
      request["t"].string(), pair: request["p"].optionalString(), addSpecialTokens: !request["s"].isPresent,
      maxLength: request["n"].optionalInt())
    #expect(encoding.ids == (try line["i"].ids()), "\(line.path)")
    #expect(
      encoding.offsets.flatMap { [$0.lowerBound, $0.upperBound] }.map(Int32.init) == (try line["o"].ids()),
      "\(line.path)")
    #expect(encoding.wordIDs == (try line["w"].optionalInts()), "\(line.path)")
    #expect(encoding.typeIDs == (try line["y"].ids()), "\(line.path)")
    #expect(encoding.specialTokensMask == (try line["m"].ids()), "\(line.path)")
    #expect(encoding.sequenceIDs == (try line["q"].optionalInts()), "\(line.path)")
    let names = line["k"].isPresent ? try line["k"].strings() : encoding.ids.compactMap(tokenizer.token)
    #expect(sameBytes(encoding.tokens, names), "\(line.path)")
  }

  /// Swift's `==` holds canonically equivalent strings for equal; tokens must agree in every byte.
  private func sameBytes(_ left: [String], _ right: [String]) -> Bool {
    left.map { Array($0.utf8) } == right.map { Array($0.utf8) }
  }
}
