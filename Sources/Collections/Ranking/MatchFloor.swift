extension CollectionQuery {
  /// Below this cosine neither the text nor the place of the best hit is near. Of 397 queries with an answer in their folder
  /// none lies below, of questions about aerodynamics in the same folders of code 74 %, and of questions about other
  /// code 11 %; 0.36 would leave out 1.8 % of the right answers, 0.45 6 %.
  public static var floor: Float { 0.2 }

  /// The same for a name of which the folder has no part, and for what is no words, such as `?!`, which is about as near to anything: made-up ones are at 0.25 on average, and none of the 397 queries is
  /// without a word of its folder. 92 % of made-up names lie below, and real ones have their words.
  static let floorOfNames: Float = 0.4

  /// Whether no hit is near enough to answer: then the best similarity that there is.
  ///
  /// A query whose rare words a hit has is answered by it, however far its meaning is: a name means nothing by itself. What
  /// has a pattern that it must have, or is as near as was asked for, answers too.
  /// - Parameter hits: what was found.
  /// - Returns: nil where the best hit is near, or nothing was found at all, or no similarity is known.
  public func similarityOfNoMatch(_ hits: [CollectionHit]) -> Float? {
    guard mode != .keyword, patterns.isEmpty, minScore == nil, minSimilarity == nil, let text, !hits.isEmpty else {
      return nil
    }
    // A later page does not have the best.
    guard offset == 0 else { return nil }
    var similarities = hits.compactMap(\.similarity)
    for hit in hits { similarities += hit.legs.filter { $0.name == .place }.map(\.score) }
    let query = RankedQuery(text)
    let isUnknownName =
      mode == .hybrid && query.isName && !hits.contains { $0.legs.contains { $0.name == .words } }
    let floor = isUnknownName || query.isWordless ? Self.floorOfNames : Self.floor
    guard let best = similarities.max(), best < floor else { return nil }
    let isNamed = hits.contains { hit in
      let words = RankedQuery(hit.text + " " + (hit.symbol ?? ""))
      return !query.identifiers.isDisjoint(with: words.identifiers.union(words.words))
    }
    return isNamed ? nil : best
  }
}
