import Platform

/// A query with its candidates, prepared for the signals: what is the same for all candidates, or for all of one file, is
/// computed once.
package struct RankingContext: Sendable {
  /// The candidates of one document.
  struct File: Sendable {
    let traits: FileTraits
    var candidates: [Int] = []
    /// The best of its candidates, leg by leg.
    var meaning: Float = -1
    var place: Float = 0
    var words: Float = 0
    /// The greatest cosine of a text or place of it; nil where none is known.
    var near: Float?
    /// What counts of its standing below the code itself, as tests, prose or data do: 1 where code is as near as it is, and 0
    /// where none nearly is.
    var behind: Float = 1
    /// Means of its three best candidates, or of all where it has fewer.
    var meanings: Float = 0
    var wordings: Float = 0
    /// Of the query's words, each by its rarity among the files' names, the share that the name has.
    var nameShare: Float = 0
    /// Whether the name has of the query's words only the project's own name, of a query that has others.
    var isOfProject = false
    /// Words of the folders that the query has, each by its rarity.
    var folderWords: Float = 0
    /// Whether a folder of its path is of an older version than a sibling's, or of a name that says so.
    var isSuperseded = false
    /// Whether it is for Windows, and the folder beside it for what most others have.
    var isForOtherPlatform = false
  }

  let query: RankedQuery
  let candidates: [SearchCandidate]
  private(set) var files: [File] = []
  /// The file of each candidate.
  private(set) var fileOf: [Int] = []
  private let bestWords: Float
  /// Words of the project's own name.
  private let project: Set<String>

  /// - Parameter folders: that the candidates' collections are of.
  package init(
    query: RankedQuery, candidates: [SearchCandidate], folders: [String] = [],
    document: (Int) -> SearchCandidates.Document
  ) {
    self.query = query
    project = Set(folders.flatMap(FileTraits.project))
    self.candidates = candidates
    bestWords = candidates.reduce(Self.leastBestWords) { max($0, $1.words ?? 0) }
    var known: [FileKey: Int] = [:]
    for index in candidates.indices {
      let found = document(index)
      let key = FileKey(document: candidates[index].document, path: found.path)
      let file = known[key] ?? files.count
      if file == files.count {
        known[key] = file
        files.append(File(traits: FileTraits(path: found.path, language: found.language)))
      }
      files[file].candidates.append(index)
      fileOf.append(file)
    }
    addEvidence()
    addLead()
    addNames()
    addNeighbours()
  }

  /// Documents of several collections may share a number.
  private struct FileKey: Hashable {
    let document: Int64
    let path: String?
  }

  // MARK: Legs

  /// How much the place counts beside the text.
  static let placeWeight: Float = 0.7

  /// The cosines of text and place as one, of which a text without the other has its own alone; -1 to 1.
  func meaning(_ candidate: Int) -> Float {
    Self.meaning(candidates[candidate])
  }

  static func meaning(_ candidate: SearchCandidate) -> Float {
    switch (candidate.textSimilarity, candidate.placeSimilarity) {
    case (let text?, let place?): (text + placeWeight * place) / (1 + placeWeight)
    case (let one?, nil), (nil, let one?): one
    case (nil, nil): 0
    }
  }

  /// A best BM25 below this is no evidence: words that nearly all texts have, or that stand in a collection of a few texts by
  /// chance. Of the 397 annotated queries one in thirty is below, and none of these changes.
  private static let leastBestWords: Float = 3

  /// BM25 as a share of the best candidate's; 0 to 1.
  func wording(_ candidate: Int) -> Float {
    (candidates[candidate].words ?? 0) / bestWords
  }

  // MARK: Files

  private mutating func addEvidence() {
    let meanings = candidates.indices.map(meaning)
    for index in files.indices {
      let own = files[index].candidates
      files[index].meaning = own.map { meanings[$0] }.max() ?? 0
      files[index].place = own.compactMap { candidates[$0].placeSimilarity }.max() ?? 0
      files[index].words = own.map(wording).max() ?? 0
      files[index].near = own.flatMap { [candidates[$0].textSimilarity, candidates[$0].placeSimilarity] }
        .compactMap { $0 }.max()
      files[index].meanings = Self.meanOfThree(own.map { meanings[$0] })
      files[index].wordings = Self.meanOfThree(own.map(wording))
    }
  }

  /// What is nearer than all code by this stands behind none of it: a cosine. A folder's guide to its garden is no worse an answer
  /// for some code beside it that is about something else. None of the annotated queries changes by it.
  private static let wholeLead: Float = 0.15

  private mutating func addLead() {
    guard let code = files.filter(\.traits.isCodeItself).compactMap(\.near).max() else { return }
    for index in files.indices where !files[index].traits.isCodeItself {
      guard let near = files[index].near else { continue }
      files[index].behind = 1 - min(max((near - code) / Self.wholeLead, 0), 1)
    }
  }

  private static func meanOfThree(_ values: [Float]) -> Float {
    let best = values.sorted(by: >).prefix(3)
    return best.reduce(0, +) / Float(max(best.count, 1))
  }

  private mutating func addNames() {
    let count = Float(files.count)
    let rarity = { (containing: Int) in log(1 + count / Float(1 + containing)) }
    let nameRarity = query.words.map { word in
      rarity(files.count { file in file.traits.name.contains { FileTraits.isSame($0, word) } })
    }
    let all = max(nameRarity.reduce(0, +), .leastNormalMagnitude)
    let ofProject = query.words.filter { word in project.contains { FileTraits.isSame($0, word) } }
    let hasOthers = ofProject.count < query.words.count
    var folderCounts: [String: Int] = [:]
    for file in files { for word in Set(file.traits.folders) { folderCounts[word, default: 0] += 1 } }
    for index in files.indices {
      let traits = files[index].traits
      let matched = zip(query.words, nameRarity).filter { word, _ in
        traits.name.contains { FileTraits.isSame($0, word) }
      }
      files[index].nameShare = matched.reduce(0) { $0 + $1.1 } / all
      files[index].isOfProject = hasOthers && !matched.isEmpty && matched.allSatisfy { ofProject.contains($0.0) }
      let folders = Set(traits.folders).filter { folder in query.words.contains { FileTraits.isSame(folder, $0) } }
      files[index].folderWords = folders.sorted().reduce(0) { $0 + rarity(folderCounts[$1] ?? 0) } / log(1 + count)
    }
  }

  private static let oldNames: Set<String> = ["legacy", "deprecated", "old", "compat", "obsolete"]
  private static let windows: Set<String> = ["win", "win32", "win64", "windows"]
  private static let others: Set<String> = ["unix", "posix", "linux", "darwin", "macos"]

  /// What is told by the folders beside a file's own.
  private mutating func addNeighbours() {
    var folders: [ArraySlice<String>: Set<String>] = [:]
    for file in files {
      let segments = file.traits.segments
      for level in segments.indices.dropLast() { folders[segments[..<level], default: []].insert(segments[level]) }
    }
    let paths = Set(files.map(\.traits.segments))
    for index in files.indices {
      let segments = files[index].traits.segments
      for level in segments.indices.dropLast() {
        let name = segments[level].lowercased()
        let siblings = folders[segments[..<level]] ?? []
        if Self.oldNames.contains(name) { files[index].isSuperseded = true }
        if let version = FileTraits.version(name) {
          let newest = siblings.compactMap { FileTraits.version($0.lowercased()) }.max() ?? version
          let isBesideNewer = paths.contains(Array(segments[..<level] + segments[(level + 1)...]))
          if newest > version || isBesideNewer { files[index].isSuperseded = true }
        }
        if Self.windows.contains(name), siblings.contains(where: { Self.others.contains($0.lowercased()) }) {
          files[index].isForOtherPlatform = true
        }
      }
    }
  }
}
