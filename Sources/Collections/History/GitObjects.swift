import Extraction

/// Reads a repository's objects by git, which knows nothing else of the repository.
///
/// git gets a repository of Akin's own, without anything in it, and the stranger's folder of objects beside it: so there is no
/// configuration that could name a program, no hook, no attributes, no remote that a missing object would be fetched from, no
/// replaced object and no graft. What it gets of the environment is written here. It runs plumbing commands alone, in a process that
/// reads nothing but the objects (``Extractor/confined(_:_:reading:longestOutput:seconds:environment:)``), under limits of memory, time
/// and output, without a network, and writes nothing.
struct GitObjects: Sendable {
  /// Why git gave no answer.
  enum Failed: Error {
    /// Its answer is longer than it may be.
    case tooLong
    /// It took longer than it may, or was ended.
    case unreadable(String)
    case cancelled
  }

  /// Bytes of one answer.
  static let longestAnswer = 64 << 20
  private static let seconds = 60
  /// Larger blobs are not compared; packs are mapped in pieces; what a commit's parents are only the commit tells.
  private static let settings = [
    "core.bigFileThreshold=4m", "core.packedGitWindowSize=64m", "core.packedGitLimit=512m", "core.commitGraph=false",
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never", "gc.auto=0", "maintenance.auto=false",
  ].flatMap { ["-c", $0] }

  let git: String
  let extractor: Extractor
  let ownFolder: String
  let repository: GitRepository

  /// Makes the repository that git is told of. Blocks.
  /// - Parameters:
  ///   - folder: Akin's own.
  ///   - extractor: confines git.
  /// - Throws: `noGit`; `CollectionError` where the folder cannot be written to.
  init(_ repository: GitRepository, in folder: String, by extractor: Extractor) throws {
    self.extractor = extractor
    guard let git = SystemProgram.git.path else { throw HistoryError(.noGit, folder: repository.folder) }
    self.git = git
    self.repository = repository
    ownFolder = folder + (repository.hash == .sha1 ? "/git" : "/git-sha256")
    for part in ["", "/objects", "/refs"] { try PrivateFile.makeFolder(ownFolder + part) }
    let format = repository.hash == .sha1 ? "" : "[extensions]\n\tobjectformat = sha256\n"
    let config = "[core]\n\trepositoryformatversion = \(repository.hash == .sha1 ? 0 : 1)\n\tbare = true\n" + format
    for (name, text) in [("HEAD", "ref: refs/heads/none\n"), ("config", config)] {
      let path = ownFolder + "/" + name
      if case .success(let bytes) = SourceFile.bytes(path, limit: 4096), bytes.elementsEqual(text.utf8) { continue }
      try PrivateFile.replace(path, with: Array(text.utf8))
    }
  }

  /// Its whole environment.
  private var environment: [String] {
    var variables = [
      "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin", "HOME=/nonexistent", "XDG_CONFIG_HOME=/nonexistent",
      "GIT_DIR=" + ownFolder, "GIT_OBJECT_DIRECTORY=" + repository.objects, "GIT_CONFIG_NOSYSTEM=1",
      "GIT_CONFIG_SYSTEM=/dev/null", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_ATTR_NOSYSTEM=1", "GIT_NO_REPLACE_OBJECTS=1",
      "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=", "GIT_PROTOCOL_FROM_USER=0",
      "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=/bin/false", "SSH_ASKPASS=/bin/false", "GIT_OPTIONAL_LOCKS=0",
      "GIT_PAGER=cat",
      "GIT_FLUSH=0",
    ]
    if let shallow = repository.shallow { variables.append("GIT_SHALLOW_FILE=" + shallow) }
    return variables
  }

  private func run(_ arguments: [String], input: [UInt8] = []) throws(Failed) -> [UInt8] {
    let child = extractor.confined(
      git, ["-C", ownFolder, "--no-pager"] + Self.settings + arguments,
      reading: [ownFolder] + repository.objectFolders + [repository.shallow].compactMap(\.self),
      longestOutput: Self.longestAnswer, seconds: Self.seconds, environment: environment)
    switch child.run(input: input) {
    case .done(let output): return output
    case .tooLong: throw .tooLong
    case .cancelled: throw .cancelled
    case .late: throw .unreadable("git takes longer than \(Self.seconds) s")
    case .failed(let status): throw .unreadable("git ended with status \(status): objects are missing or damaged")
    case .killed(let signal): throw .unreadable("git was ended by signal \(signal)")
    case .notStarted(let number): throw .unreadable("git cannot be started (error \(number))")
    }
  }

  /// A commit and all before it, parents before their children; the latest `most` of them.
  func ancestors(of commit: String, most: Int) throws(Failed) -> [String] {
    let output = try run(["rev-list", "--topo-order", "--reverse", "--max-count=\(most)", commit])
    return output.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }

  /// How much is told of a commit.
  enum Detail: CaseIterable {
    /// Its message, the names of the files that it changed, and what it changed in them.
    case lines
    /// Its message and the names; reads no file.
    case names
    /// Its message; reads nothing but the commit.
    case message
  }

  /// What commits say and change, in their order.
  func commits(_ names: [String], _ detail: Detail) throws(Failed) -> [GitCommit] {
    // Nothing that a repository holds can name it: it is drawn anew each time.
    let mark = "akin-\(UInt64.random(in: 0 ... .max))-\(UInt64.random(in: 0 ... .max))"
    let format = "format:" + ([mark, "%H", "%P", "%an", "%ae", "%at", "%B"].joined(separator: "%x00")) + "%x00"
    let shown = ["--stdin", "--encoding=UTF-8", "--no-color", "--format=" + format]
    let changes =
      shown + [
        "--always", "--root", "-r", "-z", "--raw", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none",
      ]
    let arguments =
      switch detail {
      case .lines: ["diff-tree"] + changes + ["-p", "-M", "-l400", "-U0", "--src-prefix=a/", "--dst-prefix=b/"]
      case .names: ["diff-tree"] + changes + ["--no-renames"]
      // diff-tree reads a commit's folders, though nothing of them is wanted.
      case .message: ["rev-list", "--no-walk=unsorted"] + shown
      }
    let output = try run(arguments, input: Array(names.map { $0 + "\n" }.joined().utf8))
    return GitCommitReader(mark: mark, output).commits
  }
}
