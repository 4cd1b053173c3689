import Encoder
import Engine
import JSON
import ModelFiles

/// Values that a model should give, from a file beside it or from sentence-transformers, and what it does give.
struct ModelReference {
  let texts: [String]
  let values: [[Float]]
  /// Where they come from, for a person.
  let source: String

  /// A file of `{"text", "embedding"}` a line: in a model's folder, or beside a GGUF file.
  static func path(for engine: Engine) -> String {
    engine.modelPath.hasSuffix(".gguf")
      ? String(engine.modelPath.dropLast(5)) + ".reference.jsonl" : engine.modelPath + "/akin-reference.jsonl"
  }

  /// What a model's kind is compared by.
  static func kind(of engine: Engine) -> PythonReference.Kind {
    let description = engine.description
    if description.classifier != nil { return .pairs }
    if description.sparse != nil { return .sparse }
    return description.tokenHead == nil ? .vectors : .tokens
  }

  init(texts: [String], values: [[Float]], source: String) {
    (self.texts, self.values, self.source) = (texts, values, source)
  }

  /// The values of a file; nil where there is none.
  /// - Throws: ``Failure`` that names the line.
  init?(file path: String) throws(Failure) {
    guard let bytes = try? MappedFile(path: path).withBytes({ [UInt8]($0) }) else { return nil }
    var texts: [String] = [], values: [[Float]] = []
    for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
      do {
        let root = JSONField(try JSONValue.parse(Array(line)), path: "")
        texts.append(try root["text"].string())
        values.append(try root["embedding"].array().map { Float(try $0.double()) })
      } catch {
        throw Failure(.badData, "\(path):\(number + 1): \(error)")
      }
    }
    self.init(texts: texts, values: values, source: path)
  }

  /// What the engine gives for the texts, in the reference's form.
  func found(by engine: Engine) async throws(EngineError) -> [[Float]] {
    switch Self.kind(of: engine) {
    case .vectors: return try await engine.embed(EmbedRequest(texts: texts)).vectors
    case .pairs:
      return try await engine.rerank(RerankRequest(query: texts.first ?? "", documents: texts)).logits.map { [$0] }
    case .sparse:
      var request = EmbedRequest(texts: texts)
      request.output = .sparse
      let answer = try await engine.embed(request)
      return answer.sparseVectors.map { vector in
        var all = [Float](repeating: 0, count: answer.dimensions)
        for (index, value) in zip(vector.indices, vector.values) { all[Int(index)] = value }
        return all
      }
    case .tokens:
      var request = EmbedRequest(texts: texts)
      (request.output, request.prompt) = (.tokens, .named(TextRole.document.rawValue))
      let answer = try await engine.embed(request), head = engine.description.tokenHead
      let skipped = head?.skippingRoles.contains(.document) == true ? head?.skippedIDs ?? [] : []
      return zip(answer.tokenVectors, answer.encodings).map { rows, encoding in
        zip(rows, encoding.ids).filter { !skipped.contains($0.1) }.flatMap(\.0)
      }
    }
  }
}
