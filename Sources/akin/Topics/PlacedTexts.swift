import AkinCollections
import Engine
import JSON

/// Texts with what they are found as: chunks or files of a collection, or lines of a stream.
struct PlacedTexts: Sendable {
  /// What a text is.
  enum Place: Sendable {
    case hit(CollectionHit)
    case line(InputText)
  }

  let places: [Place]
  let texts: [String]
  /// Of length 1.
  let vectors: [[Float]]
  /// Chunks that are left out because they have no vector yet.
  let pending: Int
  /// What a person calls all of them: the folder's path, the collection's name, the streams'.
  let name: String
  /// The folder that paths begin at; nil for what is no folder's.
  let folder: String?
  /// The folder as the person has named it, where one is.
  let given: [String]

  /// Texts that are embedded at once.
  private static let chunk = 4096

  /// Whether two places of the list may be copies of each other.
  func isApart(_ one: Int, _ other: Int) -> Bool {
    guard case .hit(let left) = places[one], case .hit(let right) = places[other] else { return true }
    return left.isApart(from: right)
  }

  /// The texts of a stream, embedded; lines of blanks are none.
  init(_ source: TextSource, name: String, engine: Engine) async throws {
    var source = source
    let lines = try source.all().filter { !$0.text.allSatisfy(\.isWhitespace) }
    let bar = WorkBar("embedding", "text", of: lines.count)
    defer { bar.end() }
    var vectors: [[Float]] = []
    for start in stride(from: 0, to: lines.count, by: Self.chunk) {
      let part = Array(lines[start..<min(start + Self.chunk, lines.count)])
      vectors += try await part.naming { texts in
        var request = EmbedRequest(texts: texts)
        request.normalize = true
        request.priority = .bulk
        if engine.description.prompts["document"] != nil { request.prompt = .named("document") }
        return try await engine.embed(request) { bar.add(start + $0) }.vectors
      }
    }
    places = lines.map { .line($0) }
    texts = lines.map(\.text)
    self.vectors = vectors
    self.name = name
    (pending, folder, given) = (0, nil, [])
  }

  /// The texts of a collection.
  init(
    _ collection: any CollectionStorage, by unit: CollectionTexts.Unit, scope: DocumentScope, given: [String] = []
  ) async throws {
    let all = try await CollectionTexts(of: collection, by: unit, scope: scope)
    places = all.hits.map { .hit($0) }
    (texts, vectors, pending) = (all.texts, all.vectors, all.pending)
    (name, folder) = (collection.name, collection.folder)
    self.given = given
  }

  /// Says what is missing, where something is.
  func tellOfPending() {
    guard pending > 0 else { return }
    Notice.write("\(NumberText.count(pending, "chunk")) left out that have no vector yet; 'akin index' embeds all")
  }
}

extension PlacedTexts.Place {
  /// What is shown of it.
  var text: String {
    switch self {
    case .hit(let hit): hit.text
    case .line(let line): line.text
    }
  }
}
