#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Ranks texts by the words they share with a query: BM25 (Robertson and Zaragoza 2009) with k1 = 1.2 and b = 0.75, and
/// the inverse document frequency that is never negative, ln(1 + (N - n + 0.5) / (n + 0.5)).
public struct KeywordIndex: Sendable {
  private static let saturation = 1.2
  private static let lengthWeight = 0.75

  private let counts: [[String: Int]]
  private let lengths: [Int]
  private let documentFrequency: [String: Int]
  private let meanLength: Double

  /// - Parameter texts: the documents, in the order of the scores.
  public init(_ texts: [String]) {
    var frequency: [String: Int] = [:]
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
    let terms = Set(Self.terms(query))
    return counts.indices.map { document in
      let norm =
        Self.saturation
        * (1 - Self.lengthWeight + Self.lengthWeight * Double(lengths[document]) / max(meanLength, 1))
      // Summed in a fixed order, so that equal documents get equal bits.
      let score = terms.sorted().reduce(0.0) { sum, term in
        guard let count = counts[document][term] else { return sum }
        return sum + inverseFrequency(term) * Double(count) * (Self.saturation + 1) / (Double(count) + norm)
      }
      return Float(score)
    }
  }

  private func inverseFrequency(_ term: String) -> Double {
    let containing = Double(documentFrequency[term] ?? 0)
    return log(1 + (Double(counts.count) - containing + 0.5) / (containing + 0.5))
  }

  /// Words are runs of letters and digits, lowercased. An identifier gives its parts as well (`camelCase` and
  /// `snake_case`), so that it is found whole and by its words.
  static func terms(_ text: String) -> [String] {
    var terms: [String] = []
    for word in text.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }) {
      let parts = identifierParts(word)
      terms += parts
      if parts.count > 1 { terms.append(word.lowercased()) }
    }
    return terms
  }

  private static func identifierParts(_ word: Substring) -> [String] {
    var parts: [String] = []
    for piece in word.split(separator: "_") {
      var start = piece.startIndex
      var previous: Character?
      for index in piece.indices {
        if let previous, previous.isLowercase || previous.isNumber, piece[index].isUppercase {
          parts.append(piece[start..<index].lowercased())
          start = index
        }
        previous = piece[index]
      }
      parts.append(piece[start...].lowercased())
    }
    return parts
  }
}
