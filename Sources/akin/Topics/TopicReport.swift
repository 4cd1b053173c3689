import AkinCollections
import JSON
import Platform

/// Groups of texts as they are shown.
struct TopicReport {
  let texts: PlacedTexts
  let stream: OutputStream
  let terminal: Terminal
  /// Groups at most.
  let shown: Int
  /// Texts of each at most.
  let members: Int

  private let names: HitNames

  init(texts: PlacedTexts, stream: OutputStream, terminal: Terminal, shown: Int, members: Int) {
    (self.texts, self.stream, self.terminal) = (texts, stream, terminal)
    (self.shown, self.members) = (shown, members)
    names = HitNames(places: texts.given)
  }

  /// - Throws: ``OutputClosed``, ``WriteError``.
  func write(_ topics: TextTopics, json: Bool) throws {
    for (number, topic) in topics.topics.prefix(shown).enumerated() {
      if json {
        try stream.write(json: self.json(topic, number: number + 1))
      } else if terminal.forReading {
        if number > 0 { try stream.write(line: "") }
        try writeForReading(topic, number: number + 1)
      } else {
        for member in topic.members.prefix(members) {
          let cells = [
            "\(number + 1)", topic.label, place(member.index), NumberText.fixed(member.similarity, decimals: 4),
            ChunkText.firstLine(texts.places[member.index].text),
          ]
          try stream.write(line: cells.joined(separator: "\t"))
        }
      }
    }
    if terminal.forReading, !json { try writeRest(topics) }
  }

  private func writeForReading(_ topic: TextTopics.Topic, number: Int) throws {
    let margin = "\(topic.size)".count < 5 ? 5 : "\(topic.size)".count
    let count = TextWidth.padded("\(topic.size)", to: margin, alignment: .right)
    let label = topic.words.isEmpty ? ChunkText.firstLine(texts.places[topic.members[0].index].text) : topic.label
    let lines = TextWidth.wrapped(label, to: terminal.columns - margin - 2)
    for (index, line) in lines.enumerated() {
      let head = index == 0 ? terminal.paint(count, .accent) : String(repeating: " ", count: margin)
      try stream.write(line: head + "  " + terminal.paint(line, .bold))
    }
    let indent = String(repeating: " ", count: margin + 2)
    for member in topic.members.prefix(members) {
      let copies = member.copies.isEmpty ? "" : " (\(member.copies.count + 1)×)"
      let text = ChunkText.firstLine(texts.places[member.index].text)
      guard case .hit(let hit) = texts.places[member.index] else {
        try stream.write(line: indent + TextWidth.clipped(text + copies, to: terminal.columns - margin - 2))
        continue
      }
      let place = FileName.shown(place(member.index)) + copies
      try stream.write(line: indent + terminal.linked(place, to: names.whole(hit)))
      try stream.write(
        line: indent + terminal.paint(TextWidth.clipped(text, to: terminal.columns - margin - 2), .dim))
    }
  }

  private func writeRest(_ topics: TextTopics) throws {
    let rest = topics.topics.count - min(shown, topics.topics.count)
    var notes: [String] = []
    if rest > 0 { notes.append("\(NumberText.count(rest, "smaller group")), -k shows more") }
    if !topics.outliers.isEmpty {
      notes.append("\(NumberText.count(topics.outliers.count, "text")) near no other one")
    }
    if topics.topics.isEmpty { notes.insert("nothing to group", at: 0) }
    for note in notes { try stream.write(line: terminal.paint(note, .dim)) }
  }

  /// `path:line`, a document's place, or the stream's line.
  private func place(_ index: Int) -> String {
    switch texts.places[index] {
    case .hit(let hit): names.place(of: hit)
    case .line(let line): line.place
    }
  }

  private func json(_ topic: TextTopics.Topic, number: Int) -> JSONValue {
    [
      "group": JSONValue(number), "label": .string(topic.label), "size": JSONValue(topic.size),
      "words": .array(topic.words.map { ["word": .string($0.word), "score": float($0.score)] }),
      "members": .array(topic.members.prefix(members).map(json)),
    ]
  }

  private func json(_ member: TextTopics.Member) -> JSONValue {
    var object = json(member.index)
    object["similarity"] = float(member.similarity)
    object["text"] = .string(texts.places[member.index].text)
    if !member.copies.isEmpty { object["copies"] = .array(member.copies.map { .object(json($0)) }) }
    return .object(object)
  }

  /// The shortest digits of the float32.
  private func float(_ value: Float) -> JSONValue { .serialized(Array("\(value)".utf8)) }

  private func json(_ index: Int) -> JSONObject {
    var object = JSONObject()
    switch texts.places[index] {
    case .hit(let hit):
      object["path"] = .string(names.path(of: hit))
      object["line"] = JSONValue(hit.span.start.line + 1)
      object["endLine"] = JSONValue(hit.span.end.line + 1)
      if let location = hit.location { object["location"] = .string(location) }
    case .line(let line):
      if let number = line.line { object["line"] = JSONValue(number) }
      if let id = line.id { object["id"] = id }
    }
    return object
  }
}
