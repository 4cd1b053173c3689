#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The files of a folder that may be indexed, and those that are left out.
///
/// In a git checkout they are what git lists: tracked, or new and not ignored. Elsewhere `.gitignore` files hold as they
/// would in a checkout. `.akinignore` files, with the same rules, hold in both.
public struct FolderWalk: Sendable {
  /// Sorted by path.
  public private(set) var files: [FoundFile] = []
  /// Sorted by path.
  public private(set) var skipped: [SkippedFile] = []
  /// Whether git listed the files.
  public private(set) var isGit = false

  static let akinIgnore = ".akinignore"
  private static let deepestCheckout = 8
  private static let deepestFolder = 256

  private let root: String
  private let policy: FilePolicy
  /// Folders that were looked into, where git did not list.
  private var folders: [String] = []

  /// Walks a folder.
  /// - Parameter root: an absolute path.
  /// - Throws: `notAFolder` where the root cannot be read as a folder.
  public init(_ root: String) async throws(WalkError) {
    try await self.init(root, policy: FilePolicy())
  }

  init(_ root: String, policy: FilePolicy) async throws(WalkError) {
    try self.init(empty: root, policy: policy)
    await addCheckout("", depth: 0)
    if files.isEmpty, !Task.isCancelled {
      // No checkout, or a folder that the checkout around it ignores, which was asked for all the same.
      isGit = false
      skipped = []
      addFolder("", rules: IgnoreRules(), depth: 0)
    }
    files.sort { Self.precedes($0.path, $1.path) }
    skipped.sort { Self.precedes($0.path, $1.path) }
  }

  private init(empty root: String, policy: FilePolicy) throws(WalkError) {
    self.root = root
    self.policy = policy
    guard let handle = opendir(root) else { throw WalkError(folder: root, reason: String(cString: strerror(errno))) }
    closedir(handle)
  }

  /// The folders that a walk without git looks into, from the root, which is the empty path among them.
  static func folders(of root: String) throws(WalkError) -> [String] {
    var walk = try FolderWalk(empty: root, policy: FilePolicy())
    walk.addFolder("", rules: IgnoreRules(), depth: 0)
    return walk.folders
  }

  /// By bytes: comparing strings would normalise them.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  /// Sorts a file that nothing ignores into `files` or `skipped`.
  private mutating func add(_ path: String, name: String, entry: FileEntry) {
    switch entry.kind {
    case .link: skip(path, .symbolicLink)
    case .folder, .other: skip(path, .notAFile)
    case .file:
      if let reason = policy.reason(name: name, size: entry.size) {
        skip(path, reason)
      } else {
        files.append(FoundFile(path: path, size: entry.size, modified: entry.modified))
      }
    }
  }

  private mutating func skip(_ path: String, _ reason: SkipReason) {
    skipped.append(SkippedFile(path: path, reason: reason))
  }

  private func absolute(_ path: String) -> String {
    path.isEmpty ? root : root + "/" + path
  }

  private static func joined(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder + "/" + name
  }

  private static func name(_ path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
  }

  private static func isHidden(_ path: String) -> Bool {
    path.utf8.split(separator: UInt8(ascii: "/")).contains { $0.first == UInt8(ascii: ".") }
  }
}

// MARK: - One file

extension FolderWalk {
  /// Why a walk leaves a file out, as far as its path, its kind and its size tell; nil where it does not.
  /// - Parameters:
  ///   - path: from the root. The file need not be there yet.
  ///   - root: an absolute path.
  public static func reason(leavingOut path: String, of root: String) async -> SkipReason? {
    if isHidden(path) { return .hidden }
    let entry = FileEntry(path: root + "/" + path)
    switch entry?.kind {
    case .link?: return .symbolicLink
    case .folder?, .other?: return .notAFile
    case .file?, nil: break
    }
    if let reason = FilePolicy().reason(name: name(path), size: entry?.size ?? 1) { return reason }
    let isListed = await GitListing.isListed(path, in: root)
    let files = isListed == nil ? [".gitignore", akinIgnore] : [akinIgnore]
    return isListed == false || isIgnored(path, of: root, by: files) ? .ignored : nil
  }

  /// Whether ignore files on the way from the root to a path leave it, or a folder above it, out.
  private static func isIgnored(_ path: String, of root: String, by files: [String]) -> Bool {
    var rules = IgnoreRules()
    var folder = ""
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
    for (index, part) in parts.enumerated() {
      for file in files {
        if case .success(let text) = SourceFile.bytes(root + "/" + joined(folder, file), limit: 1 << 20) {
          rules = rules.adding(text, in: Array(folder.utf8))
        }
      }
      folder = joined(folder, part)
      if rules.ignores(Array(folder.utf8), isFolder: index < parts.count - 1) { return true }
    }
    return false
  }
}

// MARK: - A git checkout

