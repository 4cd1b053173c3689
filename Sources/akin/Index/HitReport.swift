import AkinCollections
import Documents
import JSON
import Platform

/// The places that a search has found, for a screen, a pipe, an editor or a program.
final class HitReport {
  enum Style {
    case screen, tabs, vimgrep, files, nulFiles, json
  }

  private let style: Style
  private let context: Int
  private let stream: OutputStream
  private let terminal: Terminal
  private let patterns: [TextPattern]
  private let names: HitNames
  /// Columns that what a hit stands under is shown in at least.
  private static let leastTrail = 8
  private var writtenFiles: Set<[UInt8]> = []
  /// Of what is searched, what had its vectors: a member of each hit in JSON.
  var embeddedShare = 1.0

  /// - Parameter context: lines that are shown of a hit on a screen.
  /// - Parameter patterns: what is brought out beside the words of the query.
  /// - Parameter names: what files are called.
  init(
    style: Style, context: Int, stream: OutputStream, terminal: Terminal, patterns: [TextPattern] = [],
    names: HitNames = HitNames()
  ) {
    self.style = style
    self.context = context
    self.stream = stream
    self.terminal = terminal
    self.patterns = patterns
    self.names = names
  }

  /// Tells several queries apart, for people.
  func writeHeading(_ query: String, isFirst: Bool) throws {
    guard style == .screen else { return }
    if !isFirst { try stream.write(line: "") }
    try stream.write(line: terminal.paint(TextWidth.printable(query), .bold))
  }

  /// - Parameter noMatch: the best similarity where that is too little to show anything.
  func write(_ hits: [CollectionHit], query: String, noMatch: Float? = nil) throws {
    if hits.isEmpty, let noMatch {
      let sentence = "no good match (best \(NumberText.fixed(noMatch, decimals: 2)))"
      if style == .screen {
        try stream.write(line: terminal.paint(sentence, .dim))
      } else {
        Notice.write("\(TextWidth.clipped(TextWidth.printable(query), to: 80)): \(sentence)")
      }
    } else if style == .screen, hits.isEmpty {
      try stream.write(line: terminal.paint("nothing found", .dim))
    }
    for hit in hits {
      let path = names.path(of: hit)
      let name = terminal.forReading ? FileName.shown(path) : FileName.inLine(path)
      let place = name + (hit.location.map { "#" + TextWidth.printable($0) } ?? "")
      let line = hit.span.start.line + 1
      let best = ChunkText.shown(ChunkText.line(hit.bestLine, of: hit.text))
      switch style {
      case .screen: try writeScreen(hit, path, line, query: query)
      case .tabs where hit.location != nil:
        let score = NumberText.fixed(hit.score, decimals: 4)
        try stream.write(line: "\(place)\t\(score)\t\(ChunkText.firstLine(hit.text))" + explanationColumn(hit))
      case .tabs:
        let score = NumberText.fixed(hit.score, decimals: 4)
        try stream.write(line: "\(name):\(line + hit.bestLine)\t\(score)\t\(best)" + explanationColumn(hit))
      case .vimgrep:
        try stream.write(line: "\(name):\(line + hit.bestLine):\(column(of: hit)):\(best)")
      case .files, .nulFiles:
        for path in [path] + hit.copies.map(names.path(of:)) { try writeFile(path) }
      case .json: try stream.write(json: json(hit, query: query))
      }
    }
  }

  /// Hits that fit a budget: what stands above each, and its text, as an assistant reads them.
  func write(_ packed: PackedHits, query: String) throws {
    if style == .json {
      for hit in packed.hits { try stream.write(json: json(hit, query: query)) }
      return try stream.write(
        json: [
          "query": .string(query), "embeddedShare": .number(embeddedShare),
          "tokens": .integer(Int64(packed.tokens)),
          "leftOut": [
            "hits": .integer(Int64(packed.hitsLeftOut)), "copies": .integer(Int64(packed.copiesLeftOut)),
            "lines": .integer(Int64(packed.linesLeftOut)),
          ],
        ])
    }
    let marks = QueryLines(query, patterns: patterns)
    for hit in packed.hits {
      let heading = TextWidth.printable(TokenBudget.heading(hit, path: names.path(of: hit)))
      try stream.write(line: terminal.paint(heading, .bold))
      for line in QueryLines.lines(hit.text) {
        try stream.write(line: ChunkText.marked(Self.indented(String(line)), marks, on: terminal))
      }
      try stream.write(line: "")
    }
    try stream.write(line: terminal.paint(packed.sentence ?? "Nothing left out.", .dim))
  }

  /// Each once.
  private func writeFile(_ path: String) throws {
    guard writtenFiles.insert(Array(path.utf8)).inserted else { return }
    if style == .nulFiles {
      try stream.write(Array(path.utf8) + [0])
    } else {
      try stream.write(line: terminal.forReading ? FileName.shown(path) : FileName.inLine(path))
    }
  }

