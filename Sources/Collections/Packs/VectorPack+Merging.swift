extension VectorPack {
  /// Makes one pack of several of one space, which are whole. It holds the texts where all of them do.
  /// - Returns: its id and bytes, and how many vectors it has.
  /// - Throws: `conflict` where two have different vectors of one text; `otherSpace`, `otherArithmetic`, `unwritable`.
  public static func merge(_ packs: [VectorPack], to path: String) throws(PackError) -> PackReport {
    guard let first = packs.first else { throw PackError(.notAPack("there is none to merge"), path: path) }
    for pack in packs { try pack.require(first.space) }
    let keepsTexts = packs.allSatisfy(\.holdsTexts)
    var writer = try VectorPackWriter(path: path, space: first.space, keepsTexts: keepsTexts)
    for (index, pack) in packs.enumerated() {
      for row in 0..<pack.textCount {
        let hash = pack.hash(text: row), vector = pack.vector(row)
        guard writer.holds(text: hash) else {
          try writer.add(hash, vector, text: keepsTexts ? pack.text(row) ?? "" : "")
          continue
        }
        for other in packs[..<index] {
          guard let known = other.vectors(of: [hash])[hash], !Indexer.isSame(known, vector) else { continue }
          throw PackError(.conflict(with: other.path), path: pack.path)
        }
      }
      for row in 0..<pack.placeCount {
        let hash = pack.hash(place: row), place = pack.place(row)
        guard writer.holds(place: hash) else {
          try writer.add(place: hash, place, text: keepsTexts ? pack.text(pack.textCount + row) ?? "" : "")
          continue
        }
        for other in packs[..<index] {
          guard let known = other.places(of: [hash])[hash], known != place else { continue }
          throw PackError(.conflict(with: other.path), path: pack.path)
        }
      }
    }
    var report = PackReport()
    (report.texts, report.places) = (writer.textCount, writer.placeCount)
    report.id = try writer.finish()
    report.bytes = FileEntry(path: path)?.size ?? 0
    return report
  }

  /// Whether another pack has all that this one has.
  public func isPart(of other: VectorPack) -> Bool {
    guard space.identity == other.space.identity, textCount <= other.textCount, placeCount <= other.placeCount else {
      return false
    }
    return (0..<textCount).allSatisfy { !other.vectors(of: [hash(text: $0)]).isEmpty }
      && (0..<placeCount).allSatisfy { !other.places(of: [hash(place: $0)]).isEmpty }
  }
}
