import Platform

/// A git checkout as its files tell of it: gitrepository-layout(5). No program is asked, so that nothing in a folder can make
/// one run, and neither git's environment nor the checkout's configuration can name other files than the checkout's own.
final class Checkout {
  static let folderName = ".git"
  /// A `.git` file, `commondir` and the like hold one path.
  private static let longestPath = 1 << 13

  /// An absolute path.
  let folder: String
  /// The lines of `info/exclude`; nil where there are none.
  let excluded: [UInt8]?
  /// Whether ignore files mean names whatever their case: `core.ignoreCase`, which git sets where the file system is such.
  private(set) lazy var foldsCase = configuration.isOn("core.ignorecase")
  /// What is said of the index where it cannot be read.
  private(set) lazy var problem: String? = readTracked().problem
  /// What git tracks.
  private(set) lazy var tracked: GitIndex = readTracked().index
  private var read: (index: GitIndex, problem: String?)?

  /// Where its own files are; of a linked work tree or a submodule elsewhere.
  let gitFolder: String
  /// Where what linked work trees share is.
  let commonFolder: String

  /// - Parameter folder: an absolute path.
  /// - Returns: nil where the folder is no checkout's.
  init?(_ folder: String) {
    guard let git = Self.gitFolder(of: folder) else { return nil }
    self.folder = folder
    gitFolder = git
    commonFolder = Self.path(in: git + "/commondir", from: git) ?? git
    // As git tells a repository from other folders.
    let hasHead = FilePath.kind(git + "/HEAD") != nil
    guard hasHead, FilePath.kind(commonFolder + "/objects") == S_IFDIR, FilePath.kind(commonFolder + "/refs") == S_IFDIR
    else { return nil }
    let exclude = SourceFile.bytes(
      commonFolder + "/info/exclude", limit: IgnoreRules.largestFile, followingLinks: true)
    excluded = try? exclude.get()
  }

  /// The innermost checkout that holds a folder: its own or of a folder above, on the same file system.
  static func around(_ folder: String) -> Checkout? {
    var folder = folder
    let device = FilePath.device(folder)
    while FilePath.device(folder) == device {
      if let checkout = Checkout(folder) { return checkout }
      guard folder != "/", let slash = folder.lastIndex(of: "/") else { return nil }
      // What is below `.git` is the repository, not the checkout.
      if folder[slash...] == "/" + folderName { return nil }
      folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
    }
    return nil
  }

  /// The folder of a checkout's repository: `.git`, or what a file of this name tells (linked work trees, submodules).
  private static func gitFolder(of folder: String) -> String? {
    let git = folder == "/" ? "/" + folderName : folder + "/" + folderName
    switch FilePath.kind(git) {
    case S_IFDIR?: return git
    case S_IFREG?: return path(in: git, from: folder, after: "gitdir: ")
    default: return nil
    }
  }

  /// A path that a file holds, taken from `folder` where it is relative.
  private static func path(in file: String, from folder: String, after prefix: String = "") -> String? {
    guard case .success(let bytes) = SourceFile.bytes(file, limit: longestPath, followingLinks: true),
      let text = String(validating: bytes.prefix { $0 != 0x0A && $0 != 0x0D && $0 != 0 }, as: UTF8.self),
      text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count
    else { return nil }
    let path = String(text.dropFirst(prefix.count))
    return path.hasPrefix("/") ? path : folder + "/" + path
  }

  // MARK: The index

  private func readTracked() -> (index: GitIndex, problem: String?) {
    if let read { return read }
    let result = index()
    read = result
    return result
  }

  private func index() -> (index: GitIndex, problem: String?) {
    // A checkout in which nothing was added has none.
    guard FilePath.kind(gitFolder + "/index") != nil else { return (GitIndex(), nil) }
    do throws(GitIndexError) {
      let hash = objectHash
      let index = try GitIndex(bytes(of: "index"), hash: hash)
      guard let base = index.base else { return (index, nil) }
      return (index.joined(with: try GitIndex(bytes(of: "sharedindex." + base), hash: hash)), nil)
    } catch {
      return (GitIndex(), "git's index cannot be read: \(error)")
    }
  }

  private func bytes(of name: String) throws(GitIndexError) -> [UInt8] {
    switch SourceFile.bytes(gitFolder + "/" + name, limit: GitIndex.largestFile, followingLinks: true) {
    case .success(let bytes): return bytes
    case .failure(let skipped): throw GitIndexError(skipped.reason.description)
    }
  }

  var objectHash: GitIndex.Hash { Self.objectHash(in: configuration) }

  /// What names the objects of a repository.
  static func objectHash(ofRepository folder: String) -> GitIndex.Hash { objectHash(in: configuration(of: folder)) }

  /// What a submodule's repository names as its folder; nil where it names none.
  static func workTree(ofRepository folder: String) -> String? { configuration(of: folder).value("core.worktree") }

  private static func objectHash(in configuration: GitConfiguration) -> GitIndex.Hash {
    configuration.value("extensions.objectformat")?.lowercased() == "sha256" ? .sha256 : .sha1
  }

  /// Two values of it say how the checkout is kept; no other one is asked for.
  private lazy var configuration = Self.configuration(of: commonFolder)

  private static func configuration(of folder: String) -> GitConfiguration {
    let text = SourceFile.bytes(folder + "/config", limit: GitConfiguration.largestFile, followingLinks: true)
    return GitConfiguration((try? text.get()) ?? [])
  }
}
