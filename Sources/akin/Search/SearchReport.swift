import AkinCollections
import JSON

/// Search results for a screen, a pipe or a program.
struct SearchReport {
  let entries: [DocumentFile.Entry]
  let stream: OutputStream

  /// Whether there is more than one file that a document may be from.
  private var hasFiles: Bool { entries.contains { $0.file != entries[0].file } }

  /// One object a result: the query, then the members of the protocol's `search`, and the line of the document.
  func writeJSON(queries: [String], results: [[SearchHit]]) throws {
    for (query, hits) in zip(queries, results) {
      for hit in hits {
        let entry = entries[hit.index]
        var object: JSONObject = ["query": .string(query), "index": .integer(Int64(hit.index))]
        if let id = entry.id { object["id"] = id }
        // The shortest digits of the float32, as in the protocol's answers; as a Double it would show digits it has not got.
        object["score"] = .serialized(Array("\(hit.score)".utf8))
        if let similarity = hit.similarity { object["similarity"] = .serialized(Array("\(similarity)".utf8)) }
        object["text"] = .string(entry.document.text)
        if let metadata = entry.metadata { object["metadata"] = metadata }
        if hasFiles { object["file"] = .string(entry.file) }
        object["line"] = .integer(Int64(entry.line))
        try stream.write(json: JSONValue.object(object))
      }
    }
  }

  func write(queries: [String], results: [[SearchHit]], terminal: Terminal) throws {
    for (number, (query, hits)) in zip(queries, results).enumerated() {
      guard terminal.forReading else {
        try writeTabs(query, hits)
        continue
      }
      if number > 0 { try stream.write(line: "") }
      let heading = TextWidth.clipped(TextWidth.printable(query), to: terminal.columns)
      try stream.write(line: terminal.paint(heading, .bold))
      for line in ResultLines(entries: entries).lines(hits, terminal: terminal) { try stream.write(line: line) }
    }
  }

  private func writeTabs(_ query: String, _ hits: [SearchHit]) throws {
    for hit in hits {
      let entry = entries[hit.index]
      let text = TextWidth.printable(entry.document.text)
      let score = NumberText.fixed(hit.score, decimals: 4)
      let place = hasFiles ? "\(entry.file):\(entry.line)" : "\(entry.line)"
      try stream.write(line: "\(TextWidth.printable(query))\t\(score)\t\(place)\t\(text)")
    }
  }
}

/// The results of one query, one below the other: score, place, and the text over as many lines as it needs.
struct ResultLines {
  let entries: [DocumentFile.Entry]

  /// Lines that one document gets on the screen.
  private static let linesPerDocument = 3

  func lines(_ hits: [SearchHit], terminal: Terminal) -> [String] {
    guard !hits.isEmpty else { return [terminal.paint("  nothing found", .dim)] }
    let names = hits.map { name(of: entries[$0.index]) }
    let nameWidth = min(24, names.reduce(0) { max($0, TextWidth.columns($1)) })
    let color = ScoreColor.cosine
    return zip(hits, names).flatMap { hit, name in
      let score = terminal.paint(" " + NumberText.fixed(hit.score, decimals: 3) + " ", color.style(hit.score))
      let scoreWidth = NumberText.fixed(hit.score, decimals: 3).count + 2
      let margin = 2 + scoreWidth + 2 + nameWidth + 2
      let padded = TextWidth.padded(TextWidth.clipped(name, to: nameWidth), to: nameWidth, alignment: .right)
      let text = TextWidth.wrapped(
        TextWidth.printable(entries[hit.index].document.text), to: max(20, terminal.columns - margin),
        limit: Self.linesPerDocument)
      let head = "  " + score + "  " + terminal.paint(padded, .dim) + "  " + (text.first ?? "")
      return [head] + text.dropFirst().map { String(repeating: " ", count: margin) + $0 }
    }
  }

  /// The document's own id, or the number of its line.
  private func name(of entry: DocumentFile.Entry) -> String {
    let isOneFile = entries.allSatisfy { $0.file == entries[0].file }
    return TextWidth.printable(
      entry.document.id ?? (isOneFile ? String(entry.line) : "\(FilePath.name(entry.file)):\(entry.line)"))
  }
}
