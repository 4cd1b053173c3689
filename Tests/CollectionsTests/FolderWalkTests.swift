import AkinCollections
import AkinTestSupport
import Foundation
import Testing

@Suite struct FolderWalkTests {
  private func tree(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(text.utf8, to: name) }
    return folder
  }

  @Test func everyReason() throws {
    let folder = try tree([
      "a.txt": "text", "sub/b.swift": "let b = 1", ".env": "secret", ".config/c": "x", "yarn.lock": "x",
      "a.txt~": "before", "#a.txt#": "not saved yet", "sub/~": "a home",
      "app.min.js": "x", "image.PNG": "x", "out/o.txt": "x", ".gitignore": "out/\n",
      "large.txt":
        String(repeating: "x", count: 1 << 20) + "x", "none.txt": "", "old/notes.md": "x", ".akinignore": "old\n",
    ])
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "a.txt")
    for isGit in [false, true] {
      if isGit { try GitCheckout(path: folder.path).git("init", "-q") }
      let walk = try FolderWalk(folder.path)
      #expect(walk.isGit == isGit)
      #expect(walk.files.map(\.path) == ["a.txt", "sub/b.swift", "sub/~"])
      #expect(walk.files.first?.size == 4)
      var reasons: [String: SkipReason] = [:]
      for file in walk.skipped { reasons[file.path] = file.reason }
      #expect(reasons["yarn.lock"] == .lockFile)
      #expect(reasons["a.txt~"] == .editorsCopy && reasons["#a.txt#"] == .editorsCopy)
      #expect(reasons["app.min.js"] == .minified)
      #expect(reasons["image.PNG"] == .binary)
      #expect(reasons["large.txt"] == .overLarge(bytes: (1 << 20) + 1, limit: 1 << 20))
      #expect(reasons["none.txt"] == .empty)
      #expect(reasons["link"] == .symbolicLink)
      #expect(reasons[".env"] == .hidden)
      #expect(reasons["old/"] == .ignored && reasons["out/"] == .ignored)
    }
  }

  @Test func anIgnoredFolderThatIsAskedForIsWalked() throws {
    let folder = try tree(["a.txt": "text", ".gitignore": "vendor\n", "vendor/lib/x.c": "int x;"])
    try GitCheckout(path: folder.path).git("init", "-q")
    #expect(try FolderWalk(folder.file("vendor")).files.map(\.path) == ["lib/x.c"])
    #expect(try FolderWalk(folder.path).files.map(\.path) == ["a.txt"])
  }

  @Test func checkoutsWithinACheckout() throws {
    let folder = try tree(["a.txt": "text", "inner/b.txt": "b", "inner/.gitignore": "c.txt\n", "inner/c.txt": "c"])
    try GitCheckout(path: folder.path).git("init", "-q")
    try GitCheckout(path: folder.file("inner")).git("init", "-q")
    #expect(try FolderWalk(folder.path).files.map(\.path) == ["a.txt", "inner/b.txt"])
  }

  @Test func aFolderThatIsNotThere() {
    #expect(throws: WalkError.self) { _ = try FolderWalk("/nowhere/at/all") }
  }

  /// Our own reading of ignore files lists what git lists.
  /// - Parameter foldsCase: `core.ignoreCase`, with names and patterns of both cases.
  @Test(arguments: [false, true]) func ignoreFilesMeanWhatTheyMeanToGit(foldsCase: Bool) throws {
    var random = SeededRandom(seed: 11)
    func cased(_ text: String?) -> String {
      guard foldsCase, let text, !text.hasPrefix("[[") else { return text ?? "a" }
      return String(text.map { Bool.random(using: &random) ? Character($0.uppercased()) : $0 })
    }
    let names = ["a", "b", "ab", "a.c", "b.c", "foo", "foo.d", "x-y"]
    let atoms = [
      "a", "b", "*", "?", "*.c", "foo", "**", "[ab]", "[!a]", "[a-c]", "[b-a]", "a*", "*b", "\\a", "foo.*",
      "[[:alpha:]]",
      "[[:upper:]]", "x?y",
      "a**b", "***",
    ]
    func pattern() -> String {
      let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in cased(atoms.randomElement(using: &random)) }
      var text = parts.joined(separator: "/")
      if Int.random(in: 0..<5, using: &random) == 0 { text = "/" + text }
      if Int.random(in: 0..<4, using: &random) == 0 { text += "/" }
      if Int.random(in: 0..<4, using: &random) == 0 { text = "!" + text }
      if Int.random(in: 0..<9, using: &random) == 0 { text += "  " }
      return text
    }
    for round in 0..<60 {
      let folder = try TemporaryFolder()
      var folders = [""]
      var taken: Set<String> = []
      for _ in 0..<30 {
        let parent = folders.randomElement(using: &random) ?? ""
        let name = parent + cased(names.randomElement(using: &random))
        guard taken.insert(name).inserted else { continue }
        if Bool.random(using: &random), parent.split(separator: "/").count < 3 {
          folders.append(name + "/")
        } else {
          try folder.write("x".utf8, to: name)
        }
      }
      for parent in folders where parent.isEmpty || Int.random(in: 0..<3, using: &random) == 0 {
        let lines = (0..<Int.random(in: 1...4, using: &random)).map { _ in pattern() }
        try folder.write(Array(lines.joined(separator: "\n").utf8), to: parent + ".gitignore")
      }
      let checkout = GitCheckout(path: folder.path)
      #expect(try !FolderWalk(folder.path).isGit)
      try checkout.git("init", "-q")
      if foldsCase { try checkout.git("config", "core.ignoreCase", "true") }
      let others = (1...3).map { _ in pattern() }.joined(separator: "\n")
      try folder.write(others.utf8, to: ".git/info/exclude")
      #expect(try FolderWalk(folder.path).files.map(\.path) == checkout.listed(), "seed 11, round \(round)")
      // To git, what is tracked in one case is there in the other.
      if foldsCase { continue }
      // Some are tracked, whatever ignore files say.
      let tracked = taken.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }.sorted()
      for path in tracked where !folders.contains(path + "/") { try checkout.git("add", "-f", path) }
      #expect(try FolderWalk(folder.path).files.map(\.path) == checkout.listed(), "seed 11, round \(round), tracked")
    }
  }
}
