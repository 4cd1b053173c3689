extension StoredDocument {
  /// Where its texts stand among those that wait for vectors: lower ones are embedded first.
  ///
  /// It is what the ranking says of a file before anyone has asked for something: code comes before prose, tests, examples
  /// and data, and what is general before what lies deep.
  public var embeddingPriority: Int {
    let document = SearchCandidates.Document(path: path, language: language)
    let context = RankingContext(
      query: RankedQuery(""), candidates: [SearchCandidate(chunk: 0, document: 0, text: 0)]
    ) { _ in document }
    let prior = CandidateRanking(context: context, table: .standard).ranked().first?.score ?? 0
    return -Int((prior * 10).rounded())
  }
}
