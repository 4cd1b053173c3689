/// Finds the name a person probably meant.
package enum NearestName {
  /// Names longer than this are not compared, which bounds the work on hostile input.
  private static let lengthLimit = 64

  /// The known name with the least edit distance from `name`, ignoring ASCII case; nil where none is near enough: one
  /// edit up to 4 characters, else a third of the length. What both have up to a `/` says nothing of either.
  package static func find(_ name: String, among known: [String]) -> String? {
    let target = name.lowercased().utf8.prefix(lengthLimit + 1)
    guard !target.isEmpty, target.count <= lengthLimit else { return nil }
    let distances = known.map { (name: $0, distance: distance(Array(target), Array($0.lowercased().utf8))) }
    guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
    let room = target.lastIndex(of: UInt8(ascii: "/")).map { target.distance(from: target.startIndex, to: $0) + 1 } ?? 0
    let length = best.name.lowercased().utf8.starts(with: target.prefix(room)) ? target.count - room : target.count
    return best.distance <= max(1, length / 3) ? best.name : nil
  }

  /// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours, one each
  /// (Boytsov, "Indexing methods for approximate dictionary searching", 2011, section 2).
  static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var row = [i + 1]
      row.reserveCapacity(right.count + 1)
      for (j, b) in right.enumerated() {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a == b ? 0 : 1))
        if i > 0, j > 0, a == right[j - 1], left[i - 1] == b {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[right.count]
  }
}
