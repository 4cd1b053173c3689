import Platform

/// Paths of the file system.
public enum FilePath {
  /// The absolute path without links; nil where there is nothing, or nothing that a URI can name: its path is not UTF-8.
  public static func resolved(_ path: String) -> String? {
    // The system would read up to it, and find something else.
    if path.utf8.contains(0) { return nil }
    guard let found = realpath(path, nil) else { return nil }
    defer { free(found) }
    return String(validatingCString: found)
  }

  /// Whether there is something, be it without a name that an index can have.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether a path leads to a folder.
  public static func isFolder(_ path: String) -> Bool {
    kind(path) == S_IFDIR
  }

  /// The folder that an absolute path is in; `/` of itself.
  public static func parent(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// The last part of a path.
  public static func name(_ path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
  }

  /// What a path is called from a folder that it is in, or is; nil where it is elsewhere. Both are absolute.
  public static func path(_ path: String, from folder: String) -> String? {
    if path.utf8.elementsEqual(folder.utf8) { return "" }
    let prefix = folder == "/" ? folder : folder + "/"
    guard path.utf8.starts(with: prefix.utf8) else { return nil }
    return String(path.utf8.dropFirst(prefix.utf8.count))
  }

  /// Whether a path leads to a regular file, or to nothing.
  public static func isOrdinaryOrNothing(_ path: String) -> Bool {
    kind(path).map { $0 == S_IFREG } ?? true
  }

  /// Whether another file system begins at a folder.
  static func isMountPoint(_ folder: String) -> Bool {
    guard let own = device(folder) else { return false }
    return folder == "/" || own != device(parent(of: folder))
  }

  /// The number of the file system that a path leads to; nil where there is nothing.
  static func device(_ path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(truncatingIfNeeded: status.st_dev) : nil
  }

  /// Of `st_mode`; nil where there is nothing.
  static func kind(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// The one path of what is there, or would be: absolute, without links, `.`, `..` and empty parts. Parts that are not
  /// there stay as they are named. Blocks.
  ///
  /// Every spelling of a place becomes this before it is compared with another: a workspace that was opened through a link,
  /// `root//a.md`, `sub/../a.md`. Two names that differ by their composition (NFC and NFD) are two.
  public static func identity(_ path: String) -> String {
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    let root = path.utf8.first == UInt8(ascii: "/") ? "/" : ""
    func leading(_ count: Int) -> String? {
      let known = root + parts[..<count].joined(separator: "/")
      return resolved(known.isEmpty ? "." : known)
    }
    // Where some parts lead nowhere, more of them do not either: the longest that lead somewhere are found in few looks, however
    // many there are.
    guard var found = leading(0) else { return path }
    var (there, beyond) = (0, parts.count + 1)
    while beyond - there > 1 {
      let count = beyond == parts.count + 1 ? parts.count : (there + beyond) / 2
      if let place = leading(count) { (there, found) = (count, place) } else { beyond = count }
    }
    return normalized(found + "/" + parts[there...].joined(separator: "/"))
  }

  /// An absolute path without `.`, `..` and empty parts, by its words alone: nothing is looked up.
  public static func normalized(_ path: String) -> String {
    var whole: [String] = []
    for part in path.utf8.split(separator: UInt8(ascii: "/")).map({ String(Substring($0)) }) where part != "." {
      if part == ".." { _ = whole.popLast() } else { whole.append(part) }
    }
    return "/" + whole.joined(separator: "/")
  }

  /// The path from a folder of what is below it; nil for anything else.
  static func inside(_ folder: String, _ path: String) -> String? {
    let prefix = folder == "/" ? folder : folder + "/"
    guard path.utf8.starts(with: prefix.utf8), path.utf8.count > prefix.utf8.count else { return nil }
    return String(decoding: path.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }
}
