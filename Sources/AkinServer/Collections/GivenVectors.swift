import AkinCollections
import AkinProtocol
import Engine
import JSONRPC

/// Vectors that come with documents, before they are believed.
struct GivenVectors {
  /// Texts of a request that are embedded again, to see whether their vectors are what the model makes of them.
  private static let sample = 4
  /// int8 vectors come to 0.9998; another model, another prompt or a shifted column to far less.
  private static let leastCosine: Float = 0.98

  let engine: Engine
  let call: Call

  /// - Throws: `invalidParams` where a vector has another size than the model's, where the fingerprint is not the
  ///   model's, and where a sample of them is not what the model makes of the texts.
  func check(_ documents: [IndexAddMethod.Document], fingerprint: String?) async throws {
    let given = documents.indices.filter { documents[$0].vector != nil }
    guard !given.isEmpty else { return }
    let space = VectorSpace(of: engine)
    for index in given {
      let count = documents[index].vector?.count ?? 0
      guard count != space.dimensions else { continue }
      throw ResponseError(
        akin: .invalidParams, path: path(index), expected: "a vector of \(space.dimensions) numbers",
        found: "\(count) number\(count == 1 ? "" : "s")")
    }
    guard fingerprint == space.fingerprint else {
      throw ResponseError(
        akin: .invalidParams, path: call.path("fingerprint"),
        expected: "\(space.fingerprint), that of \(space.model) on this machine", found: fingerprint ?? "none")
    }
    let sample = stride(from: 0, to: given.count, by: max(1, given.count / Self.sample)).map { given[$0] }
    try await compare(sample, documents, space)
  }

  private func compare(_ sample: [Int], _ documents: [IndexAddMethod.Document], _ space: VectorSpace) async throws {
    var request = EmbedRequest(texts: sample.map { documents[$0].text })
    request.prompt = .text(space.prompt)
    let answer = try await engine.embed(request)
    for (place, index) in sample.enumerated() where !answer.truncated[place] {
      guard let vector = documents[index].vector else { continue }
      let cosine = Self.cosine(vector, answer.vectors[place])
      guard cosine < Self.leastCosine else { continue }
      throw ResponseError(
        akin: .invalidParams, path: path(index), expected: "the vector that \(space.summary) makes of the text",
        found: "one with a cosine of \((cosine * 100).rounded() / 100) to it")
    }
  }

  private func path(_ index: Int) -> String { call.path("documents", index) + ".vector" }

  /// 1 for two vectors of zeros, which texts without tokens have.
  private static func cosine(_ left: [Float], _ right: [Float]) -> Float {
    var (dot, first, second): (Float, Float, Float) = (0, 0, 0)
    for (a, b) in zip(left, right) {
      dot += a * b
      first += a * a
      second += b * b
    }
    guard first > 0, second > 0 else { return first == second ? 1 : 0 }
    return dot / (first * second).squareRoot()
  }
}
