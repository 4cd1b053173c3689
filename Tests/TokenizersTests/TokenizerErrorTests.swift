import Testing
import Tokenizers

@Suite struct TokenizerErrorTests {
  private let specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

  private func make(
    _ vocabulary: [String], _ model: WordPieceModel = .init(), adding: [AddedToken] = []
  ) throws(TokenizerError) -> Tokenizer {
    try Tokenizer(.bert(vocabulary: TokenList(vocabulary), model: model, addedTokens: adding))
  }

  @Test func refusesUnusableVocabularies() {
    #expect(throws: TokenizerError.emptyVocabulary) { try make([]) }
    #expect(throws: TokenizerError.duplicateToken("a", first: 5, second: 7)) { try make(specials + ["a", "b", "a"]) }
    #expect(throws: TokenizerError.missingToken("[UNK]", role: "unknown")) { try make(["[CLS]", "[SEP]"]) }
    #expect(throws: TokenizerError.missingToken("[CLS]", role: "classification")) { try make(["[UNK]", "[SEP]"]) }
    #expect(throws: TokenizerError.missingToken("[SEP]", role: "separator")) { try make(["[UNK]", "[CLS]"]) }
    #expect(throws: TokenizerError.missingToken("<unk>", role: "unknown")) {
      try make(specials, .init(unknown: "<unk>"))
    }
  }

  /// A text of a megabyte must not become one of a gigabyte, by one step or by several.
  @Test func refusesNormalisersThatMakeTextsGrowWithoutBound() throws {
    func error(_ steps: [NormalizerStep]) throws -> TokenizerError? {
      var definition = TokenizerDefinition.bert(vocabulary: TokenList(specials))
      definition.normalizer = steps
      do throws(TokenizerError) {
        _ = try Tokenizer(definition)
        return nil
      } catch {
        return error
      }
    }
    let long = String(repeating: "a", count: 129)
    #expect(try error([.replace(.literal("a"), by: long)]) == .growth(129, limit: 128))
    #expect(try error([.prepend(long)]) == .growth(130, limit: 128))
    let twelve = NormalizerStep.replace(.literal("a"), by: String(repeating: "a", count: 12))
    #expect(try error([twelve, twelve]) == .growth(144, limit: 128))
    let doubling = NormalizerStep.replace(.literal("a"), by: "aa")
    #expect(try error(Array(repeating: doubling, count: 70)) == .growth(.max, limit: 128))
    #expect(try error([twelve, .lowercase, doubling]) == nil)
    #expect(try error([.prepend("\u{2581}"), .replace(.literal(" "), by: "\u{2581}")]) == nil)
    #expect(try error([.replace(.literal("aaaa"), by: "a"), .form(.nfkd)]) == nil)
  }

  @Test func tellsCanonicallyEquivalentTokensApart() throws {
    let tokenizer = try make(specials + ["\u{E9}", "e\u{301}"])
    #expect(tokenizer.id("\u{E9}") == 5)
    #expect(tokenizer.id("e\u{301}") == 6)
    #expect(tokenizer.id("e") == nil)
  }

  @Test func refusesConflictingAddedTokens() throws {
    #expect(throws: TokenizerError.emptyAddedToken(id: 9)) { try make(specials, adding: [.init(content: "", id: 9)]) }
    #expect(throws: TokenizerError.emptyAddedToken(id: 9)) {
      try make(specials, adding: [.init(content: "\u{301}", id: 9, normalized: true)])
    }
    #expect(throws: TokenizerError.conflictingAddedToken("x", id: 2, found: "[CLS]")) {
      try make(specials, adding: [.init(content: "x", id: 2)])
    }
    #expect(throws: TokenizerError.conflictingAddedToken("x", id: -1, found: nil)) {
      try make(specials, adding: [.init(content: "x", id: -1)])
    }
    #expect(throws: TokenizerError.conflictingAddedToken("y", id: 9, found: "x")) {
      try make(specials, adding: [.init(content: "x", id: 9), .init(content: "y", id: 9)])
    }
    #expect(throws: TokenizerError.duplicateToken("[CLS]", first: 2, second: 9)) {
      try make(specials, adding: [.init(content: "[CLS]", id: 9)])
    }
  }

  @Test func addedTokensMayLieBehindTheVocabulary() throws {
    let tokenizer = try make(specials + ["a"], adding: [.init(content: "<x>", id: 8), .init(content: "[CLS]", id: 2)])
    #expect(tokenizer.vocabularySize == 9)
    #expect(tokenizer.token(8) == "<x>" && tokenizer.id("<x>") == 8)
    #expect(tokenizer.token(6) == nil && tokenizer.token(-1) == nil)
    #expect(tokenizer.ids("a<x>a", maxLength: nil).ids == [2, 5, 8, 5, 3])
    #expect(try tokenizer.decode([2, 5, 8, 3]) == "a [SEP]")
  }

  @Test func refusesLengthsWithoutRoomForSpecialTokens() throws {
    let tokenizer = try TestTokenizers.letters()
    #expect(throws: TokenizerError.maxLengthTooSmall(1, minimum: 2)) { try tokenizer.encode("a", maxLength: 1) }
    #expect(throws: TokenizerError.maxLengthTooSmall(2, minimum: 3)) {
      try tokenizer.encode("a", pair: "b", maxLength: 2)
    }
    #expect(throws: TokenizerError.maxLengthTooSmall(-1, minimum: 0)) {
      try tokenizer.encode("a", addSpecialTokens: false, maxLength: -1)
    }
    #expect(tokenizer.ids("abc", maxLength: .min) == TokenIDs(ids: [2, 3], total: 5))
  }

  @Test func refusesUnknownIDs() throws {
    let tokenizer = try TestTokenizers.letters()
    for id in [-1, Int32(tokenizer.vocabularySize), .max, .min] {
      #expect(throws: TokenizerError.unknownID(id, index: 1, vocabularySize: tokenizer.vocabularySize)) {
        try tokenizer.decode([5, id])
      }
    }
  }

  @Test func messagesSayWhatWasExpected() {
    #expect(
      TokenizerError.unknownID(99, index: 3, vocabularySize: 10).description
        == "ids[3] is 99: expected a token id between 0 and 9")
    #expect(
      TokenizerError.maxLengthTooSmall(1, minimum: 3).description
        == "maxLength is 1: expected at least 3, the number of special tokens")
    #expect(
      TokenizerError.missingToken("[CLS]", role: "classification").description
        == "the vocabulary lacks the classification token \"[CLS]\"")
  }
}
