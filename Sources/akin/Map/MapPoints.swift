import AkinCollections
import Landscape
import Platform

/// Texts as points of a plane, with their groups: what `akin map` shows.
struct MapPoints: Sendable {
  /// What is done one after the other.
  enum Step: Sendable {
    case comparing, layingOut
  }

  /// Components of the vectors that go into the page: as many as its size allows. Benchmarks/LANDSCAPE.md has what is lost.
  static func dimensions(of count: Int) -> Int { count <= 20_000 ? 128 : 64 }

  /// From which cosine on two texts are linked.
  private static let copyScore: Float = 0.95
  /// Equal texts lie so far apart, in the map's width.
  private static let copyDistance: Float = 0.002

  let texts: PlacedTexts
  let topics: TextTopics
  /// Of each text, within a square of side 1 around 0.
  let places: [(x: Float, y: Float)]
  /// Of each text the number of its topic.
  let topicOf: [Int?]
  /// Pairs of texts that say nearly the same.
  let copies: [(Int, Int)]
  /// Of each text a reduced vector, whose products are near the cosines of the whole ones.
  let reduced: [[Float]]
  /// What reduces a vector: `[dimensions][dimensions of the model]`.
  let directions: [[Float]]

  /// - Parameter progress: told of every step: what is done, and how much of it, 0 to 1.
  /// - Throws: where the task is cancelled.
  init(
    _ texts: PlacedTexts, options: TextTopics.Options,
    progress: @escaping @Sendable (_ step: Step, _ share: Double) -> Void
  ) async throws {
    let landscape = try await TextLandscape(texts.texts, texts.vectors) { done, total in
      progress(.comparing, Double(done) / Double(max(total, 1)))
    }
    self.texts = texts
    topics = try TextTopics(landscape, options: options, isApart: texts.isApart)
    let layout = try landscape.layout { done, total in progress(.layingOut, Double(done) / Double(max(total, 1))) }
    var places = [(x: Float, y: Float)](repeating: (0, 0), count: texts.texts.count)
    var topicOf = [Int?](repeating: nil, count: texts.texts.count)
    var copies: [(Int, Int)] = []
    for (text, indices) in landscape.places.enumerated() {
      for (number, index) in indices.enumerated() {
        places[index] = Self.place(layout[text], copy: number)
        topicOf[index] = topics.topicOfText[text]
        if number > 0 { copies.append((indices[0], index)) }
      }
    }
    for group in landscape.nearCopies(
      minScore: Self.copyScore, isApart: { texts.isApart(landscape.places[$0][0], landscape.places[$1][0]) })
    {
      for (text, _) in group.dropFirst() {
        copies.append((landscape.places[group[0].index][0], landscape.places[text][0]))
      }
    }
    (self.places, self.topicOf, self.copies) = (places, topicOf, copies)
    let components = try PrincipalComponents(
      of: landscape.vectors, count: Self.dimensions(of: landscape.vectors.count), centered: false)
    directions = components.directions
    var reduced = [[Float]](repeating: [], count: texts.texts.count)
    for (text, indices) in landscape.places.enumerated() {
      if text % 1024 == 0 { try Task.checkCancellation() }
      let vector = components.projected(landscape.vectors[text])
      for index in indices { reduced[index] = vector }
    }
    self.reduced = reduced
  }

  /// Equal texts lie around the first of them, in a spiral.
  private static func place(_ first: (x: Float, y: Float), copy: Int) -> (x: Float, y: Float) {
    guard copy > 0 else { return first }
    var (x, y): (Float, Float) = (copyDistance * Float(copy).squareRoot(), 0)
    // The golden angle, a step at a time.
    for _ in 0..<(copy % 64) { (x, y) = (x * -0.737_369 - y * 0.675_490, x * 0.675_490 + y * -0.737_369) }
    return (max(-0.5, min(0.5, first.x + x)), max(-0.5, min(0.5, first.y + y)))
  }
}
