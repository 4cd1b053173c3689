import Platform

/// Ranks texts by the words they share with a query: BM25 (Robertson and Zaragoza 2009) with k1 = 1.2 and b = 0.75, and
/// the inverse document frequency that is never negative, ln(1 + (N - n + 0.5) / (n + 0.5)).
public struct KeywordIndex: Sendable {
  private static let saturation = 1.2
  private static let lengthWeight = 0.75

  typealias Term = WordScanner.Term

  private let counts: [[Term: Int]]
  private let lengths: [Int]
  private let documentFrequency: [Term: Int]
  private let meanLength: Double

  /// - Parameter texts: the documents, in the order of the scores.
  public init(_ texts: [String]) {
    var frequency: [Term: Int] = [:]
    counts = texts.map { text in
      let counts = Dictionary(Self.terms(text).map { ($0, 1) }, uniquingKeysWith: +)
      for term in counts.keys { frequency[term, default: 0] += 1 }
      return counts
    }
    lengths = counts.map { $0.values.reduce(0, +) }
    documentFrequency = frequency
    meanLength = texts.isEmpty ? 0 : Double(lengths.reduce(0, +)) / Double(texts.count)
  }

  /// One score a document, 0 where no word is shared.
  public func scores(_ query: String) -> [Float] {
    // Summed in a fixed order, so that equal documents get equal bits.
    let terms = Set(Self.terms(query)).sorted { $0.lexicographicallyPrecedes($1) }
    return counts.indices.map { document in
      let norm =
        Self.saturation
        * (1 - Self.lengthWeight + Self.lengthWeight * Double(lengths[document]) / max(meanLength, 1))
      let score = terms.reduce(0.0) { sum, term in
        guard let count = counts[document][term] else { return sum }
        return sum + inverseFrequency(term) * Double(count) * (Self.saturation + 1) / (Double(count) + norm)
      }
      return Float(score)
    }
  }

  private func inverseFrequency(_ term: Term) -> Double {
    let containing = Double(documentFrequency[term] ?? 0)
    return log(1 + (Double(counts.count) - containing + 0.5) / (containing + 0.5))
  }

  /// The words with the parts of identifiers, so that an identifier is found whole and by its words.
  static func terms(_ text: String) -> [Term] {
    var terms: [Term] = []
    WordScanner.scan(text) { parts, compound in
      terms += parts
      if let compound { terms.append(compound) }
    }
    return terms
  }
}