  private func writeScreen(_ hit: CollectionHit, _ path: String, _ line: Int, query: String) throws {
    let place = FileName.shown(path) + (hit.location.map { "#" + TextWidth.printable($0) } ?? ":\(line)")
    let shown = hit.similarity ?? hit.score
    let score = terminal.paint(" " + NumberText.fixed(shown, decimals: 3) + " ", ScoreColor.cosine.style(shown))
    let trail = [hit.heading, hit.symbol].compactMap { $0 }.joined(separator: " > ")
    // What it stands under has the rest of the line, and none where the rest is too short to say anything.
    let rest = terminal.columns - TextWidth.columns(place) - 10
    let name = rest < Self.leastTrail ? "" : "  " + TextWidth.clipped(TextWidth.printable(trail), to: rest)
    let link = terminal.linked(terminal.paint(place, .accent), to: names.whole(hit))
    try stream.write(line: score + " " + link + terminal.paint(name, .bold))
    let margin = terminal.columns < 60 ? 4 : 6
    let marks = QueryLines(query, patterns: patterns)
    for (number, text) in ChunkText.lines(hit.text, around: hit.bestLine, count: context) {
      let label = TextWidth.padded("\(hit.span.start.line + number + 1)", to: margin, alignment: .right)
      let line = Self.indented(text)
      let width = terminal.columns - margin - 3
      let part = number == hit.bestLine ? marks.first(in: line) : nil
      let shown = part.map { TextWidth.clipped(line, to: width, showing: $0) } ?? TextWidth.clipped(line, to: width)
      try stream.write(line: terminal.paint(label, .dim) + "  " + ChunkText.marked(shown, marks, on: terminal))
    }
    if !hit.copies.isEmpty {
      let copies = hit.copies.map { "\(FileName.shown(names.path(of: $0))):\($0.line + 1)" }
      let text = "also in " + copies.joined(separator: ", ")
      try stream.write(line: "        " + terminal.paint(TextWidth.clipped(text, to: terminal.columns - 9), .dim))
    }
    if let explanation = hit.explanation {
      for text in explanationLines(explanation, hit) {
        for line in TextWidth.wrapped(text, to: terminal.columns - margin - 3) {
          try stream.write(line: String(repeating: " ", count: margin + 2) + terminal.paint(line, .dim))
        }
      }
    }
  }

  /// Where the best line begins to say something, in bytes from 1.
  private func column(of hit: CollectionHit) -> Int {
    let blanks = ChunkText.line(hit.bestLine, of: hit.text).prefix(while: \.isWhitespace).utf8.count
    return (hit.bestLine == 0 ? hit.span.start.utf8 : 0) + blanks + 1
  }

  /// Why it is where it is, behind what a line of a pipe has else.
  private func explanationColumn(_ hit: CollectionHit) -> String {
    hit.explanation.map { "\t" + explanationLines($0, hit).joined(separator: "; ") } ?? ""
  }

  private func explanationLines(_ explanation: RankingExplanation, _ hit: CollectionHit) -> [String] {
    let legs = hit.legs.map { "\($0.name.rawValue) \($0.rank). (\(NumberText.fixed($0.score, decimals: 3)))" }
    var parts = explanation.parts.map { (name: $0.signal, value: $0.contribution) }
    if explanation.belowFile > 0 { parts.append(("below its file", -explanation.belowFile)) }
    let shown = NumberText.addingUp(parts.map(\.value), to: hit.score, decimals: 2)
    let terms = zip(parts, shown).map { "\($0.name) \($1)" }
    let sum = "= \(NumberText.fixed(hit.score, decimals: 2))"
    return [legs.joined(separator: ", "), terms.joined(separator: ", ") + " " + sum]
  }

  /// A line with its indentation, harmless to a terminal.
  private static func indented(_ line: String) -> String {
    let blanks = line.prefix { $0 == " " || $0 == "\t" }
    let columns = blanks.reduce(0) { $0 + ($1 == "\t" ? 4 : 1) }
    return String(repeating: " ", count: min(columns, 40)) + TextWidth.printable(String(line.dropFirst(blanks.count)))
  }

  private func json(_ hit: CollectionHit, query: String) -> JSONValue {
    var object: JSONObject = [
      "query": .string(query), "path": .string(names.path(of: hit)), hit.key.member: .string(hit.key.text),
    ]
    object["line"] = .integer(Int64(hit.span.start.line + 1))
    object["endLine"] = .integer(Int64(hit.span.end.line + 1))
    // The shortest digits of the float32; as a Double it would show digits it has not got.
    object["score"] = .serialized(Array("\(hit.score)".utf8))
    if let similarity = hit.similarity { object["similarity"] = .serialized(Array("\(similarity)".utf8)) }
    if let score = hit.rerankScore { object["rerankScore"] = .serialized(Array("\(score)".utf8)) }
    object["legs"] = .object(
      hit.legs.reduce(into: JSONObject()) { legs, leg in
        legs[leg.name.rawValue] = ["rank": .integer(Int64(leg.rank)), "score": .serialized(Array("\(leg.score)".utf8))]
      })
    if !hit.copies.isEmpty {
      object["copies"] = .array(
        hit.copies.map { ["path": .string(names.path(of: $0)), "line": .integer(Int64($0.line + 1))] })
    }
    if let explanation = hit.explanation {
      var signals = JSONObject()
      for part in explanation.parts {
        signals[part.signal] = [
          "value": .serialized(Array("\(part.value)".utf8)), "weight": .serialized(Array("\(part.weight)".utf8)),
        ]
      }
      object["explanation"] = [
        "signals": .object(signals), "belowFile": .serialized(Array("\(explanation.belowFile)".utf8)),
      ]
    }
    object["bestLine"] = .integer(Int64(hit.span.start.line + hit.bestLine + 1))
    if let location = hit.location { object["location"] = .string(location) }
    if let heading = hit.heading { object["heading"] = .string(heading) }
    if let symbol = hit.symbol { object["symbol"] = .string(symbol) }
    if let language = hit.language { object["language"] = .string(language) }
    object["text"] = .string(hit.text)
    object["embeddedShare"] = .number(embeddedShare)
    return .object(object)
  }
}

extension DocumentKey {
  /// `id` or `uri`.
  fileprivate var member: String {
    switch self {
    case .id: "id"
    case .uri: "uri"
    }
  }
}
