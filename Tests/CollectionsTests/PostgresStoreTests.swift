import AkinCollections
import Testing

/// What a store on a server needs no server for; Tests/Faults/postgres.py has the rest.
@Suite struct PostgresStoreTests {
  private func read(_ bytes: [UInt8], first: Int64) throws -> [[Int]] {
    var found: [[Int]] = []
    try PostingList.read(bytes, first: first) { found.append([Int($0.chunk), $0.length] + $0.counts) }
    return found
  }

  @Test func aListOfWordsIsReadAsItWasWritten() throws {
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0..<1 << 32, using: &generator)
    var state = seed
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    var list = PostingList(first: 1000)
    var written: [[Int]] = []
    var chunk = 1000
    for _ in 0..<500 {
      chunk += random(3) == 0 ? random(1 << 20) : random(3)
      let counts = (0..<IndexedWords.columns.count).map { _ in random(2) == 0 ? 0 : random(400) }
      list.append(PostingList.Posting(chunk: Int64(chunk), length: random(100_000), counts: counts))
      written.append([chunk, 0] + counts)
    }
    let found = try read(list.bytes, first: 1000).map { [$0[0], 0] + $0[2...] }
    #expect(found == written, "seed \(seed)")
  }

  @Test func aListThatIsCutIsDamaged() throws {
    var list = PostingList(first: 1)
    list.append(PostingList.Posting(chunk: 300, length: 500, counts: [0, 0, 0, 0, 200, 1]))
    for count in 1..<list.bytes.count {
      #expect(throws: CollectionError.self) { try read(Array(list.bytes.prefix(count)), first: 1) }
    }
    #expect(try read(list.bytes, first: 1) == [[300, 500, 0, 0, 0, 0, 200, 1]])
  }

  @Test func wordsAreThoseOfSQLitesIndex() throws {
    let words = try WordStemmer.run { try $0.words("running connections http_ naïve 日 foo_bar_ _") }
    #expect(
      words.map { String(decoding: $0, as: UTF8.self) } == ["run", "connect", "http_", "naïv", "日", "foo_bar_", "_"])
  }

  @Test(arguments: [
    "plain", "", "zero \0 zero", "\u{10FFFD}", "\u{10FFFD}0", "\u{10FFFD}1\0", "\0\0\u{10FFFD}\u{10FFFD}0",
  ])
  func textsComeBack(text: String) {
    let stored = PostgresText.stored(text)
    #expect(!stored.utf8.contains(0))
    #expect(PostgresText.read(stored).utf8.elementsEqual(text.utf8))
  }

  @Test(arguments: [
    ("postgresql://me:secret@db:5432/team", "postgresql://me@db:5432/team"),
    ("postgres://me@db/team?password=secret&sslmode=require", "postgres://me@db/team"),
    ("postgresql://me:se@cret@db/team", "postgresql://me"),
    ("postgresql://db/team", "postgresql://db/team"),
    ("host=db password=secret", "postgresql"),
    ("postgresql://me:sec/ret@db/team", "postgresql://me"),
    ("postgresql://me:12/ret@db/team", "postgresql://me"),
    ("postgresql://me:sec?ret@db/team", "postgresql://me@db/team"),
    ("postgresql://me:sec#ret@db/team", "postgresql://me@db/team"),
    ("postgresql://db?password=se@cret", "postgresql://db"),
    ("postgresql://db:5432/team?user=me&password=p@ss", "postgresql://db:5432/team"),
    ("postgresql://me:secret@[::1]:5432/team?sslmode=require", "postgresql://me@[::1]:5432/team"),
    ("postgresql:///team", "postgresql:///team"),
  ])
  func anAddressIsShownWithoutItsSecrets(address: String, shown: String) {
    #expect(PostgresCatalog.withoutSecrets(address) == shown)
  }
}
