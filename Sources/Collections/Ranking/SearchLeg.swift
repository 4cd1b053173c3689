/// Where one of the ways of searching has a hit among all candidates.
public struct SearchLeg: Sendable, Equatable {
  /// The ways of searching.
  public enum Name: String, Sendable, CaseIterable {
    /// By the cosine of the query and the text.
    case meaning
    /// By the cosine of the query and the place: the path, what encloses the text, and the name that it declares.
    case place
    /// By BM25 over the fields.
    case words
  }

  /// Which.
  public let name: Name
  /// From 1.
  public let rank: Int
  /// A cosine, or BM25.
  public let score: Float

  static func score(_ name: Name, _ candidate: SearchCandidate) -> Float? {
    switch name {
    case .meaning: candidate.textSimilarity
    case .place: candidate.placeSimilarity
    case .words: candidate.words
    }
  }

  /// Of one candidate among all.
  static func legs(of candidate: SearchCandidate, among candidates: [SearchCandidate]) -> [SearchLeg] {
    Name.allCases.compactMap { name in
      guard let own = score(name, candidate) else { return nil }
      let above = candidates.count { score(name, $0).map { $0 > own } ?? false }
      return SearchLeg(name: name, rank: above + 1, score: own)
    }
  }
}
