extension ChunkPlan {
  /// A heading and the lines up to the next one.
  private struct Section {
    var lines: Range<Int>
    var title: String?
    var trail: [String]
  }

  /// Plans a text of sections under headings.
  mutating func addSections(mark: UInt8) {
    for section in sections(mark: mark) {
      let bytes = lines.bytes(of: section.lines)
      let symbol = section.title.map { Symbol(name: $0, kind: .string) }
      if fits(bytes, under: section.trail) {
        add(TextUnit(bytes: bytes, symbol: symbol, trail: section.trail))
      } else {
        addParagraphs(section.lines, symbol: symbol, under: section.trail)
      }
    }
  }

  private func sections(mark: UInt8) -> [Section] {
    var sections = [Section(lines: 0..<0, title: nil, trail: [])]
    // The open headings with their levels.
    var open: [(level: Int, title: String)] = []
    var fence: ArraySlice<UInt8>?
    for line in 0..<lines.count {
      if let opened = fence {
        if closes(line, fence: opened) { fence = nil }
        continue
      }
      fence = openedFence(line)
      guard fence == nil, let (heading, first) = heading(line, mark: mark) else { continue }
      sections[sections.count - 1].lines = sections[sections.count - 1].lines.lowerBound..<first
      open.removeAll { $0.level >= heading.level }
      sections.append(Section(lines: first..<first, title: heading.title, trail: open.map(\.title)))
      open.append(heading)
    }
    sections[sections.count - 1].lines = sections[sections.count - 1].lines.lowerBound..<lines.count
    return sections.filter { !$0.lines.isEmpty }
  }

  /// The heading that a line is or underlines, and its first line.
  private func heading(_ line: Int, mark: UInt8) -> (heading: (level: Int, title: String), first: Int)? {
    let content = lines.content(line)
    guard lines.indentation(line) < 4, let byte = lines.bytes[content].first else { return nil }
    let marks = lines.bytes[content].prefix { $0 == mark }
    if (1...6).contains(marks.count) {
      let title = lines.bytes[content].dropFirst(marks.count)
      guard title.first == UInt8(ascii: " ") else { return nil }
      return ((marks.count, Self.title(title, mark: mark)), line)
    }
    // Underlined with `===` or `---`, right below a line of text that is no list, table or quote.
    guard mark == UInt8(ascii: "#"), byte == UInt8(ascii: "=") || byte == UInt8(ascii: "-"), content.count >= 2,
      lines.bytes[content].allSatisfy({ $0 == byte }), line > 0
    else { return nil }
    let above = lines.bytes[lines.content(line - 1)]
    guard let first = above.first, !"-*+>|#=`".utf8.contains(first), above.count <= 200,
      line < 2 || lines.isBlank(line - 2)
    else { return nil }
    return ((byte == UInt8(ascii: "=") ? 1 : 2, Self.title(above, mark: mark)), line - 1)
  }

  /// Without the marks that may close a heading, and of a length that fits on a line.
  private static func title(_ bytes: ArraySlice<UInt8>, mark: UInt8) -> String {
    var bytes = bytes
    while let last = bytes.last, last == mark || last == UInt8(ascii: " ") { bytes.removeLast() }
    while bytes.first == UInt8(ascii: " ") { bytes.removeFirst() }
    return String(String(decoding: bytes.prefix(400), as: UTF8.self).prefix(200))
  }

  /// The run of backticks or tildes that opens a block of code.
  private func openedFence(_ line: Int) -> ArraySlice<UInt8>? {
    let content = lines.bytes[lines.content(line)]
    guard let byte = content.first, byte == UInt8(ascii: "`") || byte == UInt8(ascii: "~") else { return nil }
    let run = content.prefix { $0 == byte }
    guard run.count >= 3, !(byte == UInt8(ascii: "`") && content.dropFirst(run.count).contains(byte)) else {
      return nil
    }
    return run
  }

  private func closes(_ line: Int, fence: ArraySlice<UInt8>) -> Bool {
    let content = lines.bytes[lines.content(line)]
    return content.count >= fence.count && content.allSatisfy { $0 == fence.first }
  }

