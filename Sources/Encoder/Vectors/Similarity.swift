/// How near two vectors are: larger is nearer. Named as sentence-transformers' `similarity_fn_name`.
public enum SimilarityFunction: String, Sendable, CaseIterable {
  /// Cosine of the angle, in -1...1.
  case cosine
  /// Sum of products.
  case dot
  /// The negated Euclidean distance.
  case euclidean
  /// The negated sum of absolute differences.
  case manhattan
}

extension Vectors {
  /// Every row of `left` against every row of `right`; all vectors have the same length.
  /// - Returns: `left.count` rows of `right.count` scores.
  public static func scores(left: [[Float]], right: [[Float]], function: SimilarityFunction) -> [[Float]] {
    switch function {
    case .dot: return left.map { a in right.map { dot(a, $0) } }
    case .euclidean: return left.map { a in right.map { -euclidean(a, $0) } }
    case .manhattan: return left.map { a in right.map { -manhattan(a, $0) } }
    case .cosine:
      let rightNorms = right.map(norm)
      return left.map { a in
        let leftNorm = norm(a)
        return zip(right, rightNorms).map { dot(a, $0) / (leftNorm * $1) }
      }
    }
  }

  /// The best scores, highest first, equal ones in order of their index. NaN is never among them.
  /// - Parameters:
  ///   - k: how many at most; none where it is not positive.
  ///   - minScore: lower scores are left out.
  public static func topK(_ scores: [Float], k: Int, minScore: Float?) -> [(index: Int, score: Float)] {
    guard k > 0 else { return [] }
    let least = minScore ?? -.infinity
    var best: [(index: Int, score: Float)] = []
    for (index, score) in scores.enumerated() where score >= least {
      if best.count == k {
        guard let last = best.last, score > last.score else { continue }
        best.removeLast()
      }
      best.insert((index, score), at: firstBelow(score, in: best))
    }
    return best
  }

  /// Where a score belongs: behind those that are higher or equal.
  private static func firstBelow(_ score: Float, in best: [(index: Int, score: Float)]) -> Int {
    var low = 0, high = best.count
    while low < high {
      let middle = (low + high) / 2
      if best[middle].score >= score { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
