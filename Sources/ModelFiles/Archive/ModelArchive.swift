import Digests

/// A model in one file, for machines without a network: a tar archive of `org/name/...`, whose first entry is the
/// manifest with the SHA-256 of every other. Other tools read and make it too.
public struct ModelArchive {
  /// How a progress is told: the file, bytes of it, and its size.
  public typealias Progress = @Sendable (PullProgress) -> Void

  /// What is in an archive: a file of the model, and where its bytes are.
  struct Entry {
    let path: String
    let range: Range<Int>
  }

  /// The model's full name.
  let name: String
  let entries: [Entry]
  let file: MappedFile

  /// Reads the headers. Every name must be that of a file which a model has, below one model's name.
  init(path: String) throws(ModelFileError) {
    file = try MappedFile(path: path)
    let read = file.withBytes { bytes -> Result<(String, [Entry]), TarError> in
      do throws(TarError) { return .success(try Self.read(bytes)) } catch { return .failure(error) }
    }
    switch read {
    case .success(let found): (name, entries) = found
    case .failure(let error): throw ModelFileError(.malformed(error.reason), path: path)
    }
  }

  private static func read(_ bytes: UnsafeRawBufferPointer) throws(TarError) -> (String, [Entry]) {
    var name: String?
    var entries: [Entry] = []
    var paths: Set<String> = []
    var offset = 0
    guard bytes.count >= TarHeader.size else { throw TarError(reason: "is no tar archive") }
    while offset + TarHeader.size <= bytes.count {
      let block = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + TarHeader.size])
      guard let header = try TarHeader(block) else { break }
      offset += TarHeader.size
      guard header.bytes <= bytes.count - offset else { throw TarError(reason: "ends in the middle of \(header.name)") }
      if header.kind == .file {
        let (model, file) = try Self.split(header.name)
        guard name == nil || name == model else { throw TarError(reason: "holds more than one model") }
        guard paths.insert(file).inserted else { throw TarError(reason: "holds \(file) twice") }
        name = model
        entries.append(Entry(path: file, range: offset..<offset + header.bytes))
      }
      offset += header.bytes + TarHeader.padding(after: header.bytes)
    }
    guard let name else { throw TarError(reason: "holds no model") }
    return (name, entries)
  }

  /// `org/name/FILE` as the model's name and the file's.
  private static func split(_ path: String) throws(TarError) -> (String, String) {
    // As tar names what is in the folder that it is called in.
    let plain = path.hasPrefix("./") ? path.dropFirst(2) : path[...]
    let parts = plain.split(separator: "/", omittingEmptySubsequences: false)
    // A file of a module has two parts; a name that has none is not the hub's but is one too.
    for count in [2, 1] where parts.count > count {
      let name = parts[..<count].joined(separator: "/")
      let file = parts[count...].joined(separator: "/")
      if ModelName(name) != nil, ModelFileSet.isNeeded(file) || file == PullManifest.fileName { return (name, file) }
    }
    throw TarError(reason: "holds \(path), which is no file of a model (org/name/config.json, ...)")
  }

  /// Bytes of the longest manifest: hundreds of files.
  private static let longestManifest = 1 << 20

  /// The manifest, which names every other file of the archive with its size, and none that is not there.
  func manifest() throws(ModelFileError) -> PullManifest {
    guard let own = entries.first(where: { $0.path == PullManifest.fileName }), own.range.count <= Self.longestManifest
    else { throw ModelFileError(.malformed("holds no \(PullManifest.fileName)"), path: file.path) }
    let manifest = try PullManifest(try JSONFile(bytes: file.withBytes { Array($0[own.range]) }, path: file.path))
    var sizes = Dictionary(entries.map { ($0.path, $0.range.count) }, uniquingKeysWith: { first, _ in first })
    sizes[PullManifest.fileName] = nil
    for file in manifest.files {
      guard let size = sizes.removeValue(forKey: file.path) else {
        throw ModelFileError(.altered("its manifest names \(file.path), which is not in it"), path: self.file.path)
      }
      guard size == file.bytes else {
        throw ModelFileError(.altered("\(file.path) has \(size) bytes, expected \(file.bytes)"), path: self.file.path)
      }
    }
    if let other = sizes.keys.min() {
      throw ModelFileError(.altered("holds \(other), which its manifest does not name"), path: file.path)
    }
    return manifest
  }
}

extension ModelStore {
  /// Puts the model of an archive into Akin's cache. It appears whole or not at all; of two at once the second waits.
  /// - Parameters:
  ///   - asked: the name of the model that it must hold, as `pull(_:progress:)` takes it; nil takes any.
  ///   - progress: told of each file.
  /// - Throws: `malformed` for what is no archive of that model, `altered` for a file that is not what the manifest says.
  public func pull(
    archive path: String, expecting asked: String? = nil, progress: ModelArchive.Progress
  ) async throws(ModelFileError) -> ResolvedModel {
    let archive = try ModelArchive(path: path)
    if let asked, ModelName(asked)?.candidates.contains(archive.name) != true {
      throw ModelFileError(.malformed("holds \(archive.name), not \(asked)"), path: path)
    }
    let lock: FileLock
    do throws(SourceError) {
      lock = try await FileLock(path: "\(root)/locks/\(ModelName.flattened(archive.name)).lock")
    } catch {
      throw ModelFileError(.unwritable("\(error)"), path: root)
    }
    defer { withExtendedLifetime(lock) {} }
    return try place(archive, progress)
  }

