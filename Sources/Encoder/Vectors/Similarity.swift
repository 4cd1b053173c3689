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
  /// - Returns: `left.count` rows of `right.count` scores. A cosine is a number; the others are infinite where they are
  ///   beyond float32.
  /// - Throws: where the task is cancelled, between two rows.
  public static func scores(
    left: [[Float]], right: [[Float]], function: SimilarityFunction
  ) throws(CancellationError) -> [[Float]] {
    let rightSquares = function == .cosine ? right.map { dot($0, $0) } : []
    var rows: [[Float]] = []
    rows.reserveCapacity(left.count)
    for a in left {
      if Task.isCancelled { throw CancellationError() }
      switch function {
      case .dot: rows.append(right.map { finiteDot(a, $0) })
      case .euclidean: rows.append(right.map { -euclidean(a, $0) })
      case .manhattan: rows.append(right.map { -manhattan(a, $0) })
      case .cosine:
        let squares = dot(a, a)
        rows.append(zip(right, rightSquares).map { cosine(a, squares: squares, $0, squares: $1) })
      }
    }
    return rows
  }

  /// For every vector of a query the product with the nearest of a document, added up (Khattab and Zaharia 2020,
  /// arXiv:2004.12832); their mean where it `averages`. Zero where one has no vectors.
  public static func maxSim(_ query: [[Float]], _ document: [[Float]], averages: Bool) -> Float {
    guard !document.isEmpty, !query.isEmpty else { return 0 }
    let sum = query.reduce(Float(0)) { sum, token in
      sum
        + document.reduce(-Float.infinity) {
          let product = dot(token, $1); return product > $0 || product.isNaN ? product : $0
        }
    }
    return averages ? sum / Float(query.count) : sum
  }

  private static func finiteDot(_ a: [Float], _ b: [Float]) -> Float {
    let product = dot(a, b)
    return product.isFinite ? product : Float(preciseDot(a, b))
  }

  /// The best scores, highest first, equal ones in order of their index. NaN is never among them.
  /// - Parameters:
  ///   - k: how many at most; none where it is not positive.
  ///   - minScore: lower scores are left out.
  public static func topK(_ scores: [Float], k: Int, minScore: Float?) -> [(index: Int, score: Float)] {
    guard k > 0 else { return [] }
    let least = minScore ?? -.infinity
    guard k <= longestInsertion else {
      let ranked = scores.enumerated().filter { $0.element >= least }.sorted {
        ($1.element, $0.offset) < ($0.element, $1.offset)
      }
      return ranked.prefix(k).map { ($0.offset, $0.element) }
    }
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

  /// Longer lists are sorted: putting each score in its place would take the square of their length.
  private static let longestInsertion = 1024

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
