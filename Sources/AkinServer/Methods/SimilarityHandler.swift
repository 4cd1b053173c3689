import AkinProtocol
import Encoder
import Engine
import JSONRPC

/// `similarity`
struct SimilarityHandler: MethodHandler {
  typealias Method = SimilarityMethod

  /// Where an item of `left` or `right` stands in the request.
  private struct Place {
    let name: String
    let index: Int
  }

  func answer(_ parameters: SimilarityMethod.Parameters, _ call: Call) async throws -> SimilarityMethod.Result {
    try checkLimits(parameters, call)
    let provider = try call.model(parameters.model)
    let right = parameters.right ?? []
    let items = parameters.left + right
    let places =
      parameters.left.indices.map { Place(name: "left", index: $0) }
      + right.indices.map { Place(name: "right", index: $0) }
    try checkDimensions(items, places, call)
    // Texts may be compared otherwise than by one vector each, as the model says.
    if items.contains(where: { !$0.isVector }) {
      let engine = try await provider.engine()
      if engine.description.tokenHead != nil || engine.description.sparse != nil || parameters.function == .maxsim,
        parameters.options.pooling == nil
      {
        return try await TextScores(parameters, call, engine).result()
      }
    }
    guard let function = SimilarityFunction(parameters.function ?? .cosine) else {
      throw ResponseError(
        akin: .invalidParams, path: call.path("function"), expected: "a function of vectors, where no texts are given",
        found: "\"maxsim\"")
    }
    let vectors = try await call.withProgress("Comparing") { progress in
      try await embed(items, places, parameters.options, provider, call, progress)
    }
    let leftVectors = Array(vectors[..<parameters.left.count])
    let rightVectors = parameters.right == nil ? leftVectors : Array(vectors[parameters.left.count...])
    let scores = try Vectors.scores(
      left: leftVectors, right: rightVectors, function: function)
    try checkRange(scores, call)
    return SimilarityMethod.Result(scores: scores)
  }

  /// JSON has no infinity, and float32 nothing between its greatest number and that.
  private func checkRange(_ scores: [[Float]], _ call: Call) throws(ResponseError) {
    for (row, line) in scores.enumerated() {
      guard let column = line.firstIndex(where: { !$0.isFinite }) else { continue }
      throw ResponseError(
        akin: .invalidParams, path: call.path("left", row), expected: "vectors whose score is within float32",
        found: "a score beyond it, with column \(column)")
    }
  }

  private func checkLimits(_ parameters: SimilarityMethod.Parameters, _ call: Call) throws(ResponseError) {
    try call.checkItems(parameters.left, of: "left")
    if let right = parameters.right { try call.checkItems(right, of: "right") }
    try call.checkScores(
      parameters.left.count, (parameters.right ?? parameters.left).count,
      of: parameters.right == nil ? "left" : "right")
  }

  /// The client's vectors must fit each other.
  private func checkDimensions(_ items: [TextOrVector], _ places: [Place], _ call: Call) throws(ResponseError) {
    var dimensions: Int?
    for (item, place) in zip(items, places) {
      guard case .vector(let vector) = item else { continue }
      try check(vector, place, dimensions: dimensions ?? vector.count, call)
      dimensions = vector.count
    }
  }

  private func check(_ vector: [Float], _ place: Place, dimensions: Int, _ call: Call) throws(ResponseError) {
    guard vector.count != dimensions else { return }
    throw ResponseError(
      akin: .invalidParams, path: call.path(place.name, place.index), expected: "a vector of \(dimensions) numbers",
      found: "\(vector.count) number\(vector.count == 1 ? "" : "s")")
  }

  /// One vector an item. The texts of both sides are embedded in one request; where there are none, no model is needed.
  private func embed(
    _ items: [TextOrVector], _ places: [Place], _ options: EmbeddingOptions, _ provider: EngineProvider, _ call: Call,
    _ progress: WorkProgress
  ) async throws -> [[Float]] {
    let textIndices = items.indices.filter { !items[$0].isVector }
    let texts = items.compactMap { item in
      if case .text(let text) = item { return text }
      return nil
    }
    var embedded: [Int: [Float]] = [:]
    if !texts.isEmpty {
      let engine = try await provider.engine()
      try call.checkLengths(texts, options, engine: engine) { text in
        let place = places[textIndices[text]]
        return call.path(place.name, place.index)
      }
      let answer = try await engine.embed(EmbedRequest(texts: texts, options)) {
        progress.report($0, of: texts.count, "texts")
      }
      for (item, place) in zip(items, places) {
        if case .vector(let vector) = item { try check(vector, place, dimensions: answer.dimensions, call) }
      }
      embedded = Dictionary(uniqueKeysWithValues: zip(textIndices, answer.vectors))
    }
    return items.enumerated().map { index, item in
      switch item {
      case .text: embedded[index, default: []]
      case .vector(let vector): vector
      }
    }
  }
}

extension SimilarityFunction {
  /// nil for what is no function of vectors.
  init?(_ function: SimilarityMethod.Function) {
    switch function {
    case .maxsim: return nil
    case .cosine: self = .cosine
    case .dot: self = .dot
    case .euclidean: self = .euclidean
    case .manhattan: self = .manhattan
    }
  }
}
