import ModelFiles
import Platform

/// What each head adds to the score of a query and a key, by the distance from the one to the other.
struct DistanceBias: Sendable {
  private let heads: Int
  private let scheme: ScoreBias
  private let buckets: [Float]  // [buckets, heads]

  /// nil where the model adds nothing.
  init?(of model: TransformerDescription, from reader: TensorReader) throws(EncoderError) {
    heads = model.headCount
    scheme = model.scoreBias
    switch scheme {
    case .none: return nil
    case .linear: buckets = []
    case .buckets(let count, _):
      let table = KernelMemory<Float>(count: count * heads)
      try reader.read("attn_rel_b.weight", shape: [count, heads], into: table.all)
      buckets = table.all.array
    }
  }

  /// The biases of all heads over the distances key - query from `1 - tokens` to `tokens - 1`.
  /// - Returns: [heads, 2 tokens - 1]
  func table(tokens: Int) -> KernelMemory<Float> {
    let width = 2 * tokens - 1
    let values = (0..<heads).flatMap { head in
      (0..<width).map { bias(head: head, distance: $0 - (tokens - 1)) }
    }
    return KernelMemory(values)
  }

  private func bias(head: Int, distance: Int) -> Float {
    switch scheme {
    case .none: 0
    case .linear: -slope(head) * Float(abs(distance))
    case .buckets(let count, let farthest): buckets[Self.bucket(distance, count, farthest) * heads + head]
    }
  }

  /// A geometric series for a power of two of heads; what is over it takes every second one of the next series.
  private func slope(_ head: Int) -> Float {
    let whole = 1 << (Int.bitWidth - 1 - heads.leadingZeroBitCount)
    let exponent = head < whole ? Double(head + 1) / Double(whole) : Double(2 * (head - whole) + 1) / Double(2 * whole)
    return Float(pow(2, -8 * exponent))
  }

  /// T5's buckets in both directions: half for keys behind the query; of each half, the first half has a bucket a distance, the
  /// rest are as wide as the logarithm says.
  private static func bucket(_ distance: Int, _ count: Int, _ farthest: Int) -> Int {
    let half = count / 2, exact = half / 2, length = abs(distance)
    let side = distance > 0 ? half : 0
    guard length >= exact else { return side + length }
    let place = logf(Float(length) / Float(exact)) / Float(log(Double(farthest) / Double(exact)))
    return side + min(exact + Int(place * Float(half - exact)), half - 1)
  }
}
