/// What a file's path and language tell of its part in a project.
struct FileTraits: Sendable {
  /// Words of the file's name without its ending.
  let name: [String]
  /// Words of the folders above, outermost first.
  let folders: [String]
  /// Folders above.
  let depth: Int
  let isTest: Bool
  let isExample: Bool
  let isProse: Bool
  let isData: Bool
  /// The file that stands for its folder, such as `mod.rs`, `index.ts` or `__init__.py`.
  let isEntry: Bool
  /// Declarations without what they do, such as `.h` and `.d.ts`.
  let isHeader: Bool
  /// Whether it is none of what stands below the code itself.
  var isCodeItself: Bool { !(isTest || isExample || isProse || isData || isHeader) }
  /// The path with its segments, for comparing it with other files'.
  let segments: [String]

  private static let testFolders: Set<String> = [
    "test", "tests", "__tests__", "spec", "specs", "testing", "testdata", "fixture", "fixtures", "bench", "benches",
    "benchmark", "benchmarks", "e2e", "mocks", "__mocks__",
  ]
  private static let exampleFolders: Set<String> = [
    "example", "examples", "sample", "samples", "demo", "demos", "vendor", "vendored", "third_party", "thirdparty",
    "node_modules", "external", "dist", "generated", "gen",
  ]
  private static let entryNames: Set<String> = ["index", "__init__", "mod", "lib", "main", "init"]
  private static let headerEndings: Set<String> = ["h", "hh", "hpp", "hxx", "pyi"]
  private static let prose: Set<String> = ["markdown", "restructuredtext", "plaintext", "asciidoc", "org", "latex"]
  private static let data: Set<String> = [
    "json", "yaml", "toml", "ini", "xml", "csv", "html", "css", "scss", "makefile", "cmake", "dockerfile",
  ]

  init(path: String?, language: String?) {
    segments = path.map { $0.split(separator: "/").map(String.init) } ?? []
    let file = segments.last ?? ""
    let parts = file.split(separator: ".", omittingEmptySubsequences: false)
    let stem = parts.count > 1 && !parts[0].isEmpty ? parts.dropLast().joined(separator: ".") : file
    let ending = parts.count > 1 ? parts[parts.count - 1].lowercased() : ""
    name = Self.words(stem)
    let above = segments.dropLast()
    folders = above.flatMap(Self.words)
    depth = above.count
    let lowercased = above.map { $0.lowercased() }
    isTest = lowercased.contains(where: Self.testFolders.contains) || Self.isTestName(name)
    isExample = lowercased.contains(where: Self.exampleFolders.contains)
    isProse = language.map(Self.prose.contains) ?? false
    isData = language.map(Self.data.contains) ?? false
    isEntry = Self.entryNames.contains(stem.lowercased())
    isHeader = Self.headerEndings.contains(ending) || file.lowercased().hasSuffix(".d.ts")
  }

  /// `test_config`, `config_test`, `ConfigTests`, `config.spec`.
  private static func isTestName(_ name: [String]) -> Bool {
    let marks: Set = ["test", "tests", "spec", "specs", "conftest"]
    guard name.count > 1 || name.first == "conftest" else { return false }
    return name.first.map { $0 == "test" || $0 == "conftest" } ?? false || name.last.map(marks.contains) ?? false
  }

  /// Folders that are called so in every project.
  private static let commonFolders: Set<String> = [
    "src", "source", "sources", "lib", "libs", "app", "main", "pkg", "packages", "modules", "code",
  ]

  /// Words of what a project is called that is in a folder: of the folder's name, or of the nearest above that says something.
  static func project(_ folder: String) -> [String] {
    let name = folder.split(separator: "/").last { !commonFolders.contains($0.lowercased()) }
    return name.map { words(String($0)).filter { $0.utf8.count > 2 } } ?? []
  }

  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    WordScanner.scan(text) { parts, _ in words += parts.map { String(decoding: $0, as: UTF8.self) } }
    return words
  }

  /// The version that a folder's name is of: 3 for `v3`.
  static func version(_ folder: String) -> Int? {
    guard folder.utf8.first == UInt8(ascii: "v") || folder.utf8.first == UInt8(ascii: "V") else { return nil }
    return Int(folder.dropFirst())
  }

  /// Whether a word of a file's name is one of the query's: equal, or one is the beginning of the other, as with `config`
  /// and `configuration`.
  static func isSame(_ word: String, _ other: String) -> Bool {
    if word == other { return true }
    let (short, long) = word.utf8.count < other.utf8.count ? (word, other) : (other, word)
    return short.utf8.count >= 3 && long.utf8.starts(with: short.utf8)
  }
}
