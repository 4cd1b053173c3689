import AkinCollections
import Engine
import JSON

/// How a file is cut, or why it is left out: `akin index --inspect`.
struct ChunkListing {
  /// The file.
  let path: String
  /// The folder whose rules hold, where the file is in its scope; else those of the file's own.
  let folder: String
  let store: any CollectionCatalog

  /// - Throws: ``Failure`` where there is no such file.
  func write(engine: Engine, display: OutputOptions) async throws {
    guard let file = FilePath.resolved(path), let own = await IndexedFolder(file, store: store) else {
      throw Failure.missing("file", path)
    }
    let named = await IndexedFolder(folder, store: store)
    let scope = named.flatMap { FilePath.path(file, from: $0.root) == nil ? nil : $0 } ?? own
    if FilePath.isFolder(file) { throw Failure(.usage, "\(path) is a folder: --inspect takes a file") }
    // The rules of a home or a whole disk are nobody's who has not indexed it.
    let root = scope.isVast ? FilePath.parent(of: file) : scope.root
    let inspection = await FileInspection(
      path: FilePath.path(file, from: root) ?? file, root: root, chunker: Chunker(of: engine),
      options: store.settings(of: root).walk, extractor: .own)
    let stream = OutputStream(descriptor: .standardOutput)
    switch inspection.outcome {
    case .skipped(let reason):
      if display.json {
        try stream.write(json: ["path": .string(file), "skipped": .string(reason.description)])
      } else {
        try stream.write(line: "\(file) is left out: \(reason)")
      }
    case .chunks(let language, let chunks):
      if display.json {
        for chunk in chunks { try stream.write(json: json(chunk)) }
      } else {
        let terminal = display.terminal
        let count = NumberText.count(chunks.count, "chunk")
        if terminal.forReading { try stream.write(line: "\(file) is taken: \(language), \(count)") }
        for line in table(chunks).lines(for: terminal) { try stream.write(line: line) }
      }
    }
    try stream.flush()
  }

  private func table(_ chunks: [FileInspection.Chunk]) -> Table {
    var table = Table([
      .init(title: "lines"), .init(title: "tokens", alignment: .right), .init(title: "bytes", alignment: .right),
      .init(title: "name"), .init(title: "first line", isFlexible: true),
    ])
    for (chunk, tokens) in chunks {
      let lines = "\(chunk.span.start.line + 1)-\(chunk.span.end.line + 1)"
      let name = [chunk.heading, chunk.symbol].compactMap { $0 }.joined(separator: " > ")
      table.append([lines, "\(tokens)", "\(chunk.span.bytes.count)", name, ChunkText.firstLine(chunk.text)])
    }
    return table
  }

  private func json(_ entry: FileInspection.Chunk) -> JSONValue {
    let span = entry.chunk.span
    var object = JSONObject()
    object["startLine"] = .integer(Int64(span.start.line + 1))
    object["endLine"] = .integer(Int64(span.end.line + 1))
    object["bytes"] = pair(span.bytes)
    object["characters"] = pair(span.characters)
    object["tokens"] = .integer(Int64(entry.tokens))
    if let heading = entry.chunk.heading { object["heading"] = .string(heading) }
    if let symbol = entry.chunk.symbol { object["symbol"] = .string(symbol) }
    object["text"] = .string(entry.chunk.text)
    return .object(object)
  }

  private func pair(_ range: Range<Int>) -> JSONValue {
    .array([.integer(Int64(range.lowerBound)), .integer(Int64(range.upperBound))])
  }
}
