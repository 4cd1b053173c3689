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
        guard !entries.contains(where: { $0.path == file }) else { throw TarError(reason: "holds \(file) twice") }
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
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    // A file of a module has two parts; a name that has none is not the hub's but is one too.
    for count in [2, 1] where parts.count > count {
      let name = parts[..<count].joined(separator: "/")
      let file = parts[count...].joined(separator: "/")
      if ModelName(name) != nil, ModelFileSet.isNeeded(file) || file == PullManifest.fileName { return (name, file) }
    }
    throw TarError(reason: "holds \(path), which is no file of a model (org/name/config.json, ...)")
  }
}

extension ModelStore {
  /// Puts the model of an archive into Akin's cache. It appears whole or not at all.
  /// - Parameter progress: told of each file.
  /// - Throws: `malformed` for what is no archive of a model, `altered` for a file that is not what the manifest says.
  public func pull(archive path: String, progress: ModelArchive.Progress) throws(ModelFileError) -> ResolvedModel {
    let archive = try ModelArchive(path: path)
    let folder = "\(root)/partial/\(ModelName.flattened(archive.name))@archive"
    Files.remove(folder)
    defer { Files.remove(folder) }
    for entry in archive.entries {
      progress(PullProgress(file: entry.path, bytes: 0, total: entry.range.count))
      let place = "\(folder)/\(entry.path)"
      try Files.makeFolders(Files.parent(of: place))
      try AtomicFile.write(archive.file.withBytes { Array($0[entry.range]) }, to: place)
      progress(PullProgress(file: entry.path, bytes: entry.range.count, total: entry.range.count))
    }
    var manifest = try Self.checked(folder, of: path)
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

  /// The manifest of a folder, where every file is there and is what it says.
  private static func checked(_ folder: String, of path: String) throws(ModelFileError) -> PullManifest {
    guard Files.isFile("\(folder)/\(PullManifest.fileName)") else {
      throw ModelFileError(.malformed("holds no \(PullManifest.fileName)"), path: path)
    }
    let manifest = try PullManifest(folder: folder)
    for file in manifest.files {
      guard ModelFileSet.isNeeded(file.path), Files.isFile("\(folder)/\(file.path)") else {
        throw ModelFileError(.altered("its manifest names \(file.path), which is not in it"), path: path)
      }
      let found = try sha256Digest(of: "\(folder)/\(file.path)")
      guard found == file.sha256 else {
        throw ModelFileError(.altered("\(file.path) has SHA-256 \(found), expected \(file.sha256)"), path: path)
      }
    }
    return manifest
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
