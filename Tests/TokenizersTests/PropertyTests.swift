import AkinTestSupport
import Testing
import Tokenizers

/// What must hold for every string, on seeded random and on hostile ones.
@Suite struct PropertyTests {
  /// Strings that break naive tokenizers: NUL, marks without a base, endless marks, words of one letter repeated,
  /// noncharacters, joiners, and text that looks like special tokens.
  private static let hostile: [String] = [
    "", "\0", "\0\0\0", "\u{301}", String(repeating: "\u{301}\u{323}", count: 3000),
    String(repeating: "a", count: 5000),
    String(repeating: "é", count: 5000), String(repeating: "漢", count: 2000), String(repeating: "[SEP]", count: 500),
    String(repeating: "[", count: 5000), String(repeating: "[SEP", count: 1000),
    String(decoding: [0xFFFF, 0xDBFF, 0xDFFF, 0xFDD0] as [UInt16], as: UTF16.self),
    "\u{FEFF}\u{200D}\u{200B}", "👩‍👩‍👧‍👦🏳️‍🌈", String(repeating: "\u{AC01}", count: 101), "\r\n\r\n", "\u{344}\u{F73}\u{F81}",
    String(repeating: ".", count: 5000), "##a ##", "\u{D7FF}\u{E000}", String(repeating: " \u{3000}", count: 1000),
    String(repeating: "un", count: 50) + "q", "\u{1D165}\u{302E}\u{1B44}\u{345}",
  ]

