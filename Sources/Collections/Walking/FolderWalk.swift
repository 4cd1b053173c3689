import Platform

/// The files of a folder that may be indexed, and those that are left out.
///
/// In a git checkout they are what git would list: tracked, or new and not ignored. Elsewhere `.gitignore` files hold as
/// they would in a checkout. `.akinignore` files, with the same rules, hold in both, and over the others. Hidden files are
/// taken where git tracks them. Nothing is run, and nothing but files of the folder, of its checkout and the person's own
/// git configuration is read.
public struct FolderWalk: Sendable {
  /// Sorted by path.
  public private(set) var files: [FoundFile] = []
  /// Sorted by path.
  public private(set) var skipped: [SkippedFile] = []
  /// Whether the folder is in a git checkout whose rules hold for it.
  public private(set) var isGit = false
  /// Folders that were looked into.
  private(set) var folders: [String] = []

  private static let deepestFolder = 256

  /// Folders at which another file system begins, and its number.
  private(set) var mounts: [String: Int] = [:]
  /// The number of the root's file system.
  private(set) var device = 0

  private let root: String
  private let policy: FilePolicy
  private let options: WalkOptions
  private let project: ProjectRules
  private var isOverfull = false
  /// Bytes of a path from the scope's top that are not from the root.
  private var rootDepth = 0

  /// Walks a folder.
  /// - Parameter root: an absolute path.
  /// - Throws: `notAFolder` where the root cannot be read as a folder.
  public init(_ root: String, options: WalkOptions = WalkOptions()) throws(WalkError) {
    policy = FilePolicy(largestFile: options.largestFile)
    self.root = root
    self.options = options
    project = ProjectRules(root)
    guard let handle = opendir(root) else { throw WalkError(folder: root, reason: SystemError.message()) }
    closedir(handle)
    var scope = FolderScope(root: root, options: options)
    isGit = scope.checkout != nil
    rootDepth = scope.path.isEmpty ? 0 : scope.path.count + 1
    if let checkout = scope.checkout { tellProblem(of: checkout, at: "") }
    if let problem = project.problem { skip(ProjectRules.fileName, .rules(problem)) }
    tellUnreadRules(&scope)
    if let entries = entries(of: scope, isRoot: true) { add(entries, scope, depth: 0) }
    if isOverfull, let most = options.mostFiles {
      throw WalkError(folder: root, reason: "it has more than \(most) files", isOverfull: true)
    }
    files.sort { Self.precedes($0.path, $1.path) }
    skipped.sort { Self.precedes($0.path, $1.path) }
  }

  /// By bytes: comparing strings would normalise them.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  private mutating func skip(_ path: String, _ reason: SkipReason) {
    skipped.append(SkippedFile(path: path, reason: reason))
  }

  private mutating func tellProblem(of checkout: Checkout, at folder: String) {
    guard let problem = checkout.problem else { return }
    skip((folder.isEmpty ? "" : folder + "/") + Checkout.folderName, .unreadable(problem))
  }

  /// Whoever wrote them believes that they leave something out.
  private mutating func tellUnreadRules(_ scope: inout FolderScope) {
    for path in scope.takeUnread() {
      let shown = FilePath.path(path, from: root) ?? path
      let expected = "expected a file of \(IgnoreRules.largestFile) bytes at most, which is no link and can be read"
      skip(shown, .rules("\(shown): \(expected)"))
    }
  }

  private func shown(_ path: [UInt8]) -> String {
    String(decoding: path.dropFirst(rootDepth), as: UTF8.self)
  }
}

// MARK: - A folder

extension FolderWalk {
  private struct Entry {
    let name: String
    let file: FileEntry
  }

  /// What is in a folder; nil, and said so, where it cannot be read.
  private mutating func entries(of scope: FolderScope, isRoot: Bool) -> [Entry]? {
    let folder = shown(scope.path)
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (isRoot ? 0 : O_NOFOLLOW)
    let descriptor = open(scope.absolute(), flags)
    guard descriptor >= 0, let handle = fdopendir(descriptor) else {
      if descriptor >= 0 { close(descriptor) }
      skip(folder + "/", .unreadable(SystemError.message()))
      return nil
    }
    defer { closedir(handle) }
    folders.append(folder)
    noteDevice(descriptor, folder, isRoot: isRoot)
    var entries: [Entry] = []
    errno = 0
    while let entry = readdir(handle) {
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if bytes.elementsEqual(".".utf8) || bytes.elementsEqual("..".utf8) { continue }
      guard let name = String(validating: bytes, as: UTF8.self) else {
        skip((folder.isEmpty ? "" : folder + "/") + String(decoding: bytes, as: UTF8.self), .nameNotText)
        continue
      }
      switch FileEntry.of(name, in: descriptor) {
      case .success(let file): entries.append(Entry(name: name, file: file))
      case .failure(let error) where error.isGone: break
      case .failure(let error): skip(shown(scope.joined(bytes)), .unreadable(error.description))
      }
      errno = 0
    }
    if errno != 0 { skip(folder + "/", .unreadable(SystemError.message())) }
    return entries
  }

