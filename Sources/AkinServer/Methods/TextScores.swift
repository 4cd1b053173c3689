import AkinProtocol
import Encoder
import Engine
import JSONRPC

/// `similarity` of texts by a model that gives them no vector each: one that compares them token by token, or by sparse vectors.
struct TextScores {
  private let parameters: SimilarityMethod.Parameters
  private let call: Call
  private let engine: Engine

  init(_ parameters: SimilarityMethod.Parameters, _ call: Call, _ engine: Engine) {
    self.parameters = parameters
    self.call = call
    self.engine = engine
  }

  func result() async throws -> SimilarityMethod.Result {
    let left = try texts(parameters.left, "left")
    let right = try parameters.right.map { try texts($0, "right") }
    try checkLengths(left, "left")
    if let right { try checkLengths(right, "right") }
    let scores = try await call.withProgress("Comparing") { progress in
      engine.description.sparse == nil
        ? try await byTokens(left, right ?? left, progress) : try await bySparseVectors(left, right, progress)
    }
    return SimilarityMethod.Result(scores: scores)
  }

  private func refused(_ name: String, _ expected: String, _ found: String) -> ResponseError {
    ResponseError(akin: .invalidParams, path: call.path(name), expected: expected, found: found)
  }

  private func texts(_ items: [TextOrVector], _ name: String) throws(ResponseError) -> [String] {
    var texts: [String] = []
    for (index, item) in items.enumerated() {
      guard case .text(let text) = item else {
        throw ResponseError(
          akin: .invalidParams, path: call.path(name, index),
          expected: "a text, as the model gives texts no vector each",
          found: "a vector")
      }
      texts.append(text)
    }
    return texts
  }

  private func checkLengths(_ texts: [String], _ name: String) throws(ResponseError) {
    try call.checkLengths(texts, parameters.options, engine: engine) { call.path(name, $0) }
  }

  private func byTokens(_ left: [String], _ right: [String], _ progress: WorkProgress) async throws -> [[Float]] {
    let options = parameters.options
    if let function = parameters.function, function != .maxsim {
      throw refused(
        "function", "\"maxsim\", or an explicit pooling, as the model compares texts token by token",
        "\"\(function.rawValue)\"")
    }
    if options.overflow == .window {
      throw refused("overflow", "\"truncate\" or \"error\" with function \"maxsim\"", "\"window\"")
    }
    for (name, isGiven) in [
      ("dimensions", options.dimensions != nil), ("normalize", options.normalize != nil),
    ] where isGiven {
      throw refused(name, "none with function \"maxsim\"", "a value")
    }
    if options.prompt != nil {
      throw refused("promptName", "no prompt with function \"maxsim\": left are queries, right documents", "a prompt")
    }
    var request = TokenScoreRequest(queries: left, documents: right)
    request.overflow = Overflow(options.overflow)
    return try await engine.tokenScores(request) { progress.report($0, of: right.count, "texts") }.scores
  }

  private func bySparseVectors(
    _ left: [String], _ right: [String]?, _ progress: WorkProgress
  ) async throws -> [[Float]] {
    let function = parameters.function ?? .dot
    guard function == .dot || function == .cosine else {
      throw refused("function", "\"dot\" or \"cosine\" of sparse vectors", "\"\(function.rawValue)\"")
    }
    let all = left + (right ?? [])
    var request = EmbedRequest(texts: all, parameters.options)
    request.output = .sparse
    if function == .cosine { request.normalize = true }
    let vectors = try await engine.embed(request) { progress.report($0, of: all.count, "texts") }.sparseVectors
    let rows = vectors[..<left.count], columns = right == nil ? rows : vectors[left.count...]
    return rows.map { row in columns.map { row.dot($0) } }
  }
}
