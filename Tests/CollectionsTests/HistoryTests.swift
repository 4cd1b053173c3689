import AkinCollections
import AkinTestSupport
import Documents
import Engine
import Extraction
import Foundation
import ModelFiles
import Testing

/// Histories of repositories that git, which the tests run, has made.
@Suite struct HistoryTests {
  let folder: TemporaryFolder
  let root: String
  let store: SQLiteCatalog
  let indexer: Indexer
  let checkout: GitCheckout

  init() throws {
    folder = try TemporaryFolder()
    root = try #require(FilePath.resolved(folder.path))
    store = SQLiteCatalog(folder: root + "-data/collections")
    var options = EngineOptions()
    options.model = try TestModel.folder
    indexer = Indexer(
      engine: try Engine.load(options, store: ModelStore(environment: TestModel.environment)), store: store,
      extractor: Extractor(program: BuiltProgram.akin))
    checkout = GitCheckout(path: root)
    try checkout.git("init", "-q")
  }

  private func cleanUp() { try? FileManager.default.removeItem(atPath: root + "-data") }

  @discardableResult
  private func commit(_ message: String, _ files: [String: String] = [:]) throws -> String {
    for (name, text) in files { try folder.write(text.utf8, to: name) }
    try checkout.git("add", "-A")
    try checkout.git("commit", "-q", "--allow-empty", "-m", message)
    return try head()
  }

  private func head() throws -> String {
    String(decoding: try checkout.git("rev-parse", "HEAD"), as: UTF8.self).split(separator: "\n").joined()
  }

  private func search(_ text: String, _ change: (inout HistoryQuery) -> Void = { _ in }) async throws -> [CommitHit] {
    var query = HistoryQuery(text)
    change(&query)
    let repository = try GitRepository(around: root)
    let collection: any CollectionStorage = try await indexer.collection(repository.collectionName)
    return try await HistorySearch(collection, engine: try engine()).hits(query)
  }

  private func engine() throws -> Engine {
    var options = EngineOptions()
    options.model = try TestModel.folder
    return try Engine.load(options, store: ModelStore(environment: TestModel.environment))
  }

  private func update() async throws -> HistoryReport {
    try await indexer.update(historyOf: try GitRepository(around: root))
  }

  @Test func onlyWhatIsNewIsReadAndEmbedded() async throws {
    defer { cleanUp() }
    // A repository without commits.
    #expect(try await update() == HistoryReport())
    #expect(await !store.has("history:" + root))
    let first = try commit("Add a parser of headers", ["src/parser.swift": "func parseHeader() {\n  split()\n}\n"])
    let second = try commit(
      "Retries wait twice as long each time", ["src/retry.swift": "func retry() {\n  delay *= 2  // back off\n}\n"])
    var report = try await update()
    #expect(report.commits == 2 && report.added == 2 && report.embedded >= 4 && report.notes == [])
    #expect(try await search("when did retries begin to back off").first?.commit == second)
    report = try await update()
    #expect(report.commits == 2 && report.added == 0 && report.embedded == 0)
    // By path, author and time.
    let byPath = try await search("anything at all") { $0.paths = ["*/parser.swift"] }
    #expect(byPath.map(\.commit) == [first] && byPath.first?.path == "src/parser.swift")
    #expect(try await search("anything") { $0.author = "T@T" }.count == 2)
    #expect(try await search("anything") { $0.author = "nobody" }.isEmpty)
    #expect(try await search("anything") { $0.since = 4_000_000_000 }.isEmpty)
    #expect(try await search("anything") { $0.until = 1_000_000_000 }.isEmpty)
    #expect(try await search("anything") { $0.since = 1_000_000_000 }.count == 2)
    let third = try commit("Describe rivers", ["rivers.md": "# Rivers\n\nWater flows.\n"])
    report = try await update()
    #expect(report.commits == 3 && report.added == 1 && report.removed == 0 && report.embedded == 2)
    #expect(try await search("where water flows").first?.commit == third)
    // What HEAD leads to no more is no hit, and comes back without being embedded.
    try checkout.git("reset", "-q", "--hard", first)
    report = try await update()
    #expect(report.commits == 1 && report.added == 0 && report.removed == 2 && report.embedded == 0)
    #expect(try await search("anything").map(\.commit) == [first])
    try checkout.git("reset", "-q", "--hard", third)
    report = try await update()
    #expect(report.commits == 3 && report.added == 2 && report.embedded == 0)
  }