  // MARK: Paragraphs

  /// Plans running text: paragraphs as many as fit together, and sentences where one does not fit.
  mutating func addParagraphs(_ range: Range<Int>, symbol: Symbol?, under trail: [String]) {
    let inside = trail + (symbol.map { [$0.name] } ?? [])
    let room = room(inside)
    var group: Range<Int>?
    var isFirst = true
    func flush(_ plan: inout ChunkPlan) {
      guard let full = group else { return }
      plan.add(
        TextUnit(
          bytes: plan.lines.bytes(of: full), symbol: isFirst ? symbol : nil, trail: isFirst ? trail : inside))
      isFirst = false
      group = nil
    }
    for paragraph in paragraphs(range) {
      let joined = (group?.lowerBound ?? paragraph.lowerBound)..<paragraph.upperBound
      if counts.size(lines.bytes(of: joined)) <= room {
        group = joined
        continue
      }
      if counts.size(lines.bytes(of: paragraph)) <= room {
        flush(&self)
        group = paragraph
        continue
      }
      // A heading, or a line that leads to what has to be cut, stays with its beginning.
      if let before = group, counts.size(lines.bytes(of: before)) * 4 > room { flush(&self) }
      let cut = (group?.lowerBound ?? paragraph.lowerBound)..<paragraph.upperBound
      group = nil
      add(
        cut: cutter.cut(lines.bytes(of: cut), at: sentences(cut), limit: room), of: isFirst ? symbol : nil,
        trail: isFirst ? trail : inside)
      isFirst = false
    }
    flush(&self)
  }

  /// Runs of lines between blank ones; blank lines in a fenced block of code do not count.
  private func paragraphs(_ range: Range<Int>) -> [Range<Int>] {
    var paragraphs: [Range<Int>] = []
    var start: Int?
    var fence: ArraySlice<UInt8>?
    for line in range {
      if let opened = fence {
        if closes(line, fence: opened) { fence = nil }
      } else if lines.isBlank(line) {
        if let first = start { paragraphs.append(first..<line) }
        start = nil
      } else {
        start = start ?? line
        fence = openedFence(line)
      }
    }
    if let first = start { paragraphs.append(first..<range.upperBound) }
    return paragraphs
  }

  /// The starts of sentences, then of lines, then of clauses.
  private func sentences(_ range: Range<Int>) -> [CutPlace] {
    var places: [CutPlace] = []
    let bytes = lines.trimmed(lines.bytes(of: range))
    var index = bytes.lowerBound + 1
    while index < bytes.upperBound {
      defer { index += 1 }
      if let cost = cost(ofCutAt: index) { places.append(CutPlace(offset: index, cost: cost)) }
    }
    return places
  }

  /// Nil where the text is not cut between sentences, lines or clauses.
  private func cost(ofCutAt index: Int) -> Int? {
    let bytes = lines.bytes
    // The full stops of Chinese and Japanese need no blank behind them.
    if index >= 3, bytes[index - 3...index - 1].elementsEqual([0xE3, 0x80, 0x82]) { return 0 }
    guard TextLines.isBlank(bytes[index - 1]), !TextLines.isBlank(bytes[index]) else { return nil }
    var end = index - 1
    var isLine = bytes[end] == UInt8(ascii: "\n") || bytes[end] == UInt8(ascii: "\r")
    while end > 0, TextLines.isBlank(bytes[end - 1]), index - end < 64 {
      end -= 1
      isLine = isLine || bytes[end] == UInt8(ascii: "\n")
    }
    guard end > 0 else { return nil }
    switch bytes[end - 1] {
    case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"): return 0
    case UInt8(ascii: "\""), UInt8(ascii: ")"):
      return end > 1 && ".!?".utf8.contains(bytes[end - 2]) ? 0 : isLine ? 1 : nil
    case UInt8(ascii: ";"), UInt8(ascii: ":"): return isLine ? 1 : 2
    default: return isLine ? 1 : bytes[end - 1] == UInt8(ascii: ",") ? 3 : nil
    }
  }
}