  private func place(
    _ archive: ModelArchive, _ progress: ModelArchive.Progress
  ) throws(ModelFileError) -> ResolvedModel {
    var manifest = try archive.manifest()
    let folder = "\(root)/partial/\(ModelName.flattened(archive.name))@archive"
    Files.remove(folder)
    defer { Files.remove(folder) }
    for file in manifest.files {
      guard let entry = archive.entries.first(where: { $0.path == file.path }) else { continue }
      try Self.copy(entry, of: archive, to: "\(folder)/\(file.path)", sha256: file.sha256, progress)
    }
    // A model that cannot be opened is none.
    _ = try ModelWeights.open(folder: folder, name: archive.name)
    let place = self.folder(of: archive.name)
    manifest.files = manifest.files.map { file in
      PullManifest.File(path: file.path, at: "\(folder)/\(file.path)", sha256: file.sha256)
    }
    try manifest.write(in: folder)
    try Files.makeFolders(Files.parent(of: place))
    Files.remove(place)
    try Files.rename(folder, to: place)
    Files.synchronize(folder: Files.parent(of: place))
    return ResolvedModel(name: archive.name, path: place, kind: .folder, source: .akinCache)
  }

  /// Writes a file of an archive, in pieces, and keeps it where its bytes have the hash that they must.
  private static func copy(
    _ entry: ModelArchive.Entry, of archive: ModelArchive, to place: String, sha256: String,
    _ progress: ModelArchive.Progress
  ) throws(ModelFileError) {
    let (start, end) = (entry.range.lowerBound, entry.range.upperBound)
    progress(PullProgress(file: entry.path, bytes: 0, total: end - start))
    try AtomicFile.write(to: place) { append throws(ModelFileError) in
      var hash = SHA256()
      for offset in stride(from: start, to: end, by: pieceBytes) {
        let piece = archive.file.withBytes { Array($0[offset..<min(offset + pieceBytes, end)]) }
        hash.update(piece)
        try append(piece)
        progress(PullProgress(file: entry.path, bytes: offset + piece.count - start, total: end - start))
      }
      let found = hash.finalize().hexadecimal
      guard found == sha256 else {
        throw ModelFileError(
          .altered("\(entry.path) has SHA-256 \(found), expected \(sha256)"), path: archive.file.path)
      }
    }
  }

  /// Writes a model of this machine as an archive, whole or not at all.
  /// - Parameters:
  ///   - name: as `resolve` takes it, but no path.
  ///   - progress: told how many bytes are written.
  public func export(
    _ name: String, to path: String, progress: (_ bytes: Int) -> Void = { _ in }
  ) throws(ModelFileError) {
    var bytes = 0
    try AtomicFile.write(to: path) { append throws(ModelFileError) in
      do {
        try export(name) { part in
          try append(part)
          bytes += part.count
          progress(bytes)
        }
      } catch let error as ModelFileError {
        throw error
      } catch {
        throw ModelFileError(.unwritable("\(error)"), path: path)
      }
    }
  }

  /// Writes a model of this machine as an archive.
  /// - Parameters:
  ///   - name: as `resolve` takes it, but no path.
  ///   - write: gets the bytes in pieces.
  public func export(_ name: String, write: ([UInt8]) throws -> Void) throws {
    let model = try resolve(name)
    guard model.source != .path, model.kind == .folder else {
      throw ModelFileError(.unknownModel("a path; only a model that has a name can be exported"), path: name)
    }
    let own = try? PullManifest(folder: model.path)
    var manifest = PullManifest(source: own?.source ?? model.path, revision: own?.revision, files: [])
    for path in Self.files(of: model.path) {
      let place = "\(model.path)/\(path)"
      manifest.files.append(PullManifest.File(path: path, at: place, sha256: try sha256Digest(of: place)))
    }
    try Self.add(manifest.serialized, as: "\(model.name)/\(PullManifest.fileName)", write)
    for file in manifest.files {
      try Self.add(try MappedFile(path: "\(model.path)/\(file.path)"), as: "\(model.name)/\(file.path)", write)
    }
    try write([UInt8](repeating: 0, count: 2 * TarHeader.size))
  }

  /// The files of a folder that make the model, in one order.
  private static func files(of folder: String) -> [String] {
    Files.names(in: folder).flatMap { name in
      Files.isFolder("\(folder)/\(name)") ? Files.names(in: "\(folder)/\(name)").map { "\(name)/\($0)" } : [name]
    }.filter(ModelFileSet.isNeeded).sorted()
  }

  private static func add(_ content: [UInt8], as name: String, _ write: ([UInt8]) throws -> Void) throws {
    try write(try header(name, content.count) + content + padding(content.count))
  }

  private static func add(_ file: MappedFile, as name: String, _ write: ([UInt8]) throws -> Void) throws {
    let count = file.withBytes(\.count)
    try write(try header(name, count))
    for start in stride(from: 0, to: count, by: pieceBytes) {
      try write(file.withBytes { Array($0[start..<min(start + pieceBytes, count)]) })
    }
    try write(padding(count))
  }

  private static let pieceBytes = 1 << 20

  private static func header(_ name: String, _ count: Int) throws(ModelFileError) -> [UInt8] {
    guard let block = TarHeader(name: name, bytes: count).block else {
      throw ModelFileError(.malformed("a name of more than 100 bytes, for which an archive has no place"), path: name)
    }
    return block
  }

  private static func padding(_ count: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: TarHeader.padding(after: count))
  }
}
