import Encoder
import Engine
import JSON

/// Sparse vectors: the words of each text's vector and their weights, the greatest first, or the entries as JSON.
struct SparseSink: EmbeddingSink {
  let stream: OutputStream
  /// nil writes JSON.
  let terminal: Terminal?
  /// Whose words the entries are.
  let engine: Engine

  func write(_ texts: [InputText], _ answer: EmbedAnswer) throws {
    for (index, text) in texts.enumerated() {
      let vector = answer.sparseVectors[index]
      guard let terminal else {
        try stream.write(json: json(text, vector, tokens: answer.tokens[index], truncated: answer.truncated[index]))
        continue
      }
      let label = TextWidth.printable(text.text), words = words(vector)
      guard terminal.forReading else {
        let line = words.map { "\($0.word) \($0.weight)" }.joined(separator: "\t")
        try stream.write(line: "\(label)\t\(answer.tokens[index])\t\(line)")
        continue
      }
      try stream.write(line: terminal.paint(TextWidth.clipped(label, to: terminal.columns), .bold))
      let shown = words.map { "\($0.word) \(NumberText.fixed($0.weight, decimals: 2))" }.joined(separator: "  ")
      try stream.write(line: "  " + TextWidth.clipped(shown, to: max(1, terminal.columns - 2)))
    }
    try stream.flush()
  }

  func finish() throws {}

  private func words(_ vector: SparseVector) -> [(word: String, weight: Float)] {
    zip(vector.indices, vector.values).sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map { index, value in
      (TextWidth.printable(engine.tokenizer.token(index) ?? "[\(index)]"), value)
    }
  }

  private func json(_ text: InputText, _ vector: SparseVector, tokens: Int, truncated: Bool) -> JSONValue {
    var object = JSONObject()
    if let id = text.id { object["id"] = id }
    object["text"] = .string(text.text)
    object["embedding"] = [
      "indices": .array(vector.indices.map { .integer(Int64($0)) }), "values": .float32s(vector.values),
    ]
    object["tokens"] = .integer(Int64(tokens))
    object["truncated"] = .bool(truncated)
    return .object(object)
  }
}
