import Encoder
import JSON
import Platform
import Synchronization

/// A pack that a person has added.
public struct AddedPack: Sendable {
  /// Names its content; see ``VectorPack/id``.
  public let id: String
  /// Where it came from: a path, or an address without its password.
  public let source: String
  /// The file; nil for one that cannot be used any more.
  public let pack: VectorPack?
  /// Why it is not used.
  public let problem: String?
}

/// The packs that a person has added, from which indexing takes vectors. They are copies of one's own, private to the owner:
/// `<id>.pack`, with `<id>.source` beside it; `<id>.refused` is one whose vectors were found untrue.
///
/// All calls block.
public final class PackShelf: Sendable {
  static let name = "packs"
  private static let suffix = ".pack", refusedSuffix = ".refused", sourceSuffix = ".source"

  /// Where they are; made with the first one.
  public let folder: String

  private struct State {
    var stamp = 0
    var packs: [VectorPack] = []
    var refused: [String] = []
  }

  private let state = Mutex(State())

  /// - Parameter store: in whose folder they are.
  public init(of store: any CollectionCatalog) {
    folder = store.folder + "/" + Self.name
  }

  // MARK: Taking vectors

  /// A value with the pack that it is of.
  struct Found<Value> {
    let value: Value
    let pack: VectorPack
  }

  /// The vectors of those texts, from packs of a space.
  func vectors(of hashes: Set<TextHash>, space: VectorSpace) -> [TextHash: Found<[Float]>] {
    found(hashes, space) { $0.vectors(of: $1) }
  }

  /// The vectors of those places, from packs of a space.
  func places(of hashes: Set<TextHash>, space: VectorSpace) -> [TextHash: Found<QuantizedVector>] {
    found(hashes, space) { $0.places(of: $1) }
  }

  private func found<Value>(
    _ hashes: Set<TextHash>, _ space: VectorSpace, _ look: (VectorPack, Set<TextHash>) -> [TextHash: Value]
  ) -> [TextHash: Found<Value>] {
    var missing = hashes
    var all: [TextHash: Found<Value>] = [:]
    for pack in packs() where !missing.isEmpty {
      do throws(PackError) { try pack.require(space) } catch { continue }
      for (hash, value) in look(pack, missing) {
        all[hash] = Found(value: value, pack: pack)
        missing.remove(hash)
      }
    }
    return all
  }

  /// Those that are there now; looked for again where the folder has changed.
  private func packs() -> [VectorPack] {
    state.withLock { state in
      let stamp = FileEntry(path: folder)?.stamp ?? 0
      guard stamp != state.stamp else { return state.packs }
      state.packs = names(Self.suffix).compactMap { try? VectorPack(path: path($0, Self.suffix)) }
      state.stamp = stamp
      return state.packs
    }
  }

  /// Takes a pack out of use, whose vectors are not true.
  func refuse(_ pack: VectorPack) {
    state.withLock { state in
      let id = String(Self.name(of: pack.path).dropLast(Self.suffix.count))
      guard state.packs.contains(where: { $0 === pack }) else { return }
      state.packs.removeAll { $0 === pack }
      state.refused.append(
        "pack \(id.prefix(12)) from \(source(of: id)) does not hold what the model makes of its texts, and is used no more; "
          + "'akin pack remove \(id.prefix(12))' removes it, and 'akin collections remove' with a new index what came of it"
      )
      rename(pack.path, path(id, Self.refusedSuffix))
    }
  }

  /// What was refused since this was last asked, in a sentence each.
  func takeRefused() -> [String] {
    state.withLock { state in
      defer { state.refused = [] }
      return state.refused
    }
  }

  // MARK: Upkeep

