import AkinTestSupport
import Foundation
import JSON
import Tokenizers

/// Tokenizers that several tests use.
enum TestTokenizers {
  /// The default model's vocabulary; index = id.
  static func modelVocabulary() throws -> [String] {
    let text = String(decoding: try Fixtures.modelFile("vocab.txt"), as: UTF8.self)
    return text.split(separator: "\n").map(String.init)
  }

  /// The default model's tokenizer.
  static func model() throws -> Tokenizer {
    try Tokenizer(.bert(vocabulary: TokenList(modelVocabulary())))
  }

  /// A tokenizer that splits every word into letters; ids 0 to 4 are [PAD], [UNK], [CLS], [SEP], [MASK].
  static func letters(
    _ normalizer: BertNormalization = .init(), _ model: WordPieceModel = .init(), adding: [AddedToken] = []
  ) throws -> Tokenizer {
    let letters = "abcdefghijklmnopqrstuvwxyzABC,.'".map(String.init)
    let vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + letters + letters.map { "##" + $0 }
    return try Tokenizer(
      .bert(vocabulary: TokenList(vocabulary), normalizer: normalizer, model: model, addedTokens: adding))
  }
}

extension Fixtures {
  /// The bytes of a file of the default model.
  static func modelFile(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: TestModel.folder + "/" + name)))
  }

  /// The lines of a JSON-lines fixture, as fields that name themselves in errors.
  static func fields(_ name: String) throws -> [JSONField] {
    try lines(name).enumerated().map { JSONField(try JSONValue.parse($1), path: "\(name):\($0 + 1)") }
  }
}

extension JSONField {
  /// An array of ids.
  func ids() throws -> [Int32] {
    try array().map { Int32(try $0.int()) }
  }

  /// An array of numbers and nulls.
  func optionalInts() throws -> [Int?] {
    try array().map { try $0.optionalInt() }
  }

  /// An integer, or `nil` for null and where there is none.
  func optionalInt() throws -> Int? {
    isPresent ? try int() : nil
  }

  /// A string, or `nil` for null and where there is none.
  func optionalString() throws -> String? {
    isPresent ? try string() : nil
  }
}
