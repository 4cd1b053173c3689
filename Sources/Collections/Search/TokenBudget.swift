/// Hits that fit a number of tokens, for readers who pay for each.
public struct PackedHits: Sendable, Equatable {
  /// In their order; the text of some is cut to the lines that say most.
  public internal(set) var hits: [CollectionHit] = []
  /// Tokens that they take with what stands above each.
  public internal(set) var tokens = 0
  /// Hits that had no room.
  public internal(set) var hitsLeftOut = 0
  /// Hits that say nearly what one before them does.
  public internal(set) var copiesLeftOut = 0
  /// Lines of the hits that are there which had no room.
  public internal(set) var linesLeftOut = 0

  /// What was left out, for a reader; nil where nothing was.
  public var sentence: String? {
    let parts = [
      (hitsLeftOut, "place", "places"), (copiesLeftOut, "near copy", "near copies"), (linesLeftOut, "line", "lines"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }
    return parts.isEmpty ? nil : "Left out: " + parts.joined(separator: ", ") + "."
  }
}

/// Packs hits into a number of tokens: first the signature or heading of each, the best hits first, then bodies.
///
/// What only names a place is worth more to who looks for it than the rest of a place that is known already.
public struct TokenBudget: Sendable {
  /// Hits that are looked for where nobody says how many.
  public static let usualCount = 50
  /// Of the budget, what signatures may take before the first body.
  private static let shareOfSignatures = 0.5
  /// Of their words, what two texts share that are nearly copies.
  private static let shareOfCopies = 0.8
  /// Texts of fewer words are alike without being copies.
  private static let leastWords = 12

  /// More than all hits of a search take, and far from where sums and products of numbers end.
  private static let most = 1 << 40

  private let limit: Int
  private let tokens: @Sendable (String) -> Int

  /// - Parameters:
  ///   - limit: tokens; 1 or more.
  ///   - tokens: what a text takes.
  public init(_ limit: Int, tokens: @escaping @Sendable (String) -> Int) {
    self.limit = min(limit, Self.most)
    self.tokens = tokens
  }

  /// What stands above a hit's text: where it is, and under what.
  public static func heading(_ hit: CollectionHit, path: String) -> String {
    let trail = [hit.heading, hit.symbol].compactMap { $0 }.joined(separator: ChunkPlan.trailSeparator)
    let place = hit.location.map { "#" + $0 } ?? ":\(hit.span.start.line + 1)-\(hit.span.end.line + 1)"
    return path + place + (trail.isEmpty ? "" : "  \(trail)")
  }

  /// A hit with what its lines cost.
  private struct Item {
    let hit: CollectionHit
    let lines: [Int]
    let heading: Int
    /// The lines that are taken.
    var taken: Range<Int>

    var cost: Int { heading + lines[taken].reduce(0, +) }
  }

  /// Packs hits, the best first.
  /// - Parameter path: what a hit's file is called above it.
  public func packed(_ hits: [CollectionHit], path: (CollectionHit) -> String) -> PackedHits {
    var result = PackedHits()
    let apart = distinct(hits, &result)
    var items = [Item?](repeating: nil, count: apart.count)
    var used = 0
    // Two rounds: signatures of many, then, where bodies leave room, of more. One that is too long keeps no other out.
    for share in [Self.shareOfSignatures, 1] {
      for (index, hit) in apart.enumerated() where items[index] == nil {
        let item = item(hit, path(hit))
        let room = used == 0 ? limit : Int(share * Double(limit))
        guard used + item.cost <= room else { continue }
        items[index] = item
        used += item.cost
      }
      for index in items.indices {
        guard var item = items[index] else { continue }
        used += grow(&item, by: limit - used)
        items[index] = item
      }
    }
    for item in items.compactMap(\.self) {
      result.hits.append(item.hit.keeping(lines: item.taken))
      result.linesLeftOut += item.lines.count - item.taken.count
    }
    result.tokens = used
    result.hitsLeftOut = apart.count - result.hits.count
    return result
  }

  /// The hits that say something that none before them does.
  private func distinct(_ hits: [CollectionHit], _ result: inout PackedHits) -> [CollectionHit] {
    var kept: [(hit: CollectionHit, words: Set<[UInt8]>)] = []
    for hit in hits {
      let words = Set(QueryLines.words(hit.text))
      let isCopy = kept.contains { other in
        guard words.count >= Self.leastWords, other.words.count >= Self.leastWords else { return false }
        let shared = words.intersection(other.words).count
        return Double(shared) >= Self.shareOfCopies * Double(words.count + other.words.count - shared)
      }
      if isCopy { result.copiesLeftOut += 1 } else { kept.append((hit, words)) }
    }
    return kept.map(\.hit)
  }

  private func item(_ hit: CollectionHit, _ path: String) -> Item {
    let texts = QueryLines.lines(hit.text)
    let name = hit.symbol.flatMap { QueryLines.words($0).last }
    let signature = name.flatMap { name in texts.firstIndex { QueryLines.words(String($0)).contains(name) } }
    let first = signature ?? hit.bestLine
    return Item(
      hit: hit, lines: texts.map { tokens(String($0)) }, heading: tokens(Self.heading(hit, path: path)),
      taken: first..<first + 1)
  }

  /// Takes the lines below the signature, then those above it, as far as there is room; all where all fit.
  /// - Returns: what these cost.
  private func grow(_ item: inout Item, by room: Int) -> Int {
    var spent = 0
    while item.taken.upperBound < item.lines.count, spent + item.lines[item.taken.upperBound] <= room {
      spent += item.lines[item.taken.upperBound]
      item.taken = item.taken.lowerBound..<item.taken.upperBound + 1
    }
    while item.taken.lowerBound > 0, spent + item.lines[item.taken.lowerBound - 1] <= room {
      spent += item.lines[item.taken.lowerBound - 1]
      item.taken = item.taken.lowerBound - 1..<item.taken.upperBound
    }
    return spent
  }
}

extension CollectionHit {
  /// The hit with some of its lines only, at least one.
  func keeping(lines kept: Range<Int>) -> CollectionHit {
    let lines = QueryLines.lines(text)
    guard kept.count < lines.count, let first = lines[kept].first, let last = lines[kept].last else { return self }
    let before = text[..<first.startIndex]
    let part = text[first.startIndex..<last.endIndex]
    let byte = span.bytes.lowerBound + before.utf8.count
    let scalar = span.characters.lowerBound + before.unicodeScalars.count
    var hit = self
    hit.text = String(part)
    hit.bestLine = min(max(bestLine - kept.lowerBound, 0), kept.count - 1)
    hit.places = places?.dropping(lines: kept.lowerBound)
    let start = place(ofLine: kept.lowerBound)
    var end = place(ofLine: kept.upperBound - 1)
    end.utf8 += last.utf8.count
    end.utf16 += last.utf16.count
    end.scalars += last.unicodeScalars.count
    hit.span = TextSpan(
      bytes: byte..<byte + part.utf8.count, characters: scalar..<scalar + part.unicodeScalars.count, start: start,
      end: end)
    return hit
  }

  /// Where a line of the text begins in the document.
  private func place(ofLine number: Int) -> TextPlace {
    number == 0 ? span.start : TextPlace(line: span.start.line + number, utf8: 0, utf16: 0, scalars: 0)
  }
}
