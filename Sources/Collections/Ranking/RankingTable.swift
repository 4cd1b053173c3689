/// The signals with their weights: the one place that says how much each counts.
///
/// Learned by maximising the likelihood of the right files (a softmax over the candidates' files, with L2), on 20 annotated
/// repositories; `Benchmarks/fit_ranking.py` makes the numbers again and cross-validates them over repositories.
public struct RankingTable: Sendable {
  package struct Row: Sendable {
    let signal: any RankingSignal.Type
    let weight: Float
    /// Whether every candidate has a value of its own; else its file's candidates share one, or the file's best counts.
    let isOfChunk: Bool
  }

  package private(set) var rows: [Row]

  /// The table that searches use.
  public static let standard = RankingTable(rows: [
    Row(signal: MeaningSignal.self, weight: 5.3, isOfChunk: true),
    Row(signal: PlaceSignal.self, weight: 1.7, isOfChunk: true),
    Row(signal: WordsSignal.self, weight: 2.0, isOfChunk: true),
    Row(signal: DefinitionSignal.self, weight: 0.4, isOfChunk: true),
    Row(signal: FarSignal.self, weight: -8, isOfChunk: false),
    Row(signal: FileMeaningSignal.self, weight: 5.5, isOfChunk: false),
    Row(signal: FileWordsSignal.self, weight: 3.0, isOfChunk: false),
    Row(signal: FileNameSignal.self, weight: 1.4, isOfChunk: false),
    Row(signal: WholeNameSignal.self, weight: 1.1, isOfChunk: false),
    Row(signal: ProjectNameSignal.self, weight: -1.5, isOfChunk: false),
    Row(signal: FoldersSignal.self, weight: 1.6, isOfChunk: false),
    Row(signal: DepthSignal.self, weight: -0.4, isOfChunk: false),
    Row(signal: EntrySignal.self, weight: 1.1, isOfChunk: false),
    Row(signal: TestSignal.self, weight: -2.1, isOfChunk: false),
    Row(signal: ExampleSignal.self, weight: -2.8, isOfChunk: false),
    Row(signal: ProseSignal.self, weight: -1.5, isOfChunk: false),
    Row(signal: DataSignal.self, weight: -2.2, isOfChunk: false),
    Row(signal: HeaderSignal.self, weight: -2.3, isOfChunk: false),
    Row(signal: SupersededSignal.self, weight: -4.9, isOfChunk: false),
    Row(signal: PlatformSignal.self, weight: -3.2, isOfChunk: false),
  ])

  /// What a further hit of a file stands below its best one, beside the difference of what they say.
  var repetition: Float = 3

  /// The names of all signals, in the table's order.
  public static let names = standard.rows.map { $0.signal.name } + [repetitionName]
  private static let repetitionName = "repetition"

  /// The table with some signals switched off, for ablations.
  /// - Returns: nil where a name is none of ``names``.
  public func without(_ names: Set<String>) -> RankingTable? {
    guard names.isSubset(of: Self.names) else { return nil }
    var table = RankingTable(rows: rows.filter { !names.contains($0.signal.name) })
    table.repetition = names.contains(Self.repetitionName) ? 0 : repetition
    return table
  }

  private init(rows: [Row]) {
    self.rows = rows
  }
}