  @Test func mergesRenamesAndNamesOfDeclarations() async throws {
    defer { cleanUp() }
    try commit("First", ["a.swift": "struct Door {\n  func open() {\n    one()\n    two()\n    three()\n  }\n}\n"])
    let main = String(decoding: try checkout.git("symbolic-ref", "--short", "HEAD"), as: UTF8.self).dropLast()
    try checkout.git("checkout", "-q", "-b", "side")
    try commit("Beside", ["side.txt": "A text of the side.\n"])
    try checkout.git("checkout", "-q", String(main))
    try checkout.git("mv", "a.swift", "gate.swift")
    let renamed = try commit("A door is a gate")
    try checkout.git("merge", "-q", "--no-ff", "-m", "Merge the side branch", "side")
    let merged = try head()
    let changed = try commit(
      "Open twice",
      ["gate.swift": "struct Door {\n  func open() {\n    one()\n    one()\n    two()\n    three()\n  }\n}\n"])
    let report = try await update()
    #expect(report.commits == 5 && report.added == 5)
    let collection: any CollectionStorage = try await store.open("history:" + root)
    func text(_ commit: String) async throws -> String {
      try await collection.document(.id(commit))?.chunks.map(\.text).joined(separator: "\n") ?? ""
    }
    #expect(try await text(renamed).contains("a.swift -> gate.swift"))
    #expect(try await text(merged).hasPrefix("Merge the side branch"))
    #expect(try await text(changed).contains("Changes "))
    let lines = try await collection.document(.id(changed + ":gate.swift"))
    #expect(lines?.chunks.map(\.text) == ["    one()"] && lines?.path == "gate.swift" && lines?.language == "swift")
    #expect(lines?.chunks.first?.lead.contains("Open twice\ngate.swift") == true)
  }

  @Test func shallowBareLinkedAndNested() async throws {
    defer { cleanUp() }
    let old = try commit("The oldest one", ["a.txt": "one\n"])
    let new = try commit("The latest one", ["a.txt": "one\ntwo\n"])
    let copies = try TemporaryFolder()
    let base = try #require(FilePath.resolved(copies.path))
    try checkout.git("clone", "-q", "--depth", "1", "file://" + root, base + "/shallow")
    try checkout.git("clone", "-q", "--bare", root, base + "/bare.git")
    try checkout.git("worktree", "add", "-q", base + "/linked", old)
    try checkout.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", root, "inner")
    let outer = try commit("With one inside")
    func commits(_ path: String) async throws -> Set<String> {
      let repository = try GitRepository(around: path)
      let report = try await indexer.update(historyOf: repository)
      let collection: any CollectionStorage = try await indexer.collection(repository.collectionName)
      let hits = try await HistorySearch(collection, engine: try engine()).hits(HistoryQuery("one"))
      #expect(report.commits == hits.count)
      return Set(hits.map(\.commit))
    }
    #expect(try await commits(base + "/shallow") == [new])
    #expect(try await commits(base + "/bare.git") == [old, new])
    #expect(try await commits(base + "/linked") == [old])
    #expect(try await commits(root + "/inner") == [old, new])
    #expect(try await commits(root) == [old, new, outer])
    let shallow: any CollectionStorage = try await store.open("history:" + base + "/shallow")
    #expect(try await shallow.document(.id(new))?.chunks.first?.text.contains("where a shallow clone begins") == true)
    #expect(throws: HistoryError.self) { try GitRepository(around: "/") }
    // What it did not know of its first commit it knows when it is whole.
    try GitCheckout(path: base + "/shallow").git("fetch", "-q", "--unshallow", "file://" + root)
    #expect(try await commits(base + "/shallow") == [old, new])
    #expect(try await shallow.document(.id(new + ":a.txt"))?.chunks.map(\.text) == ["two"])
  }

  @Test func hashesOf32Bytes() async throws {
    defer { cleanUp() }
    let other = try TemporaryFolder()
    let path = try #require(FilePath.resolved(other.path))
    let repository = GitCheckout(path: path)
    try repository.git("init", "-q", "--object-format=sha256")
    try other.write("A text of lakes.\n".utf8, to: "lakes.txt")
    try repository.git("add", ".")
    try repository.git("commit", "-q", "-m", "Lakes")
    let report = try await indexer.update(historyOf: try GitRepository(around: path))
    #expect(report.commits == 1 && report.incomplete == 0)
  }
}
