import Documents
import Extraction

/// What indexing has changed. Counts of documents, but for `chunks` and `embedded`.
public struct IndexReport: Sendable, Equatable {
  /// New ones.
  public var added = 0
  /// Those whose text or metadata are others than before.
  public var updated = 0
  /// Those that are as they were.
  public var unchanged = 0
  /// Those that are gone.
  public var removed = 0
  /// Files that are left out, with the reasons.
  public var skipped: [SkippedFile] = []
  /// Chunks that the collection has now.
  public var chunks = 0
  /// Chunks that had to be embedded: the texts of the others were known.
  public var embedded = 0
  /// Chunks of the collection whose texts wait to be embedded.
  public var pending = 0
  /// Chunks whose vectors were taken from packs.
  public var packed = 0
  /// Packs that were found untrue, in a sentence each.
  public var refusedPacks: [String] = []
  /// The folder that the index was made of, where it has been found by this one's files and moved here.
  public var movedFrom: String?

  /// Nothing changed yet.
  public init() {}

  mutating func add(_ written: Indexer.Written) {
    embedded += written.embedded
    packed += written.packed
  }

  /// What a person should know of an index, in a sentence each.
  public var notes: [String] { problems + hints }

  /// Of files of rules that cannot be read.
  private static let mostTold = 3

  /// That the folder's rules do not hold, or a pack is untrue.
  public var problems: [String] {
    let broken = skipped.compactMap { file -> String? in
      guard case .rules(let problem) = file.reason else { return nil }
      return "\(problem); until that is mended, it leaves nothing out"
    }
    let more = broken.count - Self.mostTold
    let rest = more > 0 ? ["\(more) more files of rules cannot be read"] : []
    return broken.prefix(Self.mostTold) + rest + refusedPacks
  }

  /// What was left out: which package would open documents, and how many could not be read.
  public var hints: [String] {
    var waiting: [String: (package: String, format: DocumentFormat, count: Int)] = [:]
    var unread: [String] = []
    for file in skipped {
      switch file.reason {
      case .missingProgram(let program, let format):
        waiting[program.name, default: (program.package, format, 0)].count += 1
      case .notExtracted: unread.append(file.path)
      default: break
      }
    }
    var notes = waiting.sorted { $0.key < $1.key }.map { _, missing in
      "install \(missing.package) to search \(missing.count) \(missing.format.name)\(missing.count == 1 ? "" : "s") here"
    }
    if let first = unread.first {
      notes.append(
        unread.count == 1
          ? "\(first) could not be read as a document; 'akin index --verbose' says why"
          : "\(unread.count) documents could not be read, such as \(first); 'akin index --verbose' says why")
    }
    return notes
  }
}

/// How far indexing is.
public struct IndexProgress: Sendable, Equatable {
  /// Files or documents that are done.
  public var done = 0
  /// Files or documents that have to be looked at.
  public var total = 0
  /// Bytes of those that are done, in steps of a batch.
  public var bytesDone = 0
  /// Bytes of all that have to be looked at.
  public var bytesTotal = 0
  /// Chunks embedded so far.
  public var embedded = 0
  /// Whether all is stored before anything is embedded.
  public var isInTwoSteps = false
  /// In two steps: chunks that wait to be embedded, once all files are looked at; nil before.
  public var left: Int?

  /// Of the work, 0 to 1; it never goes back. Reading and storing takes a tenth of the time, where all is new.
  public var share: Double {
    let read = bytesTotal > 0 ? Double(bytesDone) / Double(bytesTotal) : 1
    guard isInTwoSteps else { return read }
    guard let left else { return read * Self.shareOfReading }
    guard left > 0 else { return 1 }
    return Self.shareOfReading + (1 - Self.shareOfReading) * Double(embedded) / Double(embedded + left)
  }

  private static let shareOfReading = 0.1

  /// Nothing is known yet.
  public init() {}
}

/// A document that is put into a collection by its text.
public struct IndexedText: Sendable, Equatable {
  /// Its name.
  public var key: DocumentKey
  /// The whole text.
  public var text: String
  /// LSP's language identifier; nil takes it from the URI's ending.
  public var language: String?
  /// What a filter looks at.
  public var metadata: [String: MetadataValue]
  /// The vector of the whole text, of the collection's space; nil has the text cut and embedded.
  public var vector: [Float]?

  /// Stores the values as they are given.
  public init(
    key: DocumentKey, text: String, language: String? = nil, metadata: [String: MetadataValue] = [:],
    vector: [Float]? = nil
  ) {
    self.vector = vector
    self.key = key
    self.text = text
    self.language = language
    self.metadata = metadata
  }
}
