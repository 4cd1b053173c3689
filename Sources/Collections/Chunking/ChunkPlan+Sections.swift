import Extraction

extension ChunkPlan {
  /// A heading and the lines up to the next one.
  private struct Section {
    var lines: Range<Int>
    var title: String?
    var trail: [String]
  }

  /// Plans a text of sections under headings.
  mutating func addSections(_ outline: Outline) {
    partStarts = outline.partStarts.filter { $0 < lines.count }.map { lines.starts[$0] }
    for section in sections(outline.headings) {
      let bytes = lines.bytes(of: section.lines)
      let symbol = section.title.map { Symbol(name: $0, kind: .string) }
      if fits(bytes, under: section.trail), !beginsPart(after: bytes.lowerBound, through: bytes.upperBound - 1) {
        add(TextUnit(bytes: bytes, symbol: symbol, trail: section.trail))
      } else {
        addParagraphs(section.lines, symbol: symbol, under: section.trail, outline)
      }
    }
  }

  private func sections(_ headings: [ExtractedText.Heading]) -> [Section] {
    var sections = [Section(lines: 0..<(headings.first?.line ?? lines.count), title: nil, trail: [])]
    // The open headings.
    var open: [ExtractedText.Heading] = []
    for (index, heading) in headings.enumerated() {
      open.removeAll { $0.level >= heading.level }
      let end = index + 1 < headings.count ? headings[index + 1].line : lines.count
      sections.append(Section(lines: heading.line..<end, title: heading.title, trail: open.map(\.title)))
      open.append(heading)
    }
    return sections.filter { !$0.lines.isEmpty }
  }

  // MARK: Paragraphs

  /// Plans running text: paragraphs as many as fit together, and sentences where one does not fit.
  mutating func addParagraphs(_ range: Range<Int>, symbol: Symbol?, under trail: [String], _ outline: Outline) {
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
    for paragraph in paragraphs(range, outline) {
      if let before = group,
        beginsPart(after: lines.starts[before.lowerBound], through: lines.starts[paragraph.lowerBound])
      {
        flush(&self)
      }
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

  /// Runs of lines between blank ones; blank lines in a literal block do not count.
  private func paragraphs(_ range: Range<Int>, _ outline: Outline) -> [Range<Int>] {
    var paragraphs: [Range<Int>] = []
    var start: Int?
    for line in range {
      if lines.isBlank(line), !outline.isLiteral[line] {
        if let first = start { paragraphs.append(first..<line) }
        start = nil
      } else {
        start = start ?? line
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
