/// What was put into a file one after the other: the first can be exchanged as if the later ones were not there yet, so that
/// taking all of them out still leaves the file as it was.
struct Layers {
  /// In the order in which they were put in, each where it stands in the text without the later ones.
  private let insertions: [Insertion]
  /// The text without all of them.
  let base: [UInt8]

  /// - Returns: nil where one cannot be taken out to the byte.
  init?(_ insertions: [Insertion], of bytes: [UInt8]) {
    var base = bytes
    var found: [Insertion] = []
    for insertion in insertions.reversed() {
      guard let place = insertion.place(in: base), let before = insertion.removed(from: base),
        !JSONText.leavesComma(before, of: base)
      else { return nil }
      found.insert(Insertion(offset: place, bytes: insertion.bytes), at: 0)
      base = before
    }
    self.insertions = found
    self.base = base
  }

  /// The text with `new` in place of the first, and the later ones where they come to stand then.
  /// - Returns: nil where a later one stands in what `new` has not.
  func exchangingFirst(for new: Insertion) -> (bytes: [UInt8], later: [Insertion])? {
    guard let old = insertions.first, old.offset == new.offset else { return nil }
    // Those within the first have moved its later bytes: only of one is it plain where it stands.
    guard insertions.count <= 2 else { return nil }
    var bytes = new.applied(to: base)
    var later: [Insertion] = []
    for insertion in insertions.dropFirst() {
      guard let place = Self.place(insertion.offset, old, new) else { return nil }
      later.append(Insertion(offset: place, bytes: insertion.bytes))
      bytes = later[later.count - 1].applied(to: bytes)
    }
    return (bytes, later)
  }

  /// Where a place in a text with `old` is once `new` stands there instead.
  private static func place(_ place: Int, _ old: Insertion, _ new: Insertion) -> Int? {
    let within = place - old.offset
    let rest = old.bytes.count - within
    if within <= 0 || new.bytes.starts(with: old.bytes.prefix(within)) && rest > 0 { return place }
    if rest <= 0 || new.bytes.suffix(rest).elementsEqual(old.bytes.suffix(rest)) {
      return place + new.bytes.count - old.bytes.count
    }
    return nil
  }
}