  private func randomText(_ random: inout SeededRandom) -> String {
    let alphabets: [ClosedRange<UInt32>] = [
      0...0x7F, 0x61...0x7A, 0x20...0x2F, 0xA0...0x24F, 0x300...0x36F, 0x370...0x5FF, 0x900...0xD7F, 0xF00...0xFFF,
      0x1100...0x11FF, 0x1E00...0x206F, 0x3000...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFFFF, 0x1D100...0x1D1FF,
      0x1F300...0x1FAFF, 0...0x10FFFF,
    ]
    let some = (0..<3).map { _ in alphabets.randomElement(using: &random) ?? 0...0x7F }
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...40, using: &random) {
      let range = some.randomElement(using: &random) ?? 0...0x7F
      if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { text.append(scalar) }
    }
    return String(text)
  }

  private func texts() -> [String] {
    var random = SeededRandom(seed: 2026)
    return Self.hostile + (0..<3000).map { _ in randomText(&random) }
  }

  private func tokenizers() throws -> [Tokenizer] {
    [
      try TestTokenizers.model(),
      try TestTokenizers.letters(
        .init(cleanText: false, splitCJK: false, lowercase: false), .init(maxWordLength: 3)),
      try TestTokenizers.letters(
        .init(), .init(continuingPrefix: ""),
        adding: [
          AddedToken(content: "a", id: 5, leftStrip: true, rightStrip: true),
          AddedToken(content: "É", id: 200, singleWord: true, leftStrip: true, rightStrip: true, normalized: true),
        ]),
    ]
  }

  @Test func idsAgreeWithEncode() throws {
    for tokenizer in try tokenizers() {
      for text in texts() {
        for limit in [nil, 2, 3, 9] {
          let encoding = try tokenizer.encode(text, maxLength: limit)
          let ids = tokenizer.ids(text, maxLength: limit)
          #expect(ids.ids == encoding.ids && ids.total == encoding.total, "\(text.debugDescription)")
          #expect(ids.truncated == encoding.truncated && encoding.truncated == (encoding.ids.count < encoding.total))
        }
      }
    }
  }

  @Test func offsetsAscendInsideTheText() throws {
    for tokenizer in try tokenizers() {
      for text in texts() {
        let encoding = try tokenizer.encode(text, addSpecialTokens: false)
        let length = text.unicodeScalars.count
        #expect(encoding.offsets.allSatisfy { !$0.isEmpty && $0.upperBound <= length }, "\(text.debugDescription)")
        for (left, right) in zip(encoding.offsets, encoding.offsets.dropFirst()) {
          #expect(
            left.lowerBound <= right.lowerBound && left.upperBound <= right.upperBound, "\(text.debugDescription)")
        }
        let words = encoding.wordIDs.compactMap { $0 }
        #expect(
          words.count == encoding.ids.count && zip(words, words.dropFirst()).allSatisfy { $1 - $0 == 0 || $1 - $0 == 1 }
        )
      }
    }
  }

  @Test func piecesOfPlainWordsSpellTheText() throws {
    let tokenizer = try TestTokenizers.letters(.init(lowercase: false))
    var random = SeededRandom(seed: 5)
    for _ in 0..<500 {
      let letters = (0..<Int.random(in: 1...60, using: &random)).map { _ in
        "abcxyzABC ,.".randomElement(using: &random) ?? "a"
      }
      let scalars = Array(String(letters).unicodeScalars)
      let encoding = try tokenizer.encode(String(letters), addSpecialTokens: false)
      for (token, offsets) in zip(encoding.tokens, encoding.offsets) {
        #expect(token.filter { $0 != "#" } == scalars[offsets].map { String($0) }.joined())
      }
      #expect(encoding.ids.count == letters.filter { $0 != " " }.count)
    }
  }

  /// The tables of ASCII are a beginning of the whole ones; whatever stands next to a text must not change its ids.
  @Test func asciiTextsAreTokenizedAsAmongOthers() throws {
    let tokenizer = try TestTokenizers.model()
    var random = SeededRandom(seed: 11)
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in UInt8.random(in: 0...0x7F, using: &random) }
      let text = String(decoding: bytes, as: UTF8.self)
      let alone = try tokenizer.encode(text, addSpecialTokens: false)
      // An ideograph is a word of its own, and takes the text off the way of ASCII.
      let behind = try tokenizer.encode("漢" + text, addSpecialTokens: false)
      #expect(Array(behind.ids.dropFirst()) == alone.ids, "\(text.debugDescription)")
      #expect(behind.offsets.dropFirst().map { $0.lowerBound - 1 } == alone.offsets.map(\.lowerBound))
    }
  }

  @Test func everyIDDecodes() throws {
    let tokenizer = try TestTokenizers.model()
    var random = SeededRandom(seed: 77)
    for _ in 0..<300 {
      let ids = (0..<Int.random(in: 0...30, using: &random)).map { _ in Int32.random(in: 0...30521, using: &random) }
      let all = try tokenizer.decode(ids, skipSpecialTokens: false)
      #expect(try tokenizer.decode(ids).utf8.count <= all.utf8.count)
    }
    for id in 0..<Int32(tokenizer.vocabularySize) {
      let token = try #require(tokenizer.token(id))
      #expect(tokenizer.id(token) == id)
      #expect(try tokenizer.decode([id], skipSpecialTokens: false).utf8.elementsEqual(token.utf8))
    }
  }

  @Test func truncationKeepsAPrefixOfEachText() throws {
    let tokenizer = try TestTokenizers.letters()
    for first in 0...6 {
      for second in 0...6 {
        let texts = (String(repeating: "a", count: first), String(repeating: "b", count: second))
        for limit in 3...16 {
          let encoding = try tokenizer.encode(texts.0, pair: texts.1, maxLength: limit)
          #expect(encoding.ids.count == min(limit, first + second + 3))
          let pair = try tokenizer.pairIDs(tokenizer.plainIDs(texts.0), texts.1, maxLength: limit)
          #expect(pair.ids == encoding.ids && pair.typeIDs == encoding.typeIDs)
          #expect(pair.total == encoding.total && pair.truncated == encoding.truncated)
          let kept = [0, 1].map { sequence in encoding.sequenceIDs.filter { $0 == sequence }.count }
          // A text is cut only while it is at least as long as the other; the longer one keeps the odd token.
          #expect(kept[0] == first || kept[0] >= kept[1] - (first > second ? 0 : 1))
          #expect(kept[1] == second || kept[1] >= kept[0] - (first > second ? 1 : 0))
        }
      }
    }
  }
}
