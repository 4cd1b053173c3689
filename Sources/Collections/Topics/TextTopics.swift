import Encoder
import Landscape

/// Texts grouped by meaning.
public struct TextTopics: Sendable {
  /// A group.
  public struct Topic: Sendable, Equatable {
    /// Words that tell it from the others, the best first.
    public let words: [TopicWord]
    /// The most typical first.
    public let members: [Member]

    /// Places of all its members.
    public var size: Int { members.reduce(0) { $0 + 1 + $1.copies.count } }
    /// The words after each other.
    public var label: String { words.map(\.word).joined(separator: ", ") }
  }

  /// A text of a group, with what says nearly the same.
  public struct Member: Sendable, Equatable {
    /// Where it stands in the list.
    public let index: Int
    /// Of its vector and the group's mean.
    public let similarity: Float
    /// Where its copies stand in the list, exact ones first.
    public let copies: [Int]
  }

  /// How texts are grouped.
  public struct Options: Sendable {
    /// Exactly so many groups, where there are as many texts; nil for as many as there are.
    public var count: Int?
    /// Greater makes more and smaller groups.
    public var resolution = 1.0
    /// Words of a label, at most.
    public var words = 5
    /// From which cosine on texts are copies.
    public var copyScore: Float = 0.95

    /// As many groups as there are.
    public init() {}
  }

  /// The largest first, of equal ones the one whose first text comes first.
  public let topics: [Topic]
  /// Texts that are near no other one, by where they stand in the list.
  public let outliers: [Int]
  /// Of each distinct text of the landscape the number of its topic; nil for one that is near no other.
  public let topicOfText: [Int?]

  /// - Parameters:
  ///   - isApart: whether two places of the list may be copies of each other.
  /// - Throws: where the task is cancelled.
  public init(
    _ landscape: TextLandscape, options: Options = Options(),
    isApart: (_ one: Int, _ other: Int) -> Bool = { _, _ in true }
  ) throws {
    let communities = try Communities(of: landscape.graph, resolution: options.resolution, count: options.count)
    var texts = [[Int]](repeating: [], count: communities.count)
    for (text, community) in communities.membership.enumerated() { texts[community].append(text) }
    let size = { (texts: [Int]) in texts.reduce(0) { $0 + landscape.places[$1].count } }
    let groups = texts.filter { size($0) > 1 }.sorted { left, right in
      (size(right), left[0]) < (size(left), right[0])
    }
    outliers = texts.filter { size($0) == 1 }.flatMap { $0.flatMap { landscape.places[$0] } }.sorted()
    var topicOfText = [Int?](repeating: nil, count: landscape.places.count)
    for (topic, texts) in groups.enumerated() { for text in texts { topicOfText[text] = topic } }
    self.topicOfText = topicOfText
    let copies = Self.copies(landscape, topicOfText, options.copyScore, isApart)
    let words = try TopicWords(of: landscape.texts, topics: topicOfText, count: groups.count)
    topics = try groups.enumerated().map { topic, texts in
      try Task.checkCancellation()
      let members = Self.members(texts, landscape, copies)
      return Topic(
        words: words.best(options.words, of: topic, typical: members.map { landscape.texts[$0.text] }),
        members: members.map(\.member))
    }
  }

  /// Of each text that others are copies of, these.
  private static func copies(
    _ landscape: TextLandscape, _ topics: [Int?], _ minScore: Float, _ isApart: (Int, Int) -> Bool
  ) -> [Int: [Int]] {
    let groups = landscape.nearGroups(minScore: minScore) { one, other in
      topics[one] == topics[other] && isApart(landscape.places[one][0], landscape.places[other][0])
    }
    return Dictionary(uniqueKeysWithValues: groups.all.map { ($0.texts[0].index, $0.texts.dropFirst().map(\.index)) })
  }

  private static func members(
    _ texts: [Int], _ landscape: TextLandscape, _ copies: [Int: [Int]]
  ) -> [(text: Int, member: Member)] {
    var mean = [Float](repeating: 0, count: landscape.vectors.first?.count ?? 0)
    for text in texts { for index in mean.indices { mean[index] += landscape.vectors[text][index] } }
    Vectors.normalize(&mean)
    let isCopy = Set(texts.flatMap { copies[$0] ?? [] })
    return texts.filter { !isCopy.contains($0) }.map { text in
      let near = (copies[text] ?? []).flatMap { landscape.places[$0] }.sorted()
      let member = Member(
        index: landscape.places[text][0], similarity: Vectors.unitCosine(mean, landscape.vectors[text]),
        copies: landscape.places[text].dropFirst() + near)
      return (text, member)
    }.sorted { ($1.member.similarity, $0.text) < ($0.member.similarity, $1.text) }
  }
}
