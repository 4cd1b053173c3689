import AkinCollections
import AkinTestSupport
import Foundation
import Testing

/// A walk lists what git, which the tests run and the walk does not, lists of the same checkout.
@Suite struct GitCheckoutTests {
  private func tree(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(text.utf8, to: name) }
    return folder
  }

  /// A checkout with files that are tracked although hidden or ignored, new ones and deleted ones.
  private func mixed() throws -> TemporaryFolder {
    let folder = try tree([
      "a.txt": "a", ".github/workflows/ci.yml": "ci", ".gitignore": "out/\n*.log\n", "out/kept.txt": "k",
      "out/new.txt": "n", "out/deep/kept.txt": "k", "kept.log": "k", "gone.txt": "g", "sub/b.txt": "b",
    ])
    let checkout = GitCheckout(path: folder.path)
    try checkout.git("init", "-q")
    try checkout.git("add", "-f", "a.txt", ".github", "out/kept.txt", "out/deep", "kept.log", "gone.txt", "sub")
    try checkout.git("commit", "-qm", "x")
    try FileManager.default.removeItem(atPath: folder.file("gone.txt"))
    for name in [".github/new.yml", "new.txt", "new.log", "sub/new.txt"] { try folder.write("n".utf8, to: name) }
    return folder
  }

  private func expectSame(_ folder: TemporaryFolder, _ comment: String = "") throws {
    let walk = try FolderWalk(folder.path)
    #expect(walk.isGit)
    #expect(try walk.files.map(\.path) == GitCheckout(path: folder.path).listed(), "\(comment)")
  }

  @Test func trackedFilesAreTakenThoughHiddenOrIgnored() throws {
    let folder = try mixed()
    let walk = try FolderWalk(folder.path)
    #expect(
      walk.files.map(\.path) == [
        ".github/workflows/ci.yml", "a.txt", "kept.log", "new.txt", "out/deep/kept.txt", "out/kept.txt", "sub/b.txt",
        "sub/new.txt",
      ])
    try expectSame(folder)
    let skipped = walk.skipped.map { "\($0.path) \($0.reason)" }
    #expect(skipped == [".github/new.yml hidden", ".gitignore hidden", "new.log ignored", "out/new.txt ignored"])
  }

  @Test(arguments: ["2", "4"])
  func versionsOfTheIndex(version: String) throws {
    let folder = try mixed()
    let checkout = GitCheckout(path: folder.path)
    try checkout.git("update-index", "--index-version", version)
    try expectSame(folder)
    // Extended flags: version 3.
    try checkout.git("add", "-N", "-f", "new.log")
    try expectSame(folder)
    #expect(try FolderWalk(folder.path).files.contains { $0.path == "new.log" })
  }

  @Test func aSplitIndex() throws {
    let folder = try mixed()
    let checkout = GitCheckout(path: folder.path)
    try checkout.git("update-index", "--split-index")
    try expectSame(folder, "all in the shared index")
    try checkout.git("add", "-f", "new.log")
    try checkout.git("rm", "-q", "--cached", "out/kept.txt")
    try folder.write("changed".utf8, to: "out/deep/kept.txt")
    try checkout.git("add", "-f", "out/deep/kept.txt")
    try expectSame(folder, "added, removed, replaced")
  }

  @Test func aSparseIndex() throws {
    let folder = try mixed()
    let checkout = GitCheckout(path: folder.path)
    try checkout.git("sparse-checkout", "set", "--cone", "--sparse-index", "sub")
    try expectSame(folder)
  }

  @Test func objectsNamedBySHA256() throws {
    let folder = try tree(["a.txt": "a", ".hidden/b.txt": "b"])
    let checkout = GitCheckout(path: folder.path)
    try checkout.git("init", "-q", "--object-format=sha256")
    try checkout.git("add", "-f", ".")
    try expectSame(folder)
    #expect(try FolderWalk(folder.path).files.count == 2)
  }

  @Test func aConflictListsAFileOnce() throws {
    let folder = try tree(["a.txt": "a"])
    let checkout = GitCheckout(path: folder.path)
    try checkout.git("init", "-q")
    try checkout.git("add", ".")
    try checkout.git("commit", "-qm", "a")
    try checkout.git("checkout", "-qb", "other")
    try folder.write("other".utf8, to: "a.txt")
    try checkout.git("commit", "-qam", "other")
    try checkout.git("checkout", "-q", "-")
    try folder.write("mine".utf8, to: "a.txt")
    try checkout.git("commit", "-qam", "mine")
    try checkout.git("merge", "-q", "other", mayFail: true)
    try expectSame(folder)
  }

  @Test func linkedWorkTreesAndSubmodules() throws {
    let library = try mixed()
    let folder = try mixed()
    let checkout = GitCheckout(path: folder.path)
    try folder.write("secret.md\n".utf8, to: ".git/info/exclude")
    let linked = try TemporaryFolder()
    try checkout.git("worktree", "add", "-q", "-f", linked.path)
    try linked.write("s".utf8, to: "secret.md")
    try linked.write("n".utf8, to: "new.md")
    // `info/exclude` is that of the repository.
    let walk = try FolderWalk(linked.path)
    #expect(walk.files.contains { $0.path == "new.md" } && !walk.files.contains { $0.path == "secret.md" })
    try expectSame(linked)
    try checkout.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", library.path, "lib")
    let paths = try FolderWalk(folder.path).files.map(\.path)
    #expect(paths.contains("lib/out/kept.txt") && paths.contains("lib/.github/workflows/ci.yml"))
  }

  @Test func excludedFilesOfTheRepositoryStayOut() throws {
    let folder = try tree(["a.txt": "text", "b.txt": "text"])
    try GitCheckout(path: folder.path).git("init", "-q")
    try folder.write("*.txt\n".utf8, to: ".git/info/exclude")
    // All of them: the folder is empty, and not walked as one without a checkout.
    #expect(try FolderWalk(folder.path).files.isEmpty)
    try expectSame(folder)
    try folder.write("!a.txt\n".utf8, to: ".gitignore")
    #expect(try FolderWalk(folder.path).files.map(\.path) == ["a.txt"])
  }

  @Test func aPartOfACheckoutFollowsTheRulesAbove() throws {
    let folder = try tree(["sub/a.txt": "a", "sub/b.tmp": "b", "sub/deep/c.tmp": "c", ".gitignore": "*.tmp\n"])
    try GitCheckout(path: folder.path).git("init", "-q")
    try folder.write("!b.tmp\n".utf8, to: "sub/.gitignore")
    #expect(try FolderWalk(folder.file("sub")).files.map(\.path) == ["a.txt", "b.tmp"])
    #expect(FolderWalk.reason(leavingOut: "deep/c.tmp", of: folder.file("sub")) == .ignored)
    #expect(FolderWalk.reason(leavingOut: "b.tmp", of: folder.file("sub")) == nil)
  }

  @Test func namesThatDifferByNormalizationAreTwoFiles() throws {
    let folder = try TemporaryFolder()
    for name in ["caf\u{E9}.txt", "cafe\u{301}.txt"] { try folder.write("text".utf8, to: name) }
    for isGit in [false, true] {
      if isGit { try GitCheckout(path: folder.path).git("init", "-q") }
      #expect(try FolderWalk(folder.path).files.count == 2)
    }
  }

  @Test func akinIgnoreHoldsOverGit() throws {
    let folder = try tree([
      "a.txt": "a", "dist/b.txt": "b", ".config/c.txt": "c", ".gitignore": "dist\n", "inner/d.txt": "d",
      ".akinignore": "a.txt\n!dist\n!.config\ninner/d.txt\n",
    ])
    try GitCheckout(path: folder.path).git("init", "-q")
    try GitCheckout(path: folder.path).git("add", "a.txt")
    try FileManager.default.createDirectory(atPath: folder.file("inner"), withIntermediateDirectories: true)
    try GitCheckout(path: folder.file("inner")).git("init", "-q")
    #expect(try FolderWalk(folder.path).files.map(\.path) == [".config/c.txt", "dist/b.txt"])
  }

  @Test func hiddenAndIgnoredFilesOnRequest() throws {
    let folder = try mixed()
    var options = WalkOptions()
    options.takesHidden = true
    #expect(try FolderWalk(folder.path, options: options).files.contains { $0.path == ".github/new.yml" })
    options.takesIgnored = true
    let paths = try FolderWalk(folder.path, options: options).files.map(\.path)
    #expect(paths.contains("out/new.txt") && paths.contains("new.log") && !paths.contains { $0.hasPrefix(".git/") })
  }
}
