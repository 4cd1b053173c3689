import Encoder
import Engine
import Platform

/// What building or cutting a pack has come to.
public struct PackReport: Sendable, Equatable {
  /// Names its content.
  public var id = ""
  /// Bytes of the file.
  public var bytes = 0
  /// Files of the folder that are in it.
  public var files = 0
  /// Texts of the folder.
  public var texts = 0
  /// Places of the folder.
  public var places = 0
  /// Vectors that were computed; the others were taken from packs.
  public var embedded = 0
  /// Texts and places that have no vector in it: of a cut pack, those that it was not built of.
  public var missing = 0

  /// Nothing yet.
  public init() {}
}

/// What embedding some of a pack's vectors again has come to.
public struct PackVerification: Sendable, Equatable {
  /// Vectors whose texts are at hand.
  public let known: Int
  /// How many of them were embedded again.
  public let sampled: Int
  /// Beginnings of the texts whose vectors differ.
  public let wrong: [String]
}

/// How many of some vectors are embedded again.
public enum SampleSize: Sendable, Equatable {
  /// So many, or all where there are fewer.
  case count(Int)
  /// A share of them, 0 to 1, and at least ``least``.
  case share(Double)

  /// Of which so many as 1 in 5 that are untrue stay unseen in 3 of 100 cases.
  public static let least = 16

  func of(_ count: Int) -> Int {
    switch self {
    case .count(let wanted): min(count, wanted)
    case .share(let share): min(count, max(Self.least, Int((Double(count) * share).rounded(.up))))
    }
  }
}

extension Indexer {
  /// What the engine's vectors are of.
  public var space: VectorSpace { VectorSpace(of: engine) }

  /// Texts that are embedded at once.
  private static let packBatch = 512

  /// Makes a pack of a folder's vectors: the same files give the same bytes.
  /// - Parameters:
  ///   - folder: an absolute path without links, as it is indexed.
  ///   - bases: packs, whole and of the engine's space, whose vectors are taken where they have them.
  ///   - embedding: whether what they lack is embedded; else it is left out.
  ///   - keepsTexts: whether the texts stand in the pack.
  ///   - path: where the pack appears, whole or not at all.
  ///   - progress: told of files done, of all, and of vectors computed.
  /// - Throws: ``PackError``, `WalkError`, `EngineError`, `CancellationError`.
  public func pack(
    _ folder: String, from bases: [VectorPack] = [], embedding: Bool = true, keepsTexts: Bool = false,
    options: WalkOptions = WalkOptions(), to path: String, progress: (IndexProgress) -> Void = { _ in }
  ) async throws -> PackReport {
    try await BlockingExecutor.waiting.host {
      let walk = try FolderWalk(folder, options: options)
      var work = PackWork(
        bases: bases, isEmbedding: embedding,
        writer: try VectorPackWriter(path: path, space: VectorSpace(of: engine), keepsTexts: keepsTexts))
      var state = IndexProgress()
      state.total = walk.files.count
      state.bytesTotal = walk.files.reduce(0) { $0 + $1.size }
      for file in walk.files {
        try Task.checkCancellation()
        if let chunks = chunks(of: file, in: folder, options) {
          work.report.files += 1
          try work.add(chunks, path: file.path)
        }
        if work.waiting.count >= Self.packBatch { try await embed(&work) }
        state.done += 1
        state.bytesDone += file.size
        state.embedded = work.report.embedded
        progress(state)
      }
      try await embed(&work)
      return try work.finish()
    }
  }

  /// The chunks of a file that takes part; nil for one that does not.
  private func chunks(of file: FoundFile, in folder: String, _ options: WalkOptions) -> [DocumentChunk]? {
    let content = FileContent.read(
      (folder == "/" ? "" : folder) + "/" + file.path, policy: FilePolicy(largestFile: options.largestFile),
      isAskedFor: file.isAskedFor, by: extractor)
    return (try? content.get()).map { chunker.chunks(of: $0) }
  }

  private func embed(_ work: inout PackWork) async throws {
    let waiting = work.waiting.sorted { ($0.text.utf8.count, $0.text) < ($1.text.utf8.count, $1.text) }
    work.waiting = []
    for start in stride(from: 0, to: waiting.count, by: Self.requestTexts) {
      let part = waiting[start..<min(start + Self.requestTexts, waiting.count)]
      let vectors = try await embed(part.map(\.text), prompt: VectorSpace(of: engine).prompt)
      for (entry, vector) in zip(part, vectors) { try work.put(entry, StoredVector.unit(vector)) }
      work.report.embedded += part.count
    }
  }

  // MARK: Verifying

