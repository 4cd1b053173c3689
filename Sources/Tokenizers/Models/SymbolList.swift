/// The symbols of a word while pairs of them are joined, those of the lowest rank first, and of them the leftmost.
struct SymbolList: Sendable {
  private(set) var ids: [Int32] = []
  /// The length of each in bytes of the word.
  private(set) var lengths: [Int32] = []
  /// The rank of each with the one behind it.
  private var ranks: [UInt32] = []
  private var heap = RankHeap()
  private var next: [Int32] = []
  private var previous: [Int32] = []

  /// Longer words are joined with a heap: looking for the lowest rank again and again takes quadratic time.
  private static let longestScan = 48

  mutating func clear() {
    ids.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  mutating func append(_ id: Int32, length: Int) {
    ids.append(id)
    lengths.append(Int32(truncatingIfNeeded: length))
  }

  /// Joins until no pair has a rank.
  mutating func join(_ merges: MergeTable) {
    guard ids.count > 1 else { return }
    ids.count <= Self.longestScan ? joinByScan(merges) : joinByHeap(merges)
  }

  private mutating func joinByScan(_ merges: MergeTable) {
    ranks.removeAll(keepingCapacity: true)
    for index in 0..<ids.count - 1 { ranks.append(merges.rank(ids[index], ids[index + 1])) }
    while true {
      var best = MergeTable.none
      var place = 0
      for index in ranks.indices where ranks[index] < best { (best, place) = (ranks[index], index) }
      guard best != MergeTable.none else { return }
      ids[place] = merges.joined(best)
      lengths[place] += lengths[place + 1]
      ids.remove(at: place + 1)
      lengths.remove(at: place + 1)
      ranks.remove(at: place)
      if place < ranks.count { ranks[place] = merges.rank(ids[place], ids[place + 1]) }
      if place > 0 { ranks[place - 1] = merges.rank(ids[place - 1], ids[place]) }
    }
  }

  private mutating func joinByHeap(_ merges: MergeTable) {
    let count = ids.count
    next = (1...Int32(count)).map { $0 }
    previous = (-1..<Int32(count - 1)).map { $0 }
    heap.clear()
    for index in 0..<count - 1 { push(Int32(index), merges) }
    while let (rank, place) = heap.pop() {
      let left = Int(place)
      let right = Int(next[left])
      // What was pushed before one of the two became another symbol says nothing any more.
      guard lengths[left] >= 0, right < count, merges.rank(ids[left], ids[right]) == rank else { continue }
      ids[left] = merges.joined(rank)
      lengths[left] += lengths[right]
      lengths[right] = -1
      next[left] = next[right]
      if Int(next[left]) < count { previous[Int(next[left])] = place }
      if previous[left] >= 0 { push(previous[left], merges) }
      push(place, merges)
    }
    var kept = 0
    for index in 0..<count where lengths[index] >= 0 {
      ids[kept] = ids[index]
      lengths[kept] = lengths[index]
      kept += 1
    }
    ids.removeLast(count - kept)
    lengths.removeLast(count - kept)
  }

  private mutating func push(_ place: Int32, _ merges: MergeTable) {
    let right = Int(next[Int(place)])
    guard right < ids.count else { return }
    let rank = merges.rank(ids[Int(place)], ids[right])
    if rank != MergeTable.none { heap.push(rank, place) }
  }
}

/// A binary heap of ranks and places, the least first.
private struct RankHeap: Sendable {
  private var keys: [UInt64] = []

  mutating func clear() { keys.removeAll(keepingCapacity: true) }

  mutating func push(_ rank: UInt32, _ place: Int32) {
    keys.append(UInt64(rank) << 32 | UInt64(UInt32(bitPattern: place)))
    var child = keys.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard keys[child] < keys[parent] else { return }
      keys.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> (rank: UInt32, place: Int32)? {
    guard let top = keys.first else { return nil }
    let last = keys.removeLast()
    if !keys.isEmpty {
      keys[0] = last
      sink()
    }
    return (UInt32(top >> 32), Int32(bitPattern: UInt32(truncatingIfNeeded: top)))
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < keys.count && keys[child] < keys[least] {
        least = child
      }
      guard least != parent else { return }
      keys.swapAt(parent, least)
      parent = least
    }
  }
}