  /// All that were added, by their sources.
  public func list() -> [AddedPack] {
    let used = names(Self.suffix).map { id in
      do throws(PackError) {
        return AddedPack(
          id: id, source: source(of: id), pack: try VectorPack(path: path(id, Self.suffix)), problem: nil)
      } catch {
        return AddedPack(id: id, source: source(of: id), pack: nil, problem: error.description)
      }
    }
    let refused = names(Self.refusedSuffix).map {
      AddedPack(
        id: $0, source: source(of: $0), pack: nil, problem: "its vectors are not what the model makes of their texts")
    }
    return (used + refused).sorted { ($0.source, $0.id) < ($1.source, $1.id) }
  }

  /// A place for a pack that is not believed yet, in the shelf's folder.
  /// - Throws: `unwritable`.
  public func temporaryPath() throws(PackError) -> String {
    do throws(CollectionError) {
      try PrivateFile.makeFolder(folder)
    } catch {
      throw PackError(.unwritable(error.description), path: folder)
    }
    return folder + "/\(getpid()).\(UInt32.random(in: 0 ... .max)).partial"
  }

  /// Copies a file that may be a pack.
  /// - Throws: `unreadable`, `unwritable`.
  public func copy(_ source: String, to temporary: String) throws(PackError) {
    let input = open(source, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard input >= 0 else { throw PackError(.unreadable(SystemError.message()), path: source) }
    defer { close(input) }
    let output = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, PrivateFile.mode)
    guard output >= 0 else { throw unwritable() }
    defer { close(output) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(input, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw PackError(.unreadable(SystemError.message()), path: source) }
      if count == 0 { return }
      guard VectorPackWriter.write(Array(buffer[..<count]), to: output) else { throw unwritable() }
    }
  }

  /// Takes a pack that is believed, in place of those that came from the same source before.
  /// - Parameter temporary: where it is; of ``temporaryPath()``.
  /// - Returns: what was replaced.
  /// - Throws: `unwritable`.
  @discardableResult
  public func add(_ pack: VectorPack, at temporary: String, source: String) throws(PackError) -> [AddedPack] {
    let before = list().filter { $0.source.utf8.elementsEqual(source.utf8) && $0.id != pack.id }
    let id = pack.id
    do throws(CollectionError) {
      try PrivateFile.replace(path(id, Self.sourceSuffix), with: Array(source.utf8))
    } catch {
      throw PackError(.unwritable(error.description), path: folder)
    }
    let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
    let isKept = descriptor >= 0 && fsync(descriptor) == 0
    if descriptor >= 0 { close(descriptor) }
    chmod(temporary, PrivateFile.mode)
    guard isKept, rename(temporary, path(id, Self.suffix)) == 0 else {
      let error = unwritable()
      unlink(path(id, Self.sourceSuffix))
      throw error
    }
    unlink(path(id, Self.refusedSuffix))
    for old in before { remove(old.id) }
    return before
  }

  /// Removes one; the vectors that came of it stay in their collections.
  public func remove(_ id: String) {
    for suffix in [Self.suffix, Self.refusedSuffix, Self.sourceSuffix] { unlink(path(id, suffix)) }
  }

  // MARK: Files

  private func path(_ id: String, _ suffix: String) -> String { "\(folder)/\(id)\(suffix)" }

  private func source(of id: String) -> String {
    guard case .success(let bytes) = SourceFile.bytes(path(id, Self.sourceSuffix), limit: 1 << 14) else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func name(of path: String) -> String {
    String(
      decoding: path.utf8.suffix(from: path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex).dropFirst(),
      as: UTF8.self)
  }

  /// The ids of files of an ending.
  private func names(_ suffix: String) -> [String] {
    guard let handle = opendir(folder) else { return [] }
    defer { closedir(handle) }
    var ids: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      let id = name.dropLast(suffix.count)
      if name.hasSuffix(suffix), id.utf8.count == 64, id.allSatisfy(\.isHexDigit) { ids.append(String(id)) }
    }
    return ids.sorted()
  }

  private func unwritable() -> PackError { PackError(.unwritable(SystemError.message()), path: folder) }
}
