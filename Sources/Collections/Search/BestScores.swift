/// Keeps the items with the highest scores of a stream: a heap whose root is the lowest that is kept.
struct BestScores<Item: Sendable & Comparable>: Sendable {
  private let capacity: Int
  private var heap: [(item: Item, score: Float)] = []

  /// - Parameter count: how many are kept.
  init(count: Int) {
    capacity = max(count, 0)
    heap.reserveCapacity(min(capacity, 4096))
  }

  /// Only higher scores are taken; -infinity until as many as wanted are there.
  var least: Float {
    guard heap.count == capacity else { return -.infinity }
    return heap.first?.score ?? .infinity
  }

  /// Takes the item if its score is among the best so far; the first of equal ones stays.
  mutating func offer(_ item: Item, score: Float) {
    if heap.count < capacity {
      heap.append((item, score))
      rise(from: heap.count - 1)
    } else if score > least {
      heap[0] = (item, score)
      sink()
    }
  }

  /// Best first; equal scores in the order of the items.
  func sorted() -> [(item: Item, score: Float)] {
    heap.sorted { ($1.score, $0.item) < ($0.score, $1.item) }
  }

  private mutating func rise(from index: Int) {
    var child = index
    while child > 0, heap[child].score < heap[(child - 1) / 2].score {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func sink() {
    var parent = 0
    while true {
      let left = 2 * parent + 1
      guard left < heap.count else { return }
      let right = left + 1
      let lower = right < heap.count && heap[right].score < heap[left].score ? right : left
      guard heap[lower].score < heap[parent].score else { return }
      heap.swapAt(parent, lower)
      parent = lower
    }
  }
}
