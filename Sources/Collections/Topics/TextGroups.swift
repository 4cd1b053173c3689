/// Two texts that are near; the nearest come first.
struct TextPair: Comparable {
  let first: Int
  let second: Int
  let score: Float

  static func < (left: TextPair, right: TextPair) -> Bool {
    (right.score, left.first, left.second) < (left.score, right.first, right.second)
  }
}

/// Texts in groups, each around a first one.
struct TextGroups {
  struct Group {
    /// The first, then what is near it, with the cosine.
    var texts: [(index: Int, score: Float)]
    var score: Float
  }

  private var groups: [Group] = []
  private var groupOf: [Int: Int] = [:]

  /// Those with a text, in the order in which they began.
  var all: [Group] { groups.filter { !$0.texts.isEmpty } }

  /// A text that has copies is a group of its own.
  mutating func add(_ text: Int) {
    groupOf[text] = groups.count
    groups.append(Group(texts: [(text, 1)], score: 1))
  }

  /// Joins a pair: a new group, or what is near the first of a group joins that. Pairs come with the nearest first.
  mutating func add(_ pair: TextPair) {
    switch (groupOf[pair.first], groupOf[pair.second]) {
    case (nil, nil):
      groupOf[pair.first] = groups.count
      groupOf[pair.second] = groups.count
      groups.append(Group(texts: [(pair.first, 1), (pair.second, pair.score)], score: pair.score))
    case (let group?, nil) where groups[group].texts[0].index == pair.first:
      groups[group].texts.append((pair.second, pair.score))
      groupOf[pair.second] = group
    case (nil, let group?) where groups[group].texts[0].index == pair.second:
      groups[group].texts.append((pair.first, pair.score))
      groupOf[pair.first] = group
    case (let one?, let other?) where one != other:
      // Two texts that each have copies, and are near each other.
      guard groups[one].texts[0].index == pair.first, groups[other].texts.count == 1,
        groups[other].texts[0].index == pair.second
      else { return }
      groups[one].texts.append((pair.second, pair.score))
      groups[other].texts = []
      groupOf[pair.second] = one
    default: break
    }
  }

  /// The nearest; of equal ones the larger, then the earlier.
  func best(_ limit: Int) -> [Group] {
    Array(
      all.enumerated().sorted { left, right in
        (right.element.score, right.element.texts.count, left.offset)
          < (left.element.score, left.element.texts.count, right.offset)
      }.map(\.element).prefix(limit))
  }
}