extension FolderWalk {
  /// Adds what git lists below a folder; nothing where it is in no checkout, or git is not there.
  private mutating func addCheckout(_ folder: String, depth: Int) async {
    guard depth <= Self.deepestCheckout, let listed = await GitListing.files(in: absolute(folder)) else { return }
    isGit = true
    var rules = AkinIgnore(root: absolute(folder), listed: listed)
    for path in listed {
      let whole = Self.joined(folder, path)
      // A checkout within this one is listed as a folder, with or without a slash.
      let bare = whole.utf8.last == UInt8(ascii: "/") ? String(whole.dropLast()) : whole
      if Self.isHidden(bare) {
        skip(whole, .hidden)
      } else if rules.ignores(path) {
        skip(whole, .ignored)
      } else if let entry = FileEntry(path: absolute(bare)) {
        if entry.kind == .folder {
          await addCheckout(bare, depth: depth + 1)
        } else {
          add(bare, name: Self.name(bare), entry: entry)
        }
      } else if bare.unicodeScalars.contains("\u{FFFD}") {
        // No file is called so: it stands for bytes that are no UTF-8. Others have been deleted and are listed still.
        skip(bare, .nameNotText)
      }
    }
  }
}

/// The `.akinignore` files of a checkout.
private struct AkinIgnore {
  private var rulesOfFolder: [String: IgnoreRules] = [:]
  private var ignoredFolders: [String: Bool] = [:]
  /// - Parameter listed: what git lists below `root`.
  init(root: String, listed: [String]) {
    let suffix = "/" + FolderWalk.akinIgnore
    // The root's file holds also where git ignores it.
    var folders = listed.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.utf8.count)) }
    folders = [""] + folders.sorted { $0.utf8.count < $1.utf8.count }
    for folder in folders {
      let file = root + "/" + (folder.isEmpty ? "" : folder + "/") + FolderWalk.akinIgnore
      guard case .success(let text) = SourceFile.bytes(file, limit: 1 << 20) else { continue }
      rulesOfFolder[folder] = rules(above: folder).adding(text, in: Array(folder.utf8))
    }
  }

  /// Whether a path from the root, or a folder above it, is ignored.
  mutating func ignores(_ path: String) -> Bool {
    guard !rulesOfFolder.isEmpty else { return false }
    let isFolder = path.utf8.last == UInt8(ascii: "/")
    let bare = isFolder ? String(path.dropLast()) : path
    guard let slash = bare.utf8.lastIndex(of: UInt8(ascii: "/")) else {
      return rules(above: bare).ignores(Array(bare.utf8), isFolder: isFolder)
    }
    let folder = String(bare[..<slash])
    let isInside = ignoredFolders[folder] ?? ignores(folder + "/")
    ignoredFolders[folder] = isInside
    return isInside || rules(above: bare).ignores(Array(bare.utf8), isFolder: isFolder)
  }

  /// The rules of the nearest folder above that has a file.
  private func rules(above path: String) -> IgnoreRules {
    var path = path[...]
    while let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) {
      path = path[..<slash]
      if let rules = rulesOfFolder[String(path)] { return rules }
    }
    return rulesOfFolder[""] ?? IgnoreRules()
  }
}

// MARK: - Any other folder

extension FolderWalk {
  private mutating func addFolder(_ folder: String, rules: IgnoreRules, depth: Int) {
    guard let handle = opendir(absolute(folder)) else {
      return skip(folder + "/", .unreadable(String(cString: strerror(errno))))
    }
    folders.append(folder)
    var names: [String] = []
    while let entry = readdir(handle) {
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if let name = String(validating: bytes, as: UTF8.self) {
        if name != ".", name != ".." { names.append(name) }
      } else {
        skip(Self.joined(folder, String(decoding: bytes, as: UTF8.self)), .nameNotText)
      }
    }
    closedir(handle)
    var rules = rules
    for file in [".gitignore", Self.akinIgnore] where names.contains(file) {
      if case .success(let text) = SourceFile.bytes(absolute(Self.joined(folder, file)), limit: 1 << 20) {
        rules = rules.adding(text, in: Array(folder.utf8))
      }
    }
    for name in names where name != ".git" && !Task.isCancelled {
      addEntry(Self.joined(folder, name), name: name, rules: rules, depth: depth)
    }
  }

  private mutating func addEntry(_ path: String, name: String, rules: IgnoreRules, depth: Int) {
    guard let entry = FileEntry(path: absolute(path)) else { return }
    let isFolder = entry.kind == .folder
    let shown = isFolder ? path + "/" : path
    if name.utf8.first == UInt8(ascii: ".") {
      skip(shown, .hidden)
    } else if rules.ignores(Array(path.utf8), isFolder: isFolder) {
      skip(shown, .ignored)
    } else if isFolder {
      if depth < Self.deepestFolder { addFolder(path, rules: rules, depth: depth + 1) } else { skip(shown, .tooDeep) }
    } else {
      add(path, name: name, entry: entry)
    }
  }
}

/// A folder that cannot be walked.
public struct WalkError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The folder.
  public let folder: String
  /// What the system said.
  public let reason: String

  /// One sentence.
  public var description: String { "cannot read the folder \(folder): \(reason)" }
}
