/// One reason for which a candidate stands above another. Signals of a file are the same for all of its candidates.
protocol RankingSignal: Sendable {
  /// What ablations and explanations call it.
  static var name: String { get }
  /// 0 where it has nothing to say.
  static func value(_ candidate: Int, _ context: RankingContext) -> Float
}

extension RankingSignal {
  fileprivate static func file(_ candidate: Int, _ context: RankingContext) -> RankingContext.File {
    context.files[context.fileOf[candidate]]
  }
}

// MARK: Legs

/// The cosine of the query and the text in its place: what the text means, with where it stands.
enum MeaningSignal: RankingSignal {
  static let name = "meaning"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float { context.meaning(candidate) }
}

/// The cosine of the query and the place alone: a path and a declaration's name are the shortest summary that there is.
enum PlaceSignal: RankingSignal {
  static let name = "place"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    context.candidates[candidate].placeSimilarity ?? 0
  }
}

/// BM25 over name, folders, symbol, heading and text: the query's own words, the rarer the more.
enum WordsSignal: RankingSignal {
  static let name = "words"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float { context.wording(candidate) }
}

/// Declares what the query names: a definition answers better than its uses.
enum DefinitionSignal: RankingSignal {
  static let name = "definition"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    guard let symbol = context.candidates[candidate].symbol else { return 0 }
    let last = symbol.split { ".:#/".contains($0) }.last.map { $0.lowercased() } ?? ""
    return context.query.identifiers.contains(last) ? 1 : 0
  }
}

// MARK: Evidence of the file

/// The three chunks of a file that mean most: a subject that a file is about stands in several places.
enum FileMeaningSignal: RankingSignal {
  static let name = "file meaning"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float { file(candidate, context).meanings }
}

/// The three chunks of a file with most of the query's words.
enum FileWordsSignal: RankingSignal {
  static let name = "file words"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float { file(candidate, context).wordings }
}

// MARK: The path

/// Words of the query in the file's name, which its author chose to say what it is about.
enum FileNameSignal: RankingSignal {
  static let name = "file name"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float { file(candidate, context).nameShare }
}

/// The file's name is a run of the query's words: `rate limiter` and `RateLimiter.swift`.
enum WholeNameSignal: RankingSignal {
  static let name = "whole name"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    context.query.joined.contains(file(candidate, context).traits.name.joined()) ? 1 : 0
  }
}

/// Words of the query in the folders above.
enum FoldersSignal: RankingSignal {
  static let name = "folders"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float { file(candidate, context).folderWords }
}

/// How deep a file lies: what is general lies higher.
enum DepthSignal: RankingSignal {
  static let name = "depth"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    Float(min(file(candidate, context).traits.depth, 8))
  }
}

/// The file that stands for its folder: there a part of a project is put together.
enum EntrySignal: RankingSignal {
  static let name = "entry"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    file(candidate, context).traits.isEntry ? 1 : 0
  }
}

// MARK: What stands below the code itself, unless it is asked for

/// Tests and benchmarks use what others define, with all of its words.
enum TestSignal: RankingSignal {
  static let name = "test"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    file(candidate, context).traits.isTest
      && !context.query.mentions(["test", "spec", "fixture", "bench", "mock"]) ? 1 : 0
  }
}

/// Examples, generated files and other people's code.
enum ExampleSignal: RankingSignal {
  static let name = "example"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    file(candidate, context).traits.isExample
      && !context.query.mentions(["example", "sample", "demo", "vendor", "generated"]) ? 1 : 0
  }
}

/// Prose, where the folder has code beside it: it names many things and is about few.
enum ProseSignal: RankingSignal {
  static let name = "prose"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    file(candidate, context).traits.isProse
      && !context.query.mentions(["doc", "readme", "guide", "changelog", "install", "license", "tutorial"]) ? 1 : 0
  }
}

/// Settings and data.
enum DataSignal: RankingSignal {
  static let name = "data"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    file(candidate, context).traits.isData ? 1 : 0
  }
}

/// Declarations without what they do.
enum HeaderSignal: RankingSignal {
  static let name = "header"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    file(candidate, context).traits.isHeader && !context.query.mentions(["header", "declar", "stub"]) ? 1 : 0
  }
}

/// An older version of what lies beside it.
enum SupersededSignal: RankingSignal {
  static let name = "superseded"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    let asked = context.query.words.contains { FileTraits.version($0) != nil }
    return file(candidate, context).isSuperseded && !asked
      && !context.query.mentions(["legacy", "compat", "deprecat", "old"]) ? 1 : 0
  }
}

/// The Windows side of what has another side too, for readers who did not ask for it.
enum PlatformSignal: RankingSignal {
  static let name = "platform"
  static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    file(candidate, context).isForOtherPlatform && !context.query.mentions(["win"]) ? 1 : 0
  }
}
