import AkinCollections
import JSON

/// A query with the places that answer it.
struct EvaluatedQuery {
  /// A place that answers.
  struct Target {
    let path: String
    /// From 1; nil for the whole file.
    let lines: ClosedRange<Int>?

    /// Whether a hit shows it: its path is the target's or ends with it, or the other way round, and lines overlap.
    func isCovered(by hit: CollectionHit) -> Bool {
      let found = hit.path ?? hit.key.text
      guard found == path || found.hasSuffix("/" + path) || path.hasSuffix("/" + found) else { return false }
      guard let lines else { return true }
      return lines.overlaps(hit.span.start.line + 1...max(hit.span.start.line, hit.span.end.line) + 1)
    }
  }

  let text: String
  let relevant: [Target]

  /// The queries of a file.
  /// - Throws: ``Failure`` where it is no lines of JSON, or a line lacks what it must have.
  static func read(_ path: String) throws -> [EvaluatedQuery] {
    var source = TextSource(arguments: [], files: [path], format: .lines)
    var queries: [EvaluatedQuery] = []
    for line in try source.all() where !line.text.allSatisfy(\.isWhitespace) {
      do {
        queries.append(try EvaluatedQuery(JSONField(JSONValue.parse(Array(line.text.utf8)), path: "")))
      } catch {
        throw Failure(.badData, "\(line.place): \(error)")
      }
    }
    guard !queries.isEmpty else { throw Failure(.badData, "\(TextSource.name(of: path)) holds no queries") }
    return queries
  }

  private init(_ field: JSONField) throws(JSONFieldError) {
    text = try field["query"].string()
    var relevant: [Target] = []
    for place in try field["relevant"].array() {
      let first = try place["start_line"].ifPresent?.int(in: 1...Int.max)
      let last = try place["end_line"].ifPresent?.int(in: (first ?? 1)...Int.max)
      relevant.append(Target(path: try place["path"].string(), lines: first.map { $0...(last ?? $0) }))
    }
    guard !relevant.isEmpty else { throw field["relevant"].mismatch("one place at least") }
    self.relevant = relevant
  }
}
