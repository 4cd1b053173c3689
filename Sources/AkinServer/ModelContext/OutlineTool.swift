import AkinCollections
import Documents
import JSON
import Platform

/// `outline`: what is declared in a file, or in the files of a folder.
struct OutlineTool: ModelContextTool {
  let name = "outline"
  let title = "Outline of a file or a folder"
  let isReadOnly = true
  let purpose = """
    Lists the functions, types and sections of a file with their lines, or those of the files in a folder, as far as they \
    are indexed. Cheaper than reading.
    """
  let required = ["path"]
  let output = listSchema(
    "files",
    of: [
      "path": ["type": "string", "description": "An absolute path."],
      "symbols": [
        "type": "array",
        "items": [
          "type": "object",
          "properties": [
            "name": ["type": "string"], "startLine": ["type": "integer", "minimum": 1],
            "endLine": ["type": "integer", "minimum": 1],
          ],
          "required": ["name", "startLine", "endLine"],
        ],
      ],
    ], required: ["path", "symbols"],
    beside: ["notes": ["type": "array", "items": ["type": "string"]]])

  /// Files of a folder, and names of each of them.
  private static let mostFiles = 100
  private static let mostNames = 20
  /// Documents that are read at once.
  private static let page = 200

  var arguments: JSONValue {
    ["path": ["type": "string", "description": "An absolute path of a file or a folder."]]
  }

  private struct File {
    let path: String
    let symbols: [(name: String, lines: ClosedRange<Int>)]
  }

  func call(_ call: ToolCall) async throws -> ToolResult {
    try call.arguments.allowOnly(["path"])
    let named = try call.arguments["path"].string()
    let place = try await ToolFolder.place(named, call)
    _ = try await call.permission.check(place.root, call)
    let store = call.services.collections.store
    guard await store.has(place.root) else { throw ToolError("\(place.root) is not indexed: search it first") }
    let collection = try await store.open(place.root)
    guard let path = FilePath.resolved(FileURI.path(ofURI: named) ?? named) else {
      throw ToolError("there is no \(named)")
    }
    if !FilePath.isFolder(path) {
      guard let document = try await collection.document(.uri(FileURI.uri(ofPath: path))) else {
        throw ToolError("\(path) is not indexed")
      }
      return result([file(document, at: call.spellings.path(path), limit: .max)], notes: [])
    }
    var files: [File] = []
    var isCut = false
    var offset = 0
    reading: while true {
      let documents = try await collection.documents(offset: offset, limit: Self.page, withChunks: true)
      offset += documents.count
      for (document, _) in documents {
        guard let inside = document.path, FilePath.path("/" + inside, from: "/" + place.inside) != nil else { continue }
        if files.count == Self.mostFiles {
          isCut = true
          break reading
        }
        let path = call.spellings.path((place.root == "/" ? "" : place.root) + "/" + inside)
        files.append(file(document, at: path, limit: Self.mostNames))
      }
      if documents.count < Self.page { break }
    }
    return result(
      files.sorted { $0.path < $1.path },
      notes: isCut ? ["Only \(Self.mostFiles) files are listed: name a smaller folder."] : [])
  }

  private func file(_ document: StoredDocument, at path: String, limit: Int) -> File {
    var symbols: [(name: String, lines: ClosedRange<Int>)] = []
    for chunk in document.chunks {
      guard let name = chunk.symbol ?? chunk.heading else { continue }
      let lines = chunk.span.start.line + 1...max(chunk.span.start.line, chunk.span.end.line) + 1
      // A function that is longer than the model takes is in several chunks.
      if let last = symbols.last, last.name == name {
        symbols[symbols.count - 1].lines = last.lines.lowerBound...max(last.lines.upperBound, lines.upperBound)
      } else {
        symbols.append((name, lines))
      }
    }
    return File(path: path, symbols: Array(symbols.prefix(limit)))
  }

  private func result(_ files: [File], notes: [String]) -> ToolResult {
    let text = files.map { file in
      ([FileName.inLine(file.path)] + file.symbols.map { "  \($0.lines.lowerBound)-\($0.lines.upperBound) \($0.name)" })
        .joined(separator: "\n")
    }
    var value: JSONObject = [
      "files": .array(
        files.map { file in
          [
            "path": .string(file.path),
            "symbols": .array(
              file.symbols.map { symbol in
                [
                  "name": .string(symbol.name), "startLine": JSONValue(symbol.lines.lowerBound),
                  "endLine": JSONValue(symbol.lines.upperBound),
                ]
              }),
          ]
        })
    ]
    if !notes.isEmpty { value["notes"] = .array(notes.map { .string($0) }) }
    let parts = notes + (text.isEmpty ? ["Nothing of it is indexed."] : text)
    return ToolResult(text: parts.joined(separator: "\n"), value: .object(value))
  }
}
