import AkinTestSupport
import Foundation
import ModelFiles
import Testing

/// Tables of words' vectors: sentence-transformers' and model2vec's.
@Suite struct StaticModelTests {
  /// A folder with a table of 490 words, or what shares it out.
  private func open(_ header: String, data: [UInt8], truncation: String? = nil) throws -> ModelWeights {
    let folder = try TemporaryFolder()
    let path = folder.file("m")
    try FileManager.default.copyItem(atPath: Fixtures.path("families/static"), toPath: path)
    try FileManager.default.copyItem(
      atPath: Fixtures.path("models/sentence/tokenizer.json"), toPath: path + "/tokenizer.json")
    try folder.write(safetensors(header, data: data), to: "m/model.safetensors")
    if let truncation {
      let text = try String(contentsOfFile: path + "/tokenizer.json", encoding: .utf8)
      try #require(text.contains(#""truncation": null"#) || text.contains(#""truncation":null"#))
      let cut = text.replacingOccurrences(of: #""truncation": null"#, with: #""truncation": \#(truncation)"#)
        .replacingOccurrences(of: #""truncation":null"#, with: #""truncation":\#(truncation)"#)
      try folder.write(Array(cut.utf8), to: "m/tokenizer.json")
    }
    return try ModelWeights.open(folder: path, name: "m")
  }

  /// 490 numbers of a type; those of `at` differ.
  private func tensor<Number: FixedWidthInteger>(_ value: Number, at: [Int: Number] = [:]) -> [UInt8] {
    (0..<490).flatMap { littleEndian(at[$0] ?? value) }
  }

  private let table = [UInt8](repeating: 0, count: 3 * 32 * 4)

  private func header(_ parts: [(name: String, type: String, shape: String, bytes: Int)]) -> String {
    var offset = 0
    let members = parts.map { part in
      defer { offset += part.bytes }
      return
        "\"\(part.name)\":{\"dtype\":\"\(part.type)\",\"shape\":\(part.shape),\"data_offsets\":[\(offset),\(offset + part.bytes)]}"
    }
    return "{" + members.joined(separator: ",") + "}"
  }

  @Test(arguments: ["I64", "U64", "I32", "U32", "I16", "U16"])
  func rowsMayBeWholeNumbersOfAnyWidth(type: String) throws {
    let mapping =
      type.hasSuffix("64")
      ? tensor(Int64(1), at: [7: 2])
      : type.hasSuffix("32")
        ? tensor(Int32(1), at: [7: 2])
        : tensor(Int16(1), at: [7: 2])
    let weights = try open(
      header([("embeddings", "F32", "[3,32]", table.count), ("mapping", type, "[490]", mapping.count)]),
      data: table + mapping)
    let model = weights.description.transformer
    #expect(model.vocabularySize == 490 && model.wordRowCount == 3)
    #expect(model.wordRows?.rows[6...8] == [1, 2, 1] && model.wordRows?.weights == [])
  }

  @Test func aRowThatIsNotThereIsRefused() throws {
    for row in [Int64(3), -1, 1 << 40] {
      let mapping = tensor(Int64(0), at: [9: row])
      let error = fileError {
        try open(
          header([("embeddings", "F32", "[3,32]", table.count), ("mapping", "I64", "[490]", mapping.count)]),
          data: table + mapping)
      }
      #expect(try #require(error).description.contains("'mapping' holds a number outside of 0..<3"))
    }
  }

  @Test func whatDoesNotFitTheTableIsRefused() throws {
    let few = [UInt8](repeating: 0, count: 4 * 489), ofFloats = [UInt8](repeating: 0, count: 4 * 490)
    func error(_ name: String, _ type: String, _ bytes: [UInt8]) throws -> String {
      let count = bytes.count / 4
      let head = header([("embeddings", "F32", "[3,32]", table.count), (name, type, "[\(count)]", bytes.count)])
      return try #require(fileError { try open(head, data: table + bytes) }).description
    }
    #expect(try error("weights", "F32", few).contains("do not fit the table"))
    #expect(try error("mapping", "F32", ofFloats).contains("'mapping' is no list of whole numbers"))
    // Words beyond the rows.
    #expect(try error("mapping", "I32", few).contains("at most vocab_size 489 tokens"))
    #expect(try error("weights", "U8", ofFloats.dropLast(0)).contains("weights"))
  }

  /// sentence-transformers knows no other limit of such a model.
  @Test func theTokenizersCutIsTheModels() throws {
    let head = header([("embedding.weight", "I8", "[490,1]", 490)]), data = [UInt8](repeating: 1, count: 490)
    #expect(try open(head, data: data).description.maxSequenceLength > 100_000)
    let cut = #"{"direction": "Right", "max_length": 5, "strategy": "LongestFirst", "stride": 0}"#
    #expect(try open(head, data: data, truncation: cut).description.maxSequenceLength == 5)
    let error = fileError {
      try open(head, data: data, truncation: #"{"direction": "Right", "max_length": 1, "stride": 0}"#)
    }
    #expect(try #require(error).description.contains("truncation.max_length"))
  }
}
