extension [CollectionHit] {
  /// Below this cosine neither the text nor the place of the best hit is near. Of 397 queries with an answer in their folder
  /// none lies below, of questions about aerodynamics in the same folders of code 76 %, and of questions about other
  /// code 11 %; 0.36 would leave out 1.5 % of the right answers, 0.45 5 %.
  public static var floor: Float { 0.2 }

  /// Whether no hit is near enough to answer: then the best similarity that there is.
  ///
  /// A query whose rare words a hit has is answered by it, however far its meaning is: a name means nothing by itself.
  /// - Returns: nil where the best hit is near, or nothing was found at all, or no similarity is known.
  public func similarityOfNoMatch(for text: String) -> Float? {
    guard !isEmpty else { return nil }
    var similarities = compactMap(\.similarity)
    for hit in self { similarities += hit.legs.filter { $0.name == .place }.map(\.score) }
    guard let best = similarities.max(), best < Self.floor else { return nil }
    let query = RankedQuery(text)
    let isNamed = contains { hit in
      let words = RankedQuery(hit.text + " " + (hit.symbol ?? ""))
      return !query.identifiers.isDisjoint(with: words.identifiers.union(words.words))
    }
    return isNamed ? nil : best
  }
}
