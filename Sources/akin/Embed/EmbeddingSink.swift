import Engine
import JSON

/// Where `akin embed` puts its answers, chunk after chunk.
protocol EmbeddingSink {
  /// - Parameter answer: the engine's answer to `texts`.
  /// - Throws: ``OutputClosed``, ``WriteError``, ``Failure``.
  mutating func write(_ texts: [InputText], _ answer: EmbedAnswer) throws
  /// After the last chunk.
  mutating func finish() throws
}

/// One JSON object a text.
struct JSONLinesSink: EmbeddingSink {
  let stream: OutputStream

  func write(_ texts: [InputText], _ answer: EmbedAnswer) throws {
    for (index, text) in texts.enumerated() {
      var object = JSONObject()
      if let id = text.id { object["id"] = id }
      object["text"] = .string(text.text)
      if answer.tokenVectors.isEmpty {
        object["embedding"] = .float32s(answer.vectors[index])
      } else {
        object["embedding"] = .array(answer.tokenVectors[index].map { .float32s($0) })
      }
      object["tokens"] = .integer(Int64(answer.tokens[index]))
      object["truncated"] = .bool(answer.truncated[index])
      if !answer.encodings.isEmpty { object["encoding"] = EncodingText.json(answer.encodings[index]) }
      try stream.write(json: JSONValue.object(object))
    }
    // Whoever follows the output sees a chunk as soon as it is done.
    try stream.flush()
  }

  func finish() throws {}
}

/// Text, tokens and all components a line, separated by tabs and, between components, spaces.
struct TabSink: EmbeddingSink {
  let stream: OutputStream

  func write(_ texts: [InputText], _ answer: EmbedAnswer) throws {
    for (index, text) in texts.enumerated() {
      let printable = TextWidth.printable(text.text)
      guard !answer.tokenVectors.isEmpty else {
        try stream.write(line: "\(printable)\t\(answer.tokens[index])\t\(Self.components(answer.vectors[index]))")
        continue
      }
      for (token, vector) in zip(answer.encodings[index].tokens, answer.tokenVectors[index]) {
        try stream.write(line: "\(printable)\t\(token)\t\(Self.components(vector))")
      }
    }
    try stream.flush()
  }

  func finish() throws {}

  /// The shortest digits that read back as the same float32.
  private static func components(_ vector: [Float]) -> String {
    vector.map { "\($0)" }.joined(separator: " ")
  }
}

/// Rows of a numpy array.
struct NpySink: EmbeddingSink {
  private let path: String
  private let dimensions: Int
  private let file: NpyFile
  private var texts = 0

  init(path: String, dimensions: Int) throws {
    self.path = path
    self.dimensions = dimensions
    file = try NpyFile(path: path, columns: dimensions)
  }

  mutating func write(_ texts: [InputText], _ answer: EmbedAnswer) throws {
    self.texts += texts.count
    guard !answer.tokenVectors.isEmpty else { return try file.append(answer.vectors) }
    guard self.texts == 1 else {
      throw Failure(
        .usage,
        "--tokens with --output takes one text: the texts' numbers of tokens differ, and an array has one shape",
        hint: "Use --json for several texts.")
    }
    try file.append(answer.tokenVectors[0])
  }

  mutating func finish() throws {
    try file.close()
    let bytes = NumberText.bytes(file.rows * dimensions * MemoryLayout<Float>.size)
    Notice.write(plain: "wrote \(path): \(file.rows) x \(dimensions) float32 (\(bytes))")
  }
}
