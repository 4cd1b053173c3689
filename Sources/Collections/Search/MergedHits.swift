import Documents

/// Results in the order of their ranks, where a chunk that touches a better one of its document becomes a part of it.
struct MergedHits {
  private(set) var hits: [CollectionHit] = []

  /// Takes the next best chunk.
  mutating func add(_ hit: CollectionHit) {
    let touching = hits.firstIndex { other in
      other.collection == hit.collection && other.key == hit.key
        && other.span.bytes.lowerBound <= hit.span.bytes.upperBound
        && hit.span.bytes.lowerBound <= other.span.bytes.upperBound
    }
    guard let touching else {
      if let original = hits.firstIndex(where: { $0.isCopy(of: hit) }) {
        hits[original].copies.append(
          HitCopy(collection: hit.collection, key: hit.key, path: hit.path, line: hit.span.start.line))
      } else {
        hits.append(hit)
      }
      return
    }
    hits[touching].join(hit)
  }
}

extension [CollectionHit] {
  /// The first hit of each document, each with its copies in documents that come nowhere before.
  /// - Parameter count: documents at most, those of copies among them.
  /// - Returns: the hits that name them, and how many documents these are.
  public func firstOfDocuments(_ count: Int) -> (hits: [CollectionHit], documents: Int) {
    var seen: Set<[UInt8]> = []
    func isNew(_ collection: String, _ key: DocumentKey) -> Bool {
      seen.count < count && seen.insert([UInt8]((collection + "\0" + key.text).utf8)).inserted
    }
    let first = compactMap { hit -> CollectionHit? in
      var hit = hit
      let isFirst = isNew(hit.collection, hit.key)
      hit.copies = hit.copies.filter { isNew($0.collection, $0.key) }
      return isFirst || !hit.copies.isEmpty ? hit : nil
    }
    return (first, seen.count)
  }
}

extension CollectionHit {
  /// Whether another document has exactly this text. Compared by bytes, which needs no normalising.
  fileprivate func isCopy(of other: CollectionHit) -> Bool {
    (collection, key) != (other.collection, other.key) && text.utf8.count == other.text.utf8.count
      && text.utf8.elementsEqual(other.text.utf8)
  }

  /// Grows by a place of the same document that touches this one.
  mutating func join(_ other: CollectionHit) {
    let (first, last) =
      span.bytes.lowerBound <= other.span.bytes.lowerBound ? (self, other) : (other, self)
    guard last.span.bytes.upperBound > first.span.bytes.upperBound else {
      span = first.span
      text = first.text
      places = first.places
      return
    }
    places = first.places?.joined(last.places, after: last.span.start.line - first.span.start.line)
    let overlap = first.span.bytes.upperBound - last.span.bytes.lowerBound
    text = first.text + String(decoding: last.text.utf8.dropFirst(overlap), as: UTF8.self)
    span = TextSpan(
      bytes: first.span.bytes.lowerBound..<last.span.bytes.upperBound,
      characters: first.span.characters
        .lowerBound..<max(first.span.characters.upperBound, last.span.characters.upperBound),
      start: first.span.start, end: last.span.end)
  }
}
