import Platform

/// The few questions about files and folders that the room asks of the system.
enum Files {
  /// What the cheap fingerprint of a file is made of.
  struct Status {
    let bytes: Int
    /// Nanoseconds since 1970.
    let modified: Int
    let isFolder: Bool
  }

  /// Follows links; nil where there is nothing.
  static func status(_ path: String) -> Status? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Status(
      bytes: Int(status.st_size), modified: FileTime.modified(status),
      isFolder: status.st_mode & S_IFMT == S_IFDIR)
  }

  static func isFile(_ path: String) -> Bool {
    status(path).map { !$0.isFolder } ?? false
  }

  static func isFolder(_ path: String) -> Bool {
    status(path)?.isFolder ?? false
  }

  /// The names in a folder, sorted; empty where it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let handle = opendir(folder) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
          String(cString: $0)
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Everything before the last slash; "." where there is none.
  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Everything after the last slash.
  static func lastComponent(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The path with links resolved; itself where nothing is there.
  static func absolute(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Makes a folder and those above it.
  static func makeFolders(_ path: String) throws(ModelFileError) {
    guard !isFolder(path), path != "." else { return }
    let above = parent(of: path)
    if above != path { try makeFolders(above) }
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw ModelFileError(.unwritable(SystemError.message()), path: path)
    }
  }

  /// Makes a folder that is its user's alone, and that was not there before.
  static func makePrivateFolder(_ path: String) throws(ModelFileError) {
    try makeFolders(parent(of: path))
    guard mkdir(path, 0o700) == 0 else { throw ModelFileError(.unwritable(SystemError.message()), path: path) }
  }

  /// Removes a file or a folder with everything in it; links are removed, not followed. Nothing to remove is no error.
  static func remove(_ path: String) {
    guard unlink(path) != 0 else { return }
    for name in names(in: path) { remove(path + "/" + name) }
    rmdir(path)
  }

  /// Renames a file or folder in one step.
  static func rename(_ from: String, to: String) throws(ModelFileError) {
    #if canImport(Darwin)
      let code = Darwin.rename(from, to)
    #elseif canImport(Musl)
      let code = Musl.rename(from, to)
    #else
      let code = Glibc.rename(from, to)
    #endif
    guard code == 0 else { throw ModelFileError(.unwritable(SystemError.message()), path: to) }
  }

  /// Has a rename stored on the disk; some file systems cannot, which is no error.
  static func synchronize(folder: String) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