  /// Embeds some of a pack's vectors again and compares their bits.
  /// - Parameters:
  ///   - pack: whole, and of the engine's space.
  ///   - folder: where texts of it stand: an absolute path without links; not looked into where the pack holds its texts.
  ///   - sample: how many, chosen by chance.
  /// - Throws: `nothingToVerify` where no text of the pack is at hand; `WalkError`, `EngineError`, `CancellationError`.
  public func verify(
    _ pack: VectorPack, folder: String?, sample: SampleSize, options: WalkOptions = WalkOptions(),
    progress: (Int, Int) -> Void = { _, _ in }
  ) async throws -> PackVerification {
    try await BlockingExecutor.waiting.host {
      let known = try pack.holdsTexts ? held(pack) : texts(of: pack, in: folder, options)
      if known.isEmpty, pack.textCount + pack.placeCount > 0 {
        throw PackError(.nothingToVerify(folder ?? "any folder"), path: pack.path)
      }
      // By chance: whoever made the pack must not know which ones are looked at.
      let chosen = Array(known.shuffled().prefix(sample.of(known.count)))
      var wrong: [String] = []
      for start in stride(from: 0, to: chosen.count, by: Self.requestTexts) {
        let part = chosen[start..<min(start + Self.requestTexts, chosen.count)]
        let vectors = try await embed(part.map(\.text), prompt: pack.space.prompt)
        for (entry, vector) in zip(part, vectors) where !Self.isTrue(entry, StoredVector.unit(vector), in: pack) {
          wrong.append(String(entry.text.prefix(60)))
        }
        progress(start + part.count, chosen.count)
      }
      return PackVerification(known: known.count, sampled: chosen.count, wrong: wrong)
    }
  }

  private static func isTrue(_ entry: PackEntry, _ vector: [Float], in pack: VectorPack) -> Bool {
    if entry.isPlace { return pack.places(of: [entry.hash])[entry.hash] == QuantizedVector(vector) }
    guard let stored = pack.vectors(of: [entry.hash])[entry.hash] else { return false }
    return isSame(stored, vector)
  }

  /// Whether two vectors have the same bits.
  static func isSame(_ left: [Float], _ right: [Float]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { $0.bitPattern == $1.bitPattern }
  }

  /// All that a pack holds, by its own texts, which its hashes name.
  private func held(_ pack: VectorPack) throws(PackError) -> [PackEntry] {
    var entries: [PackEntry] = []
    for row in 0..<pack.textCount + pack.placeCount {
      let isPlace = row >= pack.textCount
      let hash = isPlace ? pack.hash(place: row - pack.textCount) : pack.hash(text: row)
      guard let text = pack.text(row), TextHash(text) == hash else {
        throw PackError(.damaged("a text in it is not the one of its hash (row \(row))"), path: pack.path)
      }
      entries.append(PackEntry(hash: hash, text: text, isPlace: isPlace))
    }
    return entries
  }

  /// What of a pack is of a folder's texts and places.
  private func texts(of pack: VectorPack, in folder: String?, _ options: WalkOptions) throws -> [PackEntry] {
    guard let folder else { return [] }
    var entries: [TextHash: PackEntry] = [:]
    for file in try FolderWalk(folder, options: options).files {
      try Task.checkCancellation()
      for entry in PackEntry.all(of: chunks(of: file, in: folder, options) ?? [], path: file.path) {
        guard entries[entry.hash] == nil else { continue }
        let isHeld =
          entry.isPlace ? pack.places(of: [entry.hash]).isEmpty : pack.vectors(of: [entry.hash]).isEmpty
        if !isHeld { entries[entry.hash] = entry }
      }
    }
    return Array(entries.values)
  }
}

/// A text or a place, with its hash.
struct PackEntry {
  let hash: TextHash
  let text: String
  let isPlace: Bool

  /// The texts of chunks, and their places.
  static func all(of chunks: [DocumentChunk], path: String) -> [PackEntry] {
    chunks.flatMap { chunk in
      let text = PackEntry(hash: chunk.textHash, text: chunk.embeddedText, isPlace: false)
      guard let place = chunk.place(path: path) else { return [text] }
      return [text, PackEntry(hash: TextHash(place), text: place, isPlace: true)]
    }
  }
}

/// A pack that is being built.
private struct PackWork: ~Copyable {
  let bases: [VectorPack]
  let isEmbedding: Bool
  var writer: VectorPackWriter
  var report = PackReport()
  /// What no base has.
  var waiting: [PackEntry] = []
  private var seen: (texts: Set<TextHash>, places: Set<TextHash>) = ([], [])

  init(bases: [VectorPack], isEmbedding: Bool, writer: consuming VectorPackWriter) {
    (self.bases, self.isEmbedding) = (bases, isEmbedding)
    self.writer = writer
  }

  mutating func add(_ chunks: [DocumentChunk], path: String) throws(PackError) {
    for entry in PackEntry.all(of: chunks, path: path) {
      if entry.isPlace {
        guard seen.places.insert(entry.hash).inserted else { continue }
        report.places += 1
        if let place = bases.lazy.compactMap({ $0.places(of: [entry.hash])[entry.hash] }).first {
          try writer.add(place: entry.hash, place, text: entry.text)
          continue
        }
      } else {
        guard seen.texts.insert(entry.hash).inserted else { continue }
        report.texts += 1
        if let vector = bases.lazy.compactMap({ $0.vectors(of: [entry.hash])[entry.hash] }).first {
          try writer.add(entry.hash, vector, text: entry.text)
          continue
        }
      }
      if isEmbedding { waiting.append(entry) } else { report.missing += 1 }
    }
  }

  mutating func put(_ entry: PackEntry, _ vector: [Float]) throws(PackError) {
    if entry.isPlace {
      try writer.add(place: entry.hash, QuantizedVector(vector), text: entry.text)
    } else {
      try writer.add(entry.hash, vector, text: entry.text)
    }
  }

  consuming func finish() throws(PackError) -> PackReport {
    var report = report
    let path = writer.path
    report.id = try writer.finish()
    report.bytes = FileEntry(path: path)?.size ?? 0
    return report
  }
}
