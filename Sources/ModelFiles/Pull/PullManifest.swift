import JSON

/// akin-manifest.json in a pulled model's folder: where each file came from and what it is.
struct PullManifest: Equatable {
  static let fileName = "akin-manifest.json"

  struct File: Equatable {
    let path: String
    let bytes: Int
    let sha256: String
    /// Nanoseconds since 1970, as the file was placed.
    let modified: Int
  }

  /// A URL, or the package's name and version.
  var source: String
  /// The hub's commit; nil for a package.
  var revision: String?
  var files: [File]

  init(source: String, revision: String?, files: [File]) {
    self.source = source
    self.revision = revision
    self.files = files
  }

  /// Reads the manifest of a folder.
  init(folder: String) throws(ModelFileError) {
    try self.init(try JSONFile(path: folder + "/" + Self.fileName))
  }

  /// Reads what a manifest's file holds.
  init(_ file: JSONFile) throws(ModelFileError) {
    self = try file.read { root throws(JSONFieldError) in
      var files: [File] = []
      for field in try root["files"].array() {
        files.append(
          File(
            path: try field["path"].string(), bytes: try field["bytes"].int(), sha256: try field["sha256"].string(),
            modified: try field["modified"].int()))
      }
      return PullManifest(
        source: try root["source"].string(), revision: try root["revision"].ifPresent?.string(), files: files)
    }
  }

  /// Writes it into `folder`.
  func write(in folder: String) throws(ModelFileError) {
    try AtomicFile.write(serialized, to: folder + "/" + Self.fileName, mode: 0o600)
  }

  /// The file's bytes.
  var serialized: [UInt8] {
    let entries = files.map { file -> JSONValue in
      [
        "path": .string(file.path), "bytes": JSONValue(file.bytes), "sha256": .string(file.sha256),
        "modified": JSONValue(file.modified),
      ]
    }
    let value: JSONValue = [
      "source": .string(source), "revision": revision.map { .string($0) } ?? .null, "files": .array(entries),
    ]
    return value.serialized() + [UInt8(ascii: "\n")]
  }

  /// The SHA-256 of a file that has not changed since it was pulled.
  func unchangedSHA256(of path: String, bytes: Int, modified: Int) -> String? {
    files.first { $0.path == path && $0.bytes == bytes && $0.modified == modified }?.sha256
  }
}
