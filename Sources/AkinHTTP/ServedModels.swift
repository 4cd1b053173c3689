/// The names that requests may give a model. Another name is an error: vectors of another model would be silently wrong.
package struct ServedModels: Sendable {
  /// The name that answers carry.
  package let name: String
  private let known: [String]

  /// - Parameter names: at least one; a path is also known by its last part, and a hub's name without its owner.
  package init(_ names: [String]) {
    name = names.first.map { $0.hasPrefix("/") ? Self.last($0) : $0 } ?? ""
    var known: [String] = []
    for name in names.flatMap({ [$0, Self.last($0)] }) where !known.contains(name) { known.append(name) }
    self.known = known
  }

  /// What may be asked for.
  package var all: [String] { known }

  package func contains(_ asked: String) -> Bool {
    // Ollama's clients add the tag.
    let plain = asked.hasSuffix(":latest") ? String(asked.dropLast(":latest".count)) : asked
    return known.contains { $0.lowercased() == plain.lowercased() }
  }

  /// - Parameter asked: nil where a request names none, which the face allows.
  package func check(_ asked: String?) throws(HTTPFailure) {
    guard let asked, !contains(asked) else { return }
    let served = known.map { "\"\($0)\"" }.joined(separator: ", ")
    throw HTTPFailure(
      .notFound,
      "the model \"\(asked.prefix(100))\" is not served here; known as \(served) (--served-name adds a name)",
      parameter: "model")
  }

  private static func last(_ name: String) -> String {
    name.split(separator: "/").last.map(String.init) ?? name
  }
}
