/// One reason for which a candidate stands above another. Signals of a file are the same for all of its candidates.
package protocol RankingSignal: Sendable {
  /// What ablations and explanations call it.
  static var name: String { get }
  /// 0 where it has nothing to say.
  static func value(_ candidate: Int, _ context: RankingContext) -> Float
}

extension RankingSignal {
  fileprivate static func file(_ candidate: Int, _ context: RankingContext) -> RankingContext.File {
    context.files[context.fileOf[candidate]]
  }

  /// What a kind counts that stands below the code itself, unless the query asks for it by a word that begins so.
  fileprivate static func behind(
    _ candidate: Int, _ context: RankingContext, askedFor stems: [String] = [], _ isOfKind: (FileTraits) -> Bool
  ) -> Float {
    let file = file(candidate, context)
    return isOfKind(file.traits) && !context.query.mentions(stems) ? file.behind : 0
  }
}

// MARK: Legs

/// The cosine of the query and the text in its place: what the text means, with where it stands.
package enum MeaningSignal: RankingSignal {
  package static let name = "meaning"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float { context.meaning(candidate) }
}

/// The cosine of the query and the place alone: a path and a declaration's name are the shortest summary that there is.
package enum PlaceSignal: RankingSignal {
  package static let name = "place"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    context.candidates[candidate].placeSimilarity ?? 0
  }
}

/// BM25 over name, folders, symbol, heading and text: the query's own words, the rarer the more.
package enum WordsSignal: RankingSignal {
  package static let name = "words"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float { context.wording(candidate) }
}

/// Declares what the query names: a definition answers better than its uses.
package enum DefinitionSignal: RankingSignal {
  package static let name = "definition"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    guard let symbol = context.candidates[candidate].symbol else { return 0 }
    let last = symbol.split { ".:#/".contains($0) }.last.map { $0.lowercased() } ?? ""
    return context.query.identifiers.contains(last) ? 1 : 0
  }
}

/// Neither text nor place is near the query, nor has the file its words: what paths and kinds tell decides between files that may
/// answer, and lifts none that does not above one that is near.
package enum FarSignal: RankingSignal {
  package static let name = "far"

  /// From this cosine on a file is near. Of 478 right files of the annotated queries seven are below, five of these with words.
  private static let near: Float = 0.3

  /// 1 at a cosine of 0 and less.
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    let file = file(candidate, context)
    guard let best = file.near else { return 0 }
    return min(max((near - best) / near, 0), 1) * (1 - file.words)
  }
}

// MARK: Evidence of the file

/// The three chunks of a file that mean most: a subject that a file is about stands in several places.
package enum FileMeaningSignal: RankingSignal {
  package static let name = "file meaning"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float { file(candidate, context).meanings }
}

/// The three chunks of a file with most of the query's words.
package enum FileWordsSignal: RankingSignal {
  package static let name = "file words"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float { file(candidate, context).wordings }
}

// MARK: The path

/// Words of the query in the file's name, which its author chose to say what it is about.
package enum FileNameSignal: RankingSignal {
  package static let name = "file name"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float { file(candidate, context).nameShare }
}

/// The file's name is a run of the query's words: `rate limiter` and `RateLimiter.swift`.
package enum WholeNameSignal: RankingSignal {
  package static let name = "whole name"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    context.query.joined.contains(file(candidate, context).traits.name.joined()) ? 1 : 0
  }
}

/// The file's name says of the query only what the project is called, as `axios.js` in axios: all of its files are about that.
package enum ProjectNameSignal: RankingSignal {
  package static let name = "project name"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    file(candidate, context).isOfProject ? 1 : 0
  }
}

/// Words of the query in the folders above.
package enum FoldersSignal: RankingSignal {
  package static let name = "folders"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    file(candidate, context).folderWords
  }
}

/// How deep a file lies: what is general lies higher.
package enum DepthSignal: RankingSignal {
  package static let name = "depth"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    Float(min(file(candidate, context).traits.depth, 8))
  }
}

/// The file that stands for its folder: there a part of a project is put together.
package enum EntrySignal: RankingSignal {
  package static let name = "entry"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    file(candidate, context).traits.isEntry ? 1 : 0
  }
}

// MARK: What stands below the code itself, unless it is asked for, or is nearer than all code (`File.behind`)

/// Tests and benchmarks use what others define, with all of its words.
package enum TestSignal: RankingSignal {
  package static let name = "test"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    behind(candidate, context, askedFor: ["test", "spec", "fixture", "bench", "mock"]) { $0.isTest }
  }
}

/// Examples, generated files and other people's code.
package enum ExampleSignal: RankingSignal {
  package static let name = "example"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    behind(candidate, context, askedFor: ["example", "sample", "demo", "vendor", "generated"]) { $0.isExample }
  }
}

/// Prose, where the folder has code beside it: it names many things and is about few.
package enum ProseSignal: RankingSignal {
  package static let name = "prose"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    behind(
      candidate, context, askedFor: ["doc", "readme", "guide", "changelog", "install", "license", "tutorial"]
    ) { $0.isProse }
  }
}

/// Settings and data.
package enum DataSignal: RankingSignal {
  package static let name = "data"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    behind(candidate, context) { $0.isData }
  }
}

/// Declarations without what they do.
package enum HeaderSignal: RankingSignal {
  package static let name = "header"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    behind(candidate, context, askedFor: ["header", "declar", "stub"]) { $0.isHeader }
  }
}

/// An older version of what lies beside it.
package enum SupersededSignal: RankingSignal {
  package static let name = "superseded"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    let asked = context.query.words.contains { FileTraits.version($0) != nil }
    return file(candidate, context).isSuperseded && !asked
      && !context.query.mentions(["legacy", "compat", "deprecat", "old"]) ? 1 : 0
  }
}

/// The Windows side of what has another side too, for readers who did not ask for it.
package enum PlatformSignal: RankingSignal {
  package static let name = "platform"
  package static func value(_ candidate: Int, _ context: RankingContext) -> Float {
    file(candidate, context).isForOtherPlatform && !context.query.mentions(["win"]) ? 1 : 0
  }
}
