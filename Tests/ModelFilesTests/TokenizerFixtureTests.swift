import AkinTestSupport
import Foundation
import JSON
import ModelFiles
import Testing
import Tokenizers

/// Small tokenizers of every kind, on hundreds of texts, against what tokenizers 0.22 made of them
/// (scripts/tokenizer_fixtures.py).
@Suite struct TokenizerFixtureTests {
  static let names = [
    "albert", "bytes-dropped", "characters-bert", "characters-map", "characters-nfc", "characters-nfd",
    "characters-nfkc",
    "characters-nfkd", "characters-nmt", "cl100k", "clip", "continuing", "gemma", "llama-first", "llama2", "llama3",
    "no-fallback", "o200k", "qwen", "qwen-marks", "roberta", "roberta-prefix", "starcoder", "t5", "words-contiguous",
    "words-digits", "words-isolated", "words-merged-with-next", "words-merged-with-previous", "words-not-contiguous",
    "words-not-isolated", "words-not-merged-with-next", "words-not-merged-with-previous", "words-not-removed",
    "words-removed", "xlm-roberta",
  ]

  private static func definition(_ name: String) throws -> TokenizerDefinition {
    try TokenizerDefinition(tokenizerJSON: Fixtures.path("tokenizers/\(name).json"))
  }

  private static func ownTexts() throws -> [String] {
    try Fixtures.lines("tokenizers/texts.jsonl").map { try JSONField(JSONValue.parse($0), path: "text").string() }
  }

  private static func sharedTexts() throws -> [String] {
    let texts = try Fixtures.lines("tokenize.jsonl").map { line in
      try JSONField(JSONValue.parse(line), path: "line")["text"].string()
    }.filter { $0.unicodeScalars.count < 2000 }
    return stride(from: 0, to: texts.count, by: 4).map { texts[$0] }
  }

  @Test(arguments: names)
  func agreesOnEveryText(name: String) throws {
    let tokenizer = try Tokenizer(Self.definition(name))
    var digits = Array(try Fixtures.lines("tokenizers/\(name).txt").joined())[...]
    let own = try Self.ownTexts()
    func expect(_ found: String, _ what: String) {
      let wanted = String(decoding: digits.prefix(8), as: UTF8.self)
      digits = digits.dropFirst(8)
      #expect(hash(found) == UInt32(wanted, radix: 16), "\(name): \(what)")
    }
    for text in try own + Self.sharedTexts() {
      let encoding = try tokenizer.encode(text)
      expect(summary(encoding), text.debugDescription)
      #expect(tokenizer.ids(text, maxLength: nil).ids == encoding.ids, "\(name): \(text.debugDescription)")
    }
    for (first, second) in zip(own.prefix(100), own.dropFirst()) {
      expect(summary(try tokenizer.encode(first, pair: second)), "the pair of \(first.debugDescription)")
    }
    for skips in [true, false] {
      for text in own.prefix(150) {
        let ids = tokenizer.ids(text, maxLength: nil).ids
        expect(try tokenizer.decode(ids, skipSpecialTokens: skips), "decoding \(text.debugDescription)")
      }
    }
    #expect(digits.isEmpty)
  }

  /// As `summary` of the script writes it.
  private func summary(_ encoding: Encoding) -> String {
    func list(_ values: [some CustomStringConvertible]) -> String {
      values.map(\.description).joined(separator: ",")
    }
    return [
      list(encoding.ids), list(encoding.offsets.flatMap { [$0.lowerBound, $0.upperBound] }),
      list(encoding.wordIDs.map { $0?.description ?? "-" }), list(encoding.typeIDs), list(encoding.specialTokensMask),
      list(encoding.sequenceIDs.map { $0?.description ?? "-" }), encoding.tokens.joined(separator: "\t"),
    ].joined(separator: "\n")
  }

  /// The lower half of FNV-1a, 64 bits.
  private func hash(_ text: String) -> UInt32 {
    UInt32(truncatingIfNeeded: text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
  }

  /// A GGUF file holds all of a tokenizer, whatever its kind.
  @Test(arguments: names)
  func comesBackFromGGUF(name: String) throws {
    let weights = try SmallModel().open()
    var description = weights.description
    description.tokenizer = try Self.definition(name)
    // A cut through the middle of scores that float32 does not hold would show here too.
    let rows = (description.tokenizer.addedTokens.map { Int($0.id) + 1 } + [description.tokenizer.vocabulary.count])
      .max()
    description.transformer.vocabularySize = try #require(rows) + 3
    var tensors = float32Tensors(weights)
    let index = try #require(tensors.firstIndex { $0.name == "token_embd.weight" })
    let width = tensors[index].shape[1]
    tensors[index].shape[0] = description.transformer.vocabularySize
    tensors[index].bytes = [UInt8](repeating: 0, count: description.transformer.vocabularySize * width * 4)
    let folder = try TemporaryFolder()
    try GGUFModel.write(description, tensors: tensors, fingerprint: "f00d", to: folder.file("m.gguf"))
    let back = try ModelWeights.open(gguf: folder.file("m.gguf"), name: description.name)
    #expect(back.description.tokenizer == description.tokenizer)
  }

  /// Every fixture is in the list.
  @Test func everyFixtureIsNamed() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Fixtures.path("tokenizers"))
      .filter { $0.hasSuffix(".txt") }
    #expect(Set(files.map { String($0.dropLast(4)) }) == Set(Self.names))
  }
}
