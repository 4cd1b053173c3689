import AkinCollections
import AkinTestSupport
import Documents
import Engine
import Foundation
import ModelFiles
import Synchronization
import Testing

/// Indexing of folders, with the default model's real weights.
@Suite(.timeLimit(.minutes(10))) struct IndexerTests {
  let folder: TemporaryFolder
  let root: String
  let store: SQLiteCatalog
  let indexer: Indexer

  init() throws {
    folder = try TemporaryFolder()
    root = try #require(FilePath.resolved(folder.path))
    store = SQLiteCatalog(folder: root + "-data")
    var options = EngineOptions()
    options.model = try TestModel.folder
    indexer = Indexer(
      engine: try Engine.load(options, store: ModelStore(environment: TestModel.environment)), store: store)
  }

  private func write(_ text: String, to name: String) throws {
    try folder.write(text.utf8, to: name)
    // Files that were written just now are read again at the next look; these seem to have rested.
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: folder.file(name))
  }

  private func cleanUp() {
    try? FileManager.default.removeItem(atPath: store.folder)
  }

  /// Times that 64 bits of nanoseconds cannot say: the years 2300 and 1600.
  @Test func filesOfAnyTimeAreIndexed() async throws {
    defer { cleanUp() }
    for (name, seconds) in [("future.md", 10_413_792_000.0), ("past.md", -11_676_096_000), ("now.md", 0)] {
      try folder.write("A gear is a wheel with teeth.".utf8, to: name)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: folder.file(name))
    }
    #expect(try await indexer.update(root).added == 3)
    let second = try await indexer.update(root)
    #expect(second.unchanged == 3 && second.updated == 0 && second.embedded == 0)
  }

  @Test func onlyWhatIsNewIsEmbedded() async throws {
    defer { cleanUp() }
    try write("# Gears\n\nA gear is a wheel with teeth.\n", to: "gears.md")
    try write("func add(a: Int, b: Int) -> Int {\n  a + b\n}\n", to: "sub/add.swift")
    try write("a\u{0}b", to: "data.dat")
    let first = try await indexer.update(root)
    #expect((first.added, first.updated, first.unchanged, first.removed) == (2, 0, 0, 0))
    #expect(first.chunks == 2 && first.embedded == 2)
    #expect(first.skipped == [SkippedFile(path: "data.dat", reason: .binary)])

    let second = try await indexer.update(root)
    #expect((second.added, second.updated, second.unchanged, second.embedded) == (0, 0, 2, 0))

    // The same text under another name, and a changed one.
    try FileManager.default.moveItem(atPath: folder.file("gears.md"), toPath: folder.file("wheels.md"))
    try write("func add(a: Int, b: Int) -> Int {\n  return a + b\n}\n", to: "sub/add.swift")
    let third = try await indexer.update(root)
    #expect((third.added, third.updated, third.removed, third.embedded) == (1, 1, 1, 1))

    let documents = try await store.open(root).documents(withChunks: true).map(\.document)
    #expect(documents.map(\.path).sorted { $0 ?? "" < $1 ?? "" } == ["sub/add.swift", "wheels.md"])
    #expect(documents.first { $0.path == "sub/add.swift" }?.language == "swift")
    #expect(documents.first { $0.path == "sub/add.swift" }?.chunks.first?.symbol == "add")
  }

  @Test func filesThatAreLeftOutForTheirBytesAreNotReadAgain() async throws {
    defer { cleanUp() }
    try write("text", to: "a.txt")
    try write("a\u{0}b", to: "data.dat")
    try write("  \n", to: "blank.txt")
    var options = UpdateOptions()
    options.settling = 0
    let first = try await indexer.update(root, options: options)
    let collection = try await store.open(root)
    #expect(try await !Indexer.hasChanges(root, collection, in: store))
    var candidates: [Int] = []
    let second = try await indexer.update(root) { candidates.append($0.total) }
    #expect(Set(candidates) == [0])
    #expect(Set(second.skipped.map(\.path)) == ["data.dat", "blank.txt"] && second.unchanged == 1)
    #expect(first.skipped.allSatisfy(second.skipped.contains))

    try write("It is a text now.", to: "data.dat")
    #expect(try await Indexer.hasChanges(root, collection, in: store))
    let third = try await indexer.update(root)
    #expect(third.added == 1 && third.skipped.map(\.path) == ["blank.txt"])
    // A file that has gone is forgotten: another in its place is read, though it be as large and as old.
    try FileManager.default.removeItem(atPath: folder.file("blank.txt"))
    #expect(try await indexer.update(root).skipped == [])
    try write("ok\n", to: "blank.txt")
    #expect(try await indexer.update(root).added == 1)
    #expect(try await collection.check().isEmpty)
  }

  @Test func whatIsWrittenStaysWhenItIsCancelled() async throws {
    defer { cleanUp() }
    for number in 0..<1200 {
      try write("Sentence number \(number) is about the number \(number * 7).", to: "\(number).txt")
    }
    let (indexer, root) = (indexer, root)
    let task = Task {
      try await indexer.update(root) { progress in
        if progress.done > 0 { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    await #expect(throws: (any Error).self) { _ = try await task.value }
    let kept = try await store.open(root).status().documents
    #expect(kept > 0 && kept < 1200)
    let rest = try await indexer.update(root)
    #expect(rest.unchanged == kept && rest.added == 1200 - kept && rest.chunks == 1200 && rest.pending == 0)
    #expect(try await store.open(root).check().isEmpty)
  }

  /// What is embedded of where a chunk stands is looked after as its text is.
  @Test(arguments: [
    "DELETE FROM places", "UPDATE places SET uses = uses + 1", "UPDATE places SET codes = x'00'",
    "UPDATE chunks SET place = (SELECT max(id) FROM places) WHERE place = (SELECT min(id) FROM places)",
  ])
  func aDamagedPlaceIsFound(statement: String) async throws {
    defer { cleanUp() }
    try write("func open() {\n  // Begins the session with the server.\n}\n", to: "client/session.swift")
    try write("func close() {\n  // Ends the transfer of all files.\n}\n", to: "server/transfer.swift")
    _ = try await indexer.update(root)
    #expect(try await store.open(root).check().isEmpty)
    try SQLiteFile.execute(statement, on: store.path(of: root))
    #expect(try await !store.open(root).check().isEmpty)
  }

  @Test func twoAtOnceAreRefused() async throws {
    defer { cleanUp() }
    try write("text", to: "a.txt")
    let lock = try await indexer.collection(root, folder: root).lockForIndexing()
    let error = await #expect(throws: CollectionError.self) { _ = try await indexer.update(root) }
    #expect(error?.kind == .busy)
    lock.release()
    #expect(try await indexer.update(root).added == 1)
  }

  @Test func documentsByName() async throws {
    defer { cleanUp() }
    let collection = try await indexer.collection("facts")
    let texts = [
      IndexedText(key: .id("1"), text: "Plants turn light into sugar.", metadata: ["topic": .string("plants")]),
      IndexedText(key: .id("2"), text: "The pyramids are in Egypt."),
    ]
    #expect(try await indexer.add(texts, to: collection).added == 2)
    #expect(try await indexer.add(texts, to: collection).unchanged == 2)
    var changed = texts[0]
    changed.metadata["topic"] = .string("botany")
    let report = try await indexer.add([changed], to: collection)
    #expect(report.updated == 1 && report.embedded == 0)
  }

  @Test func anEditorsTextTakesThePlaceOfTheFiles() async throws {
    defer { cleanUp() }
    try write("The file is about rivers.\n", to: "notes.txt")
    _ = try await indexer.update(root)
    let collection = try await store.open(root)
    let uri = FileURI.uri(ofPath: root + "/notes.txt")
    let buffer = IndexedText(key: .uri(uri), text: "The buffer is about mountains.\n", language: "plaintext")
    try await indexer.overlay([buffer], restoring: [], in: collection, folder: root)
    #expect(try await collection.document(.uri(uri))?.chunks.first?.text == "The buffer is about mountains.")
    #expect(try await indexer.update(root, keeping: [.uri(uri)]).unchanged == 1)
    #expect(try await collection.document(.uri(uri))?.chunks.first?.text == "The buffer is about mountains.")
    try await indexer.overlay([], restoring: [uri], in: collection, folder: root)
    #expect(try await collection.document(.uri(uri))?.chunks.first?.text == "The file is about rivers.")
  }

  @Test func aWatchTellsOfNewFolders() async throws {
    let watch = try FolderWatch(root)
    for name in ["a.txt", "new/deep/b.txt", "new/deep/c.txt"] {
      try write("text", to: name)
      try await watch.next()
    }
  }

  @Test func whatAWalkFindsDecidesWhetherAnythingHasChanged() async throws {
    try write("drafts/\n", to: ".gitignore")
    let watch = try FolderWatch(walking: root)
    #expect(await !watch.isNotified)
    #expect(try await !watch.hasChanged())
    // Ignored, and hidden.
    try write("text", to: "drafts/a.txt")
    try write("text", to: ".cache/a.txt")
    _ = try await watch.hasChanged()
    try write("more text", to: "drafts/a.txt")
    try write("more text", to: ".cache/a.txt")
    #expect(try await !watch.hasChanged())
    try write("text", to: "a.txt")
    #expect(try await watch.hasChanged())
    #expect(try await !watch.hasChanged())
    try write("other text", to: "a.txt")
    #expect(try await watch.hasChanged())
    // Something may be in it before the system is asked to tell of it.
    try FileManager.default.createDirectory(atPath: root + "/new", withIntermediateDirectories: true)
    #expect(try await watch.hasChanged())
    try FileManager.default.moveItem(atPath: root + "/a.txt", toPath: root + "/new/a.txt")
    #expect(try await watch.hasChanged())
    try FileManager.default.removeItem(atPath: root + "/new/a.txt")
    #expect(try await watch.hasChanged())
    #expect(try await !watch.hasChanged())
  }

  @Test func aWatchThatIsToldNothingWalksUntilSomethingHasChanged() async throws {
    let watch = try FolderWatch(walking: root)
    let hasEnded = Mutex(false)
    let idle = Task {
      defer { hasEnded.withLock { $0 = true } }
      try await watch.next(every: .milliseconds(1))
    }
    while await watch.walks < 3, !hasEnded.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
    idle.cancel()
    await #expect(throws: CancellationError.self) { try await idle.value }
    // At once, so that no walk sees a part of it.
    try Data("text".utf8).write(to: URL(fileURLWithPath: root + "-beside"))
    try FileManager.default.moveItem(atPath: root + "-beside", toPath: root + "/b.txt")
    try await watch.next(every: .milliseconds(1))
    #expect(try await !watch.hasChanged())
    try FileManager.default.removeItem(atPath: root)
    await #expect(throws: WalkError.self) { try await watch.next(every: .milliseconds(1)) }
  }

  @Test func aPlaceHasOnePathHoweverItIsNamed() throws {
    try folder.write("text".utf8, to: "sub/a.txt")
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: root + "/sub")
    for spelling in [
      "/sub/a.txt", "//sub///a.txt", "/./sub/./a.txt", "/sub/../sub/a.txt", "/link/a.txt", "/link/../sub/a.txt",
    ] {
      #expect(FilePath.identity(root + spelling) == root + "/sub/a.txt", "\(spelling)")
    }
    for spelling in ["/link/new/b.txt", "/sub/new/./b.txt", "/link/x/../new/b.txt", "/sub//new//b.txt"] {
      #expect(FilePath.identity(root + spelling) == root + "/sub/new/b.txt", "\(spelling)")
    }
    #expect(FilePath.identity("/") == "/" && FilePath.identity("/..") == "/")
    let names = ["caf\u{E9}", "cafe\u{301}"].map { Array(FilePath.identity(root + "/" + $0).utf8) }
    #expect(names[0] != names[1])
  }

  @Test func fileURIs() {
    #expect(FileURI.uri(ofPath: "/a b/ü#.txt") == "file:///a%20b/%C3%BC%23.txt")
    #expect(FileURI.path(ofURI: "file:///a%20b/%C3%BC%23.txt") == "/a b/ü#.txt")
    #expect(FileURI.path(ofURI: "file://localhost/a") == "/a")
    for text in ["file://host/a", "http://a/b", "file:///a%2", "file:///a%00", "a/b"] {
      #expect(FileURI.path(ofURI: text) == nil, "\(text)")
    }
    #expect(FileURI.normalized("file:///a+(b)") == "file:///a%2B%28b%29")
  }
}
