import AkinHTTP
import AkinProtocol
import JSON
import Synchronization

/// A session whose every text has the vector [length, 0.5], and whose tokenizer gives a letter the id of its place in the
/// alphabet.
final class StubSession: HTTPSession {
  /// What was called, in order.
  let calls = Mutex<[(method: String, parameters: JSONValue)]>([])
  /// What every call ends with.
  let failure: CallError?

  init(failing failure: CallError? = nil) {
    self.failure = failure
  }

  func call(_ method: String, _ parameters: JSONValue, bytes: Int) async throws(CallError) -> JSONValue {
    calls.withLock { $0.append((method, parameters)) }
    if let failure { throw failure }
    do {
      return try result(method, JSONField(parameters, path: "params"))
    } catch {
      throw CallError(code: AkinErrorCode.internalError.rawValue, message: "\(error)", data: nil)
    }
  }

  private func result(_ method: String, _ parameters: JSONField) throws -> JSONValue {
    switch method {
    case EmbedMethod.name:
      let parameters = try EmbedMethod.Parameters(parameters)
      if parameters.output == .sparse {
        let vectors = parameters.input.map { text in
          // The first word's value says whether it was scaled.
          SparseEmbedding(indices: [3, text.count], values: [parameters.options.normalize == nil ? 2 : 1, 0.5])
        }
        return EmbedMethod.Result(
          model: "m", dimensions: 100, embeddings: .sparse(vectors), tokenCounts: parameters.input.map(\.count),
          truncated: parameters.input.map { $0.count > 5 }
        ).json
      }
      let vectors = parameters.input.map { text in
        EmbeddingVector.encoded([Float(text.count), 0.5], dataType: .float32, format: parameters.encodingFormat).vector
      }
      return EmbedMethod.Result(
        model: "m", dimensions: 2, embeddings: .sentence(vectors), tokenCounts: parameters.input.map(\.count),
        truncated: parameters.input.map { $0.count > 5 }
      ).json
    case TokenizeMethod.name:
      let parameters = try TokenizeMethod.Parameters(parameters)
      return TokenizeMethod.Result(encodings: parameters.input.map(Self.encoding)).json
    case DetokenizeMethod.name:
      let parameters = try DetokenizeMethod.Parameters(parameters)
      return DetokenizeMethod.Result(
        texts: parameters.ids.map { ids in
          String(String.UnicodeScalarView(ids.filter { $0 > 0 }.map { Unicode.Scalar(UInt8(96 + $0 % 26)) }))
        }
      ).json
    case SimilarityMethod.name: return SimilarityMethod.Result(scores: [[0.25, 1]]).json
    case RerankMethod.name:
      let parameters = try RerankMethod.Parameters(parameters)
      let items = parameters.documents.indices.reversed().map { index in
        RerankMethod.Item(
          index: index, score: 0.5, logit: -1.5,
          document: parameters.returnDocuments ? parameters.documents[index] : nil)
      }
      return RerankMethod.Result(
        model: "m", results: Array(items.prefix(parameters.topK ?? items.count)), tokenCounts: [3, 4],
        truncated: [false, false]
      ).json
    default: return .null
    }
  }

  private static func encoding(_ text: String) -> TokenEncoding {
    let ids = text.unicodeScalars.map { Int32($0.value) - 96 }
    return TokenEncoding(
      ids: [0] + ids, tokens: ["[CLS]"] + text.map(String.init), typeIDs: ids.map { _ in 0 } + [0],
      attentionMask: ids.map { _ in 1 } + [1], specialTokensMask: [1] + ids.map { _ in 0 },
      offsets: [0..<0] + ids.indices.map { $0..<($0 + 1) }, wordIDs: [nil] + ids.indices.map { $0 },
      total: ids.count + 1, truncated: false)
  }

  func answer(_ message: [UInt8]) async -> [UInt8]? {
    message.contains(UInt8(ascii: "?")) ? nil : Array("message".utf8)
  }

  func end() {}
}

extension HTTPOptions {
  /// On loopback, changed as a test wants it.
  static func testing(
    _ address: String = "127.0.0.1:0", _ change: (inout HTTPOptions) -> Void = { _ in }
  ) -> HTTPOptions {
    var options = HTTPOptions(
      address: HTTPAddress(address) ?? .unixSocket(path: ""), limits: ServerLimits(),
      models: ["sentence-transformers/all-MiniLM-L6-v2"], version: "1.2.3")
    change(&options)
    return options
  }
}

extension RequestHead {
  static func testing(_ method: String, _ target: String, _ fields: [(String, String)] = []) -> RequestHead {
    RequestHead(
      method: method, target: target,
      fields: [(name: "Host", value: "localhost:8711")] + fields.map { (name: $0, value: $1) })
  }
}