  private mutating func noteDevice(_ descriptor: Int32, _ folder: String, isRoot: Bool) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return }
    let number = Int(truncatingIfNeeded: status.st_dev)
    if isRoot { device = number } else if number != device { mounts[folder] = number }
  }

  private mutating func add(_ entries: [Entry], _ scope: FolderScope, depth: Int) {
    for entry in entries where entry.name != Checkout.folderName && !Task.isCancelled && !isOverfull {
      let name = Array(entry.name.utf8)
      let path = shown(scope.joined(name))
      let isFolder = entry.file.kind == .folder
      switch scope.verdict(on: name, isFolder: isFolder) {
      case .left(let reason): skip(isFolder ? path + "/" : path, reason)
      case .taken where isFolder: addFolder(name, path, nil, scope, depth: depth + 1)
      case .trackedOnly(let reason): addFolder(name, path, reason, scope, depth: depth + 1)
      case .taken: add(path, entry, isAskedFor: scope.isAskedFor(name))
      }
    }
  }

  private mutating func addFolder(
    _ name: [UInt8], _ path: String, _ reason: SkipReason?, _ scope: FolderScope, depth: Int
  ) {
    guard depth <= Self.deepestFolder else { return skip(path + "/", .tooDeep) }
    var scope = scope
    let outer = scope.checkout
    scope.enter(name, exceptTracked: reason)
    guard let entries = entries(of: scope, isRoot: false) else { return }
    var files: FolderScope.RuleFiles = []
    for entry in entries {
      switch entry.name {
      case Checkout.folderName: files.insert(.git)
      case FolderScope.gitIgnore: files.insert(.gitIgnore)
      case FolderScope.akinIgnore: files.insert(.akinIgnore)
      default: break
      }
    }
    scope.read(files)
    tellUnreadRules(&scope)
    if let inner = scope.checkout, inner !== outer { tellProblem(of: inner, at: path) }
    add(entries, scope, depth: depth)
  }

  /// Sorts a file that nothing ignores into `files` or `skipped`.
  private mutating func add(_ path: String, _ entry: Entry, isAskedFor: Bool) {
    switch entry.file.kind {
    case .link: skip(path, .symbolicLink)
    case .folder, .other: skip(path, .notAFile)
    case .file:
      if let reason = policy.reason(path: path, size: entry.file.size, isAskedFor: isAskedFor) {
        skip(path, reason)
      } else if !project.takes(path, size: entry.file.size) {
        skip(path, .project)
      } else {
        files.append(FoundFile(path: path, entry.file, isAskedFor: isAskedFor))
        if let most = options.mostFiles, files.count > most { isOverfull = true }
      }
    }
  }
}

// MARK: - One file

extension FolderWalk {
  /// Why a walk leaves a file out, as far as its path, its kind and its size tell; nil where it does not.
  /// - Parameters:
  ///   - path: from the root. The file need not be there yet.
  ///   - root: an absolute path.
  public static func reason(
    leavingOut path: String, of root: String, options: WalkOptions = WalkOptions()
  ) -> SkipReason? {
    switch verdict(on: path, of: root, options: options) {
    case .success: nil
    case .failure(let left): left.reason
    }
  }

  /// Whether a walk takes a file.
  /// - Returns: whether an ignore file asks for it by name, so that it may hold what is left out elsewhere; nil where it is left out.
  static func takes(_ path: String, of root: String, options: WalkOptions) -> Bool? {
    try? verdict(on: path, of: root, options: options).get()
  }

  /// - Returns: whether an ignore file asks for the file, or why a walk leaves it out.
  private static func verdict(
    on path: String, of root: String, options: WalkOptions
  ) -> Result<Bool, SkippedRead> {
    func left(_ reason: SkipReason) -> Result<Bool, SkippedRead> { .failure(SkippedRead(reason: reason)) }
    var scope = FolderScope(root: root, options: options)
    let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
    guard let last = parts.last else { return left(.notAFile) }
    if let reason = enter(parts.dropLast(), &scope) { return left(reason) }
    if last.elementsEqual(Checkout.folderName.utf8) { return left(.hidden) }
    switch scope.verdict(on: last, isFolder: false) {
    case .left(let reason), .trackedOnly(let reason): return left(reason)
    case .taken: break
    }
    let name = String(decoding: last, as: UTF8.self)
    let entry = FileEntry(path: scope.absolute(name))
    switch entry?.kind {
    case .link?: return left(.symbolicLink)
    case .folder?, .other?: return left(.notAFile)
    case .file?, nil:
      if !ProjectRules(root).takes(path, size: entry?.size ?? 1) { return left(.project) }
      let isAskedFor = scope.isAskedFor(last)
      let reason = FilePolicy(largestFile: options.largestFile).reason(
        path: path, size: entry?.size ?? 1, isAskedFor: isAskedFor)
      return reason.map(left) ?? .success(isAskedFor)
    }
  }
}

extension FolderWalk {
  /// Why a walk does not look into a folder; nil where it does.
  /// - Parameters: as for ``reason(leavingOut:of:options:)``.
  public static func reason(
    leavingOutFolder path: String, of root: String, options: WalkOptions = WalkOptions()
  ) -> SkipReason? {
    var scope = FolderScope(root: root, options: options)
    return enter(path.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }[...], &scope)
  }

  /// Goes down from folder to folder.
  /// - Returns: why a walk does not; nil where it does.
  private static func enter(_ folders: ArraySlice<[UInt8]>, _ scope: inout FolderScope) -> SkipReason? {
    for name in folders {
      if name.elementsEqual(Checkout.folderName.utf8) { return .hidden }
      let folder = scope.absolute(String(decoding: name, as: UTF8.self))
      if FileEntry(path: folder)?.kind == .link { return .symbolicLink }
      switch scope.verdict(on: name, isFolder: true) {
      case .left(let reason): return reason
      case .taken: scope.enter(name)
      case .trackedOnly(let reason): scope.enter(name, exceptTracked: reason)
      }
      scope.read(.all)
    }
    return nil
  }
}

/// A folder that cannot be walked.
public struct WalkError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The folder.
  public let folder: String
  /// What the system said, or what is the matter with it.
  public let reason: String
  /// Whether it has more files than the walk was to find.
  public var isOverfull = false

  /// One sentence.
  public var description: String { "cannot read the folder \(folder): \(reason)" }
}
