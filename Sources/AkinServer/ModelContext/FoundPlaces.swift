import AkinCollections
import JSON
import Platform

/// Places of folders that were found: short to read, and as values without their texts, which are in what is read.
struct FoundPlaces {
  static let schema = SearchTool.listSchema(
    "results",
    of: [
      "path": ["type": "string", "description": "An absolute path."],
      "startLine": ["type": "integer", "minimum": 1],
      "endLine": ["type": "integer", "minimum": 1, "description": "The last line of the place."],
      "score": ["type": "number", "description": "Higher is better; comparable within one answer."],
      "similarity": ["type": "number", "description": "The cosine of the meanings; 1 is the same."],
      "location": [
        "type": "string",
        "description": "Of a document such as a PDF: the page, slide, cell or anchor, as behind # in a link to it.",
      ],
      "heading": ["type": "string", "description": "Of the section that it is in."],
      "symbol": ["type": "string", "description": "Of the function or type that it is."],
      "line": ["type": "integer", "minimum": 1, "description": "The line of the place that answers best."],
    ], required: ["path", "startLine", "endLine", "score"],
    beside: [
      "embeddedShare": [
        "type": "number",
        "description": "Of the folder, the share that is embedded, 0 to 1; the rest is found by its words alone.",
      ],
      "notes": [
        "type": "array", "items": ["type": "string"],
        "description": "What to know of the results, such as that they are of an unfinished index.",
      ],
    ])

  /// Lines and characters of a line that a compact answer has of each place.
  private static let compactLines = 8
  private static let compactColumns = 160

  let hits: [CollectionHit]
  /// Sentences for the reader.
  let notes: [String]
  let isFull: Bool
  let embeddedShare: Double
  let spellings: Spellings

  static func rounded(_ value: Float) -> Double {
    (Double(value) * 1000).rounded() / 1000
  }

  /// Place, score and text of each, apart by blank lines.
  var result: ToolResult {
    let parts = notes + (hits.isEmpty ? ["Nothing found."] : hits.map(text))
    var value: JSONObject = [
      "results": .array(hits.map(self.value)), "embeddedShare": .number(embeddedShare),
    ]
    if !notes.isEmpty { value["notes"] = .array(notes.map { .string($0) }) }
    return ToolResult(text: parts.joined(separator: "\n\n"), value: .object(value))
  }

  /// Where a hit's file is, as the client names it.
  static func path(_ hit: CollectionHit, _ spellings: Spellings) -> String {
    guard let path = hit.path else { return hit.key.text }
    return spellings.path(path.hasPrefix("/") ? path : (hit.collection == "/" ? "" : hit.collection) + "/" + path)
  }

  private func path(_ hit: CollectionHit) -> String { Self.path(hit, spellings) }

  private func text(_ hit: CollectionHit) -> String {
    let trail = [hit.heading, hit.symbol].compactMap { $0 }.joined(separator: " > ")
    let near = hit.similarity.map { "similarity \(Self.rounded($0))" } ?? "score \(Self.rounded(hit.score))"
    let location = hit.location.map { "#" + FileName.inLine($0) } ?? ""
    let head = "\(FileName.inLine(path(hit)))\(location):\(hit.span.start.line + 1)-\(hit.span.end.line + 1) (\(near))"
    return head + (trail.isEmpty ? "" : " \(trail)") + "\n" + (isFull ? hit.text : Self.excerpt(hit))
  }

  /// The first lines that say something, or, where the best is behind these, the first and those around the best.
  private static func excerpt(_ hit: CollectionHit) -> String {
    let lines = QueryLines.lines(hit.text)
    let first = lines.firstIndex { !$0.allSatisfy(\.isWhitespace) } ?? 0
    var shown: [String] = []
    var next = first
    if hit.bestLine >= first + compactLines {
      shown.append(clipped(lines[first]))
      next = min(hit.bestLine - (compactLines - 1) / 2, lines.count - (compactLines - 1))
      if next > first + 1 { shown.append("… \(next - first - 1) lines") }
    }
    shown += lines[next...].prefix(compactLines - (next == first ? 0 : 1)).map(clipped)
    let rest = lines.count - next - (compactLines - (next == first ? 0 : 1))
    if rest > 0 { shown.append("… \(rest) more lines") }
    return shown.joined(separator: "\n")
  }

  private static func clipped(_ line: Substring) -> String {
    line.count > compactColumns ? line.prefix(compactColumns) + "…" : String(line)
  }

  private func value(_ hit: CollectionHit) -> JSONValue {
    var value: JSONObject = [
      "path": .string(path(hit)), "startLine": JSONValue(hit.span.start.line + 1),
      "endLine": JSONValue(hit.span.end.line + 1), "score": .number(Self.rounded(hit.score)),
    ]
    value["similarity"] = hit.similarity.map { .number(Self.rounded($0)) }
    value["location"] = hit.location.map { .string($0) }
    value["heading"] = hit.heading.map { .string($0) }
    value["symbol"] = hit.symbol.map { .string($0) }
    value["line"] = JSONValue(hit.span.start.line + hit.bestLine + 1)
    return .object(value)
  }
}
