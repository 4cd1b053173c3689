import AkinCollections
import Encoder
import Testing

/// Texts grouped by vectors that are made up.
@Suite struct TopicsTests {
  /// Texts about a few things: of each its words, and vectors around one direction.
  static func texts() -> (texts: [String], vectors: [[Float]]) {
    let words = [["cat", "kitten", "sofa"], ["train", "platform", "ticket"], ["Über", "größe", "maß"]]
    var (texts, vectors): ([String], [[Float]]) = ([], [])
    for index in 0..<60 {
      let own = words[index % 3]
      texts.append("the \(own[index / 3 % 3]) and the \(own[0]) number\(index) return \(index)")
      var vector = CollectionSamples.vector("topic \(index % 3)")
      for (component, noise) in CollectionSamples.vector("text \(index)").enumerated() {
        vector[component] += 0.5 * noise
      }
      Vectors.normalize(&vector)
      vectors.append(vector)
    }
    return (texts, vectors)
  }

  @Test func groupsHaveTheirWordsAndTheMostTypicalTextsFirst() async throws {
    let (texts, vectors) = Self.texts()
    let topics = try TextTopics(try await TextLandscape(texts, vectors))
    #expect(topics.topics.count == 3 && topics.outliers.isEmpty)
    for topic in topics.topics {
      let kinds = Set(topic.members.map { $0.index % 3 })
      #expect(kinds.count == 1 && topic.size == 20)
      #expect(topic.members.map(\.similarity) == topic.members.map(\.similarity).sorted(by: >))
      // No function words, no words of programs, no numbers; as they are written, but in lower case.
      let expected: Set = [["cat", "kitten", "sofa"], ["train", "platform", "ticket"], ["über", "größe", "maß"]][
        kinds.first ?? 0]
      #expect(Set(topic.words.map(\.word)) == expected)
      #expect(topic.words.map(\.score) == topic.words.map(\.score).sorted(by: >))
    }
    #expect(topics.topics[0].words[0].word == "cat")
  }

  @Test(arguments: [1, 2, 3, 5, 20])
  func asManyGroupsAsAreAskedFor(count: Int) async throws {
    let (texts, vectors) = Self.texts()
    var options = TextTopics.Options()
    (options.count, options.words) = (count, 1)
    let landscape = try await TextLandscape(texts, vectors)
    let topics = try TextTopics(landscape, options: options)
    // Of single texts none is a group.
    let single = topics.outliers.count
    #expect(topics.topics.count + single == count)
    #expect(topics.topics.allSatisfy { $0.words.count <= 1 })
    #expect(try TextTopics(landscape, options: options).topics == topics.topics)
  }

  @Test func copiesAreOneMember() async throws {
    var (texts, vectors) = Self.texts()
    for index in [0, 3, 3] {
      texts.append(texts[index])
      vectors.append(vectors[index])
    }
    // Nearly the same as the first.
    texts.append("another text")
    vectors.append(vectors[0])
    let topics = try TextTopics(try await TextLandscape(texts, vectors))
    let members = topics.topics.flatMap(\.members)
    #expect(members.first { $0.index == 0 }?.copies == [60, 63])
    #expect(members.first { $0.index == 3 }?.copies == [61, 62])
    #expect(topics.topics.reduce(0) { $0 + $1.size } == 64)
    // What may be no copy is a member.
    let apart = try TextTopics(try await TextLandscape(texts, vectors)) { _, _ in false }
    #expect(apart.topics.flatMap(\.members).first { $0.index == 0 }?.copies == [60])
  }

  @Test func textsThatAreNearNoOtherAreNoGroup() async throws {
    var (texts, vectors) = Self.texts()
    texts.append("far away")
    vectors.append(CollectionSamples.vector("topic 0").map { -$0 })
    Vectors.normalize(&vectors[60])
    let topics = try TextTopics(try await TextLandscape(texts, vectors))
    #expect(topics.outliers == [60] && topics.topics.count == 3)
    #expect(topics.topicOfText[60] == nil)
    for few in 0...2 {
      let none = try TextTopics(try await TextLandscape(Array(texts.prefix(few)), Array(vectors.prefix(few))))
      #expect(none.topics.isEmpty && none.outliers.count == few)
    }
  }

  @Test func aCollectionsTextsByChunkAndByFile() async throws {
    let samples = try CollectionSamples()
    let collection = try await samples.collection()
    try await CollectionSamples.put(
      [
        CollectionSamples.document("a.swift", "one\ntwo", language: "swift", metadata: ["year": .number(2000)]),
        CollectionSamples.document("b.txt", "three"),
      ], in: collection)
    let chunks = try await CollectionTexts(of: collection)
    #expect(chunks.texts == ["one", "two", "three"] && chunks.pending == 0)
    #expect(chunks.hits.map(\.path) == ["a.swift", "a.swift", "b.txt"])
    #expect(chunks.hits.map(\.span.start.line) == [0, 1, 0])
    #expect(chunks.vectors.allSatisfy { abs(Vectors.dot($0, $0) - 1) < 1e-4 })
    let files = try await CollectionTexts(of: collection, by: .file)
    #expect(files.texts == ["one\ntwo", "three"] && files.hits.map(\.text) == ["one\ntwo", "three"])
    var scope = DocumentScope()
    scope.filter = MetadataFilter(conditions: [.init(key: "year", comparison: .exists(true))])
    #expect(try await CollectionTexts(of: collection, scope: scope).texts == ["one", "two"])
    scope.languages = ["python"]
    #expect(try await CollectionTexts(of: collection, scope: scope).texts.isEmpty)
  }

  @Test func ideographsAreWordsByTwo() async throws {
    // Twelve texts of two kinds.
    let texts = (0..<12).map { $0 % 2 == 0 ? "検索エンジンの設定 \($0)" : "天気予報 \($0)" }
    let vectors = (0..<12).map { index in
      var vector = zip(CollectionSamples.vector("kind \(index % 2)"), CollectionSamples.vector("\(index)")).map {
        $0 + 0.2 * $1
      }
      Vectors.normalize(&vector)
      return vector
    }
    let topics = try TextTopics(try await TextLandscape(texts, vectors))
    let words = topics.topics.map { Set($0.words.map(\.word)) }
    #expect(words.contains { $0.isSuperset(of: ["検索", "エンジン", "設定"]) })
    #expect(words.contains { $0.isSuperset(of: ["天気", "予報"]) })
  }
}
