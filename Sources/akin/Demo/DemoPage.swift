/// The look of `akin demo`: numbered headings, explanations, indented results.
struct DemoPage {
  let stream: OutputStream
  let terminal: Terminal

  /// Columns before results and explanations.
  private static let margin = "   "
  /// Longer lines of prose than this are hard to read.
  private static let maximumColumns = 100

  /// Columns of an explanation.
  var columns: Int { min(terminal.columns, Self.maximumColumns) - Self.margin.count }

  /// The terminal as a scene's results see it.
  var inner: Terminal { terminal.narrowed(to: terminal.columns - Self.margin.count) }

  /// The name of the page, and below it what it was made with.
  func title(_ name: String, _ facts: String) throws {
    try stream.write(line: terminal.paint(name, .bold))
    for line in TextWidth.wrapped(facts, to: columns) {
      try stream.write(line: Self.margin + terminal.paint(line, .dim))
    }
    try stream.flush()
  }

  func heading(_ number: Int, _ text: String) throws {
    try stream.write(line: "\n" + terminal.paint("\(number)  \(text)", .bold))
  }

  /// A paragraph.
  func explain(_ text: String) throws {
    for line in TextWidth.wrapped(text, to: columns) { try stream.write(line: Self.margin + line) }
    try stream.write(line: "")
  }

  /// What the lines above have shown.
  func conclude(_ text: String) throws {
    try show([""] + TextWidth.wrapped(text, to: columns))
  }

  /// Lines as they are, indented; flushed, so that each scene appears when it has been computed.
  func show(_ lines: [String]) throws {
    for line in lines { try stream.write(line: line.isEmpty ? "" : Self.margin + line) }
    try stream.flush()
  }
}
