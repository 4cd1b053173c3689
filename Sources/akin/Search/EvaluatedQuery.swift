import AkinCollections
import JSON

/// A query with the places that answer it.
struct EvaluatedQuery {
  /// A place that answers.
  struct Target {
    let path: String
    /// From 1; nil for the whole file.
    let lines: ClosedRange<Int>?

    /// A path alone, or an object with `line` and `endLine` as results have them; annotations call these `start_line` and `end_line`.
    init(_ field: JSONField) throws(JSONFieldError) {
      if case .string(let path)? = field.value {
        (self.path, lines) = (Self.plain(path), nil)
        return
      }
      guard case .object? = field.value else { throw field.mismatch("a path, or an object with a path") }
      try field.allowOnly(["path", "line", "endLine", "start_line", "end_line"])
      path = Self.plain(try field["path"].string())
      let (line, endLine) = (field["line"], field["endLine"])
      let first = try (line.ifPresent ?? field["start_line"]).ifPresent?.int(in: 1...Int.max)
      let last = try (endLine.ifPresent ?? field["end_line"]).ifPresent?.int(in: (first ?? 1)...Int.max)
      lines = first.map { $0...(last ?? $0) }
    }

    /// As the index has paths, without `./` before them.
    private static func plain(_ path: String) -> String {
      var path = path[...]
      while path.hasPrefix("./") { path = path.dropFirst(2).drop { $0 == "/" } }
      return String(path)
    }

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
        queries.append(try EvaluatedQuery(JSONField(JSONValue.parse(file: Array(line.text.utf8)), path: "")))
      } catch {
        throw Failure(.badData, "\(line.place): \(error)")
      }
    }
    guard !queries.isEmpty else { throw Failure(.badData, "\(TextSource.name(of: path)) holds no queries") }
    return queries
  }

  private init(_ field: JSONField) throws(JSONFieldError) {
    text = try field["query"].string()
    if text.allSatisfy(\.isWhitespace) { throw field["query"].mismatch("a query", found: "nothing but blanks") }
    let relevant = try field["relevant"].array()
    guard !relevant.isEmpty else { throw field["relevant"].mismatch("one place at least") }
    self.relevant = try relevant.map { place throws(JSONFieldError) in try Target(place) }
  }
}
