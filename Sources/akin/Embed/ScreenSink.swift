import Engine

/// A line a text: its beginning, its tokens, the length of its vector, and as many components as fit.
struct ScreenSink: EmbeddingSink {
  let stream: OutputStream
  let terminal: Terminal
  /// Columns of the text, from the first chunk on: later chunks keep to it, so that the table stays in line.
  private var labelWidth: Int?

  private static let componentWidth = 8
  private static let tokensWidth = 6
  private static let normWidth = 8

  init(stream: OutputStream, terminal: Terminal) {
    self.stream = stream
    self.terminal = terminal
  }

  mutating func write(_ texts: [InputText], _ answer: EmbedAnswer) throws {
    guard answer.tokenVectors.isEmpty else { return try writeTokens(texts, answer) }
    let labels = texts.map { TextWidth.printable($0.text) }
    let width = try layout(labels, heading: "text", dimensions: answer.dimensions)
    for (index, label) in labels.enumerated() {
      let tokens = "\(answer.tokens[index])" + (answer.truncated[index] ? "!" : "")
      try writeRow(label, width: width, tokens: tokens, vector: answer.vectors[index])
    }
    if let cut = answer.truncated.firstIndex(of: true) {
      let note = "! more tokens than the model takes: the end of \"\(labels[cut].prefix(20))…\" was not read"
      try stream.write(line: terminal.paint(TextWidth.clipped(note, to: terminal.columns), .warning))
    }
    try stream.flush()
  }

  func finish() throws {}

  private mutating func writeTokens(_ texts: [InputText], _ answer: EmbedAnswer) throws {
    for (index, text) in texts.enumerated() {
      let label = TextWidth.clipped(TextWidth.printable(text.text), to: terminal.columns)
      try stream.write(line: (index == 0 && labelWidth == nil ? "" : "\n") + terminal.paint(label, .bold))
      let tokens = answer.encodings[index].tokens
      let width = try layout(tokens, heading: "token", dimensions: answer.dimensions)
      for (position, vector) in answer.tokenVectors[index].enumerated() {
        // What a query is filled up with has no name in it.
        try writeRow(
          position < tokens.count ? tokens[position] : "…", width: width, tokens: "\(position)", vector: vector)
      }
    }
    try stream.flush()
  }

  /// The width of the first column; writes the titles the first time.
  private mutating func layout(_ labels: [String], heading: String, dimensions: Int) throws -> Int {
    if let labelWidth { return labelWidth }
    let longest = labels.reduce(heading.count) { max($0, TextWidth.columns($1)) }
    let width = min(longest, terminal.columns * 2 / 5)
    labelWidth = width
    let titles =
      TextWidth.padded(heading, to: width)
      + TextWidth.padded(heading == "text" ? "tokens" : "index", to: Self.tokensWidth + 2, alignment: .right)
      + TextWidth.padded("length", to: Self.normWidth, alignment: .right)
      + "  first of \(dimensions) components"
    try stream.write(line: terminal.paint(TextWidth.clipped(titles, to: terminal.columns), .dim))
    return width
  }

  private func writeRow(_ label: String, width: Int, tokens: String, vector: [Float]) throws {
    // In float64: a sum of squares of a few hundred float32 keeps all the digits that are shown.
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    let head =
      TextWidth.padded(TextWidth.clipped(label, to: width), to: width)
      + TextWidth.padded(tokens, to: Self.tokensWidth + 2, alignment: .right)
      + TextWidth.padded(NumberText.fixed(length, decimals: 4), to: Self.normWidth, alignment: .right)
    let room = (terminal.columns - TextWidth.columns(head) - 2) / Self.componentWidth
    let shown = vector.prefix(max(1, room)).map {
      TextWidth.padded(NumberText.fixed($0, decimals: 4), to: Self.componentWidth, alignment: .right)
    }
    let rest = shown.count < vector.count ? terminal.paint(" …", .dim) : ""
    try stream.write(line: head + terminal.paint(shown.joined(), .accent) + rest)
  }
}
