import AkinCollections
import AkinProtocol

/// `textDocument/hover`: links to the passages that are most like the one at the place.
struct HoverHandler: MethodHandler {
  typealias Method = HoverMethod
  private static let count = 3
  /// Below this cosine passages of all-MiniLM-L6-v2 have little to do with each other.
  private static let minScore: Float = 0.4

  func answer(_ parameters: HoverMethod.Parameters, _ call: Call) async throws -> HoverMethod.Result {
    let line = parameters.position.line
    let places = SimilarPlaces(call)
    let hits = try await places.like(
      parameters.uri, lines: line...line, count: Self.count, minScore: Self.minScore)
    guard let hits, !hits.isEmpty else { return HoverMethod.Result(markdown: nil) }
    let links = hits.map { hit in
      let target = Self.target(call.spellings.key(hit.key).text) + "#L\(hit.span.start.line + 1)"
      return "- [\(Self.escaped(places.place(hit)))](\(target)) \(Self.escaped(places.subject(hit)))"
    }
    return HoverMethod.Result(markdown: "Related\n\n" + links.joined(separator: "\n"))
  }

  /// A URI between the brackets of a link.
  private static func target(_ uri: String) -> String {
    uri.reduce(into: "") { target, character in
      switch character {
      case "(": target += "%28"
      case ")": target += "%29"
      default: target.append(character)
      }
    }
  }

  /// Text of files is no Markdown.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { escaped, character in
      if "\\`*_{}[]()<>#|".contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
  }
}
