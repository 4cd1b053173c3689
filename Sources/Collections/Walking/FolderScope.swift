/// What holds for the files and folders of one folder of a walk: the ignore files above and in it, and the checkout that it
/// is in. Paths are counted in bytes from the *top*, which is the outermost checkout's folder, or the walk's root without one.
struct FolderScope {
  /// What becomes of a file or a folder.
  enum Verdict {
    case taken
    /// A folder of which only the files are taken that git tracks; why the others are not.
    case trackedOnly(SkipReason)
    case left(SkipReason)
  }

  static let akinIgnore = ".akinignore"
  static let gitIgnore = ".gitignore"

  /// An absolute path without a slash at its end, but for `/`.
  private let top: String
  /// From the top; empty for the top itself.
  private(set) var path: [UInt8] = []
  private(set) var checkout: Checkout?
  /// Bytes of a path from the top that are not from the checkout's folder.
  private var checkoutDepth = 0
  private var gitRules = IgnoreRules()
  private var akinRules = IgnoreRules()
  /// Where only what git tracks is taken, why the rest is not.
  private var restReason: SkipReason?
  private let options: WalkOptions
  private let user: GitUser
  /// Absolute paths of ignore files that are there and cannot be read.
  private var unread: [String] = []

  /// What holds in a walk's root: with the checkout around it, and what stands in the folders between.
  init(root: String, options: WalkOptions) {
    let checkout = Checkout.around(root)
    self.init(top: checkout?.folder ?? root, checkout: checkout, options: options, user: GitUser.current)
    guard top != root else { return }
    for name in root.utf8.dropFirst(top == "/" ? 1 : top.utf8.count + 1).split(separator: UInt8(ascii: "/")) {
      switch verdict(on: Array(name), isFolder: true, countingHidden: false) {
      case .taken: enter(Array(name))
      case .trackedOnly(let reason): enter(Array(name), exceptTracked: reason)
      case .left:
        // A folder that is ignored by what is around it is asked for all the same: only what is in it counts then.
        self.init(top: root, checkout: nil, options: options, user: user)
        return
      }
      readRules([.gitIgnore, .akinIgnore])
    }
  }

  private init(top: String, checkout: Checkout?, options: WalkOptions, user: GitUser) {
    self.top = top
    self.options = options
    self.user = user
    if let checkout { begin(checkout) }
    readRules(.all)
  }

  /// The absolute path of something in this folder; without a name its own.
  func absolute(_ name: String = "") -> String {
    let parts = [top == "/" ? "" : top, String(decoding: path, as: UTF8.self), name]
    let whole = parts.filter { !$0.isEmpty }.joined(separator: "/")
    return top == "/" ? "/" + whole : whole
  }

  /// The path from the top of something in this folder.
  func joined(_ name: [UInt8]) -> [UInt8] {
    path.isEmpty ? name : path + [UInt8(ascii: "/")] + name
  }

  // MARK: On the way down

  /// Files of a folder that say what holds in it.
  struct RuleFiles: OptionSet {
    let rawValue: Int
    static let git = RuleFiles(rawValue: 1)
    static let gitIgnore = RuleFiles(rawValue: 2)
    static let akinIgnore = RuleFiles(rawValue: 4)
    static let all: RuleFiles = [.git, .gitIgnore, .akinIgnore]
  }

  /// What holds in a folder of this one, before its own files are read.
  /// - Parameter reason: why all but what git tracks is left out; nil where nothing is for that.
  mutating func enter(_ name: [UInt8], exceptTracked reason: SkipReason? = nil) {
    path = joined(name)
    restReason = reason
  }

  /// Takes in what this folder's own files say.
  mutating func read(_ files: RuleFiles) {
    if files.contains(.git), restReason == nil, let checkout = Checkout(absolute()) { begin(checkout) }
    readRules(files)
  }

  /// From here on another checkout's rules hold, in which those of the one around it do not count.
  private mutating func begin(_ checkout: Checkout) {
    self.checkout = checkout
    checkoutDepth = path.isEmpty ? 0 : path.count + 1
    gitRules = IgnoreRules()
    for lines in [user.ignored, checkout.excluded] {
      if let lines { gitRules = gitRules.adding(lines, in: path, foldsCase: checkout.foldsCase) }
    }
  }

  private mutating func readRules(_ files: RuleFiles) {
    if files.contains(.gitIgnore), let lines = lines(Self.gitIgnore) {
      gitRules = gitRules.adding(lines, in: path, foldsCase: checkout?.foldsCase == true)
    }
    if files.contains(.akinIgnore), let lines = lines(Self.akinIgnore) {
      akinRules = akinRules.adding(lines, in: path)
    }
  }

  private mutating func lines(_ name: String) -> [UInt8]? {
    let path = absolute(name)
    let lines = try? SourceFile.bytes(path, limit: IgnoreRules.largestFile).get()
    if lines == nil, FileEntry(path: path) != nil { unread.append(path) }
    return lines
  }

  /// Ignore files on the way here that cannot be read, as absolute paths; each once.
  mutating func takeUnread() -> [String] {
    defer { unread = [] }
    return unread
  }

  // MARK: Decisions

  /// Whether something in this folder takes part, as far as its name tells.
  func verdict(on name: [UInt8], isFolder: Bool, countingHidden: Bool = true) -> Verdict {
    let path = joined(name)
    if !options.takesIgnored, let isIgnored = akinRules.decision(path, isFolder: isFolder) {
      return isIgnored ? .left(.ignored) : .taken
    }
    let reason: SkipReason
    if let restReason {
      reason = restReason
    } else if countingHidden, name.first == UInt8(ascii: "."), !options.takesHidden {
      reason = .hidden
    } else if !options.takesIgnored, gitRules.decision(path, isFolder: isFolder) == true {
      reason = .ignored
    } else {
      return .taken
    }
    guard let tracked = checkout?.tracked else { return .left(reason) }
    let inside = path[checkoutDepth...]
    if tracked.contains(inside) { return .taken }
    return isFolder && tracked.hasFiles(in: inside) ? .trackedOnly(reason) : .left(reason)
  }

  /// Whether `.akinignore` asks for a file by a line with `!`, so that it is taken whatever it is called.
  func isAskedFor(_ name: [UInt8]) -> Bool {
    akinRules.decision(joined(name), isFolder: false) == false
  }
}

/// What a walk takes beside what it takes by itself.
public struct WalkOptions: Sendable, Equatable {
  /// Files and folders whose names begin with a dot, also where git does not track them.
  public var takesHidden = false
  /// What ignore files leave out.
  public var takesIgnored = false
  /// Larger files, in bytes, are left out.
  public var largestFile = FilePolicy.usualLargestFile
  /// Where more files are found, the walk ends with an error.
  public var mostFiles: Int?

  /// What a walk takes by itself.
  public init() {}
}
