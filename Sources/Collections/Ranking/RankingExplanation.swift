/// How a hybrid search has put a hit where it is.
public struct RankingExplanation: Sendable, Equatable {
  /// What one signal added.
  public struct Part: Sendable, Equatable {
    /// The signal.
    public let signal: String
    /// What it says of the hit, or of its file.
    public let value: Float
    /// What a value of 1 counts.
    public let weight: Float
    /// Of the score.
    public var contribution: Float { weight * value }
  }

  /// All signals that say something of it.
  public let parts: [Part]
  /// What it stands lower for saying less than its file's best, and for repeating the file; 0 or more.
  public let belowFile: Float
}

extension CandidateRanking {
  /// Why a candidate is where it is.
  func explanation(of place: Place) -> RankingExplanation {
    let file = context.files[context.fileOf[place.candidate]]
    let parts = table.rows.map { row in
      RankingExplanation.Part(
        signal: row.signal.name, value: value(row, file, place.candidate), weight: row.weight)
    }
    let whole = parts.reduce(0) { $0 + $1.contribution }
    return RankingExplanation(
      parts: parts.filter { $0.value != 0 }, belowFile: whole - place.score)
  }
}
