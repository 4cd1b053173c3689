import AkinCollections
import ArgumentParser
import Engine
import JSON

/// `akin eval`: how well a folder's search finds what it should.
struct EvalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measure how well search finds the places that you name.",
    discussion: """
      Each line of the file is JSON: a query, and the places of the current folder that answer it, each a path with or \
      without lines, from 1. Shows NDCG@10, MRR and the share of queries with an answer among the first hits, for every \
      mode; then the queries that hybrid search answers wrongly, with the stage at which the right place was lost: not \
      indexed, not a candidate of any way of searching, or ranked too low. Ends with status 1 where one is wrong.

        {"query": "retry with backoff", "relevant": [{"path": "net/retry.swift", "line": 10, "endLine": 60}]}
        akin eval queries.jsonl
      """)

  @Argument(help: "Queries with their answers; '-' is standard input.", completion: .file())
  var file: String?
  @Flag(help: .hidden)
  var signals = false
  @Flag(help: "Search what is indexed, without looking for changes.")
  var noUpdate = false
  @OptionGroup var stores: StoreOptions
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    if file == nil, !signals { throw ValidationError("name a file of queries with their answers") }
  }

  func run() async throws {
    let stream = OutputStream(descriptor: .standardOutput)
    guard let file else {
      for name in RankingTable.names { try stream.write(line: name) }
      return try stream.flush()
    }
    let queries = try EvaluatedQuery.read(file)
    let index = try await FolderIndex(".", engine: try modelOptions.loadEngine(), store: stores.catalog)
    if !noUpdate { try await index.update() }
    try await index.embedPending()
    let evaluation = Evaluation(index: index)
    var outcomes: [(mode: SearchMode, figures: EvaluationFigures)] = []
    var wrong: [EvaluatedQuery] = []
    let bar = WorkBar("searching", "query", "queries", of: queries.count * SearchMode.allCases.count)
    defer { bar.end() }
    var asked = 0
    for mode in SearchMode.allCases {
      var ranks: [[Int]] = []
      for query in queries {
        let found = try await evaluation.ranks(query, mode)
        ranks.append(found)
        asked += 1
        bar.add(asked)
        if mode == .hybrid, found.first != 1 { wrong.append(query) }
      }
      outcomes.append((mode, EvaluationFigures(ranks: ranks, targets: queries.map(\.relevant.count))))
    }
    bar.end()
    try write(outcomes, to: stream)
    for query in wrong {
      let stage = try await evaluation.stage(query)
      if display.json {
        try stream.write(json: ["query": .string(query.text), "stage": .string(stage)])
      } else {
        try stream.write(line: "\(TextWidth.printable(query.text))\t\(stage)")
      }
    }
    try stream.flush()
    if !wrong.isEmpty { throw EarlyExit(status: .negative) }
  }

  private func write(_ outcomes: [(mode: SearchMode, figures: EvaluationFigures)], to stream: OutputStream) throws {
    if display.json {
      for (mode, figures) in outcomes { try stream.write(json: figures.json(mode)) }
      return
    }
    var table = Table(
      [.init(title: "mode")]
        + ["NDCG@10", "MRR", "hit@1", "hit@5", "hit@10"].map { .init(title: $0, alignment: .right) })
    for (mode, figures) in outcomes {
      table.append([mode.rawValue] + figures.values.map { NumberText.fixed($0.value, decimals: 3) })
    }
    for line in table.lines(for: display.terminal) { try stream.write(line: line) }
  }
}
