import AkinTestSupport
import Foundation
import Testing

/// Each room imports what its section of Package.swift names and no more, and names no more than it imports.
@Suite struct ImportTests {
  /// Modules of the toolchain, which Package.swift does not name. Foundation comes with GRDB; only one room pays for it.
  static let toolchain: Set = ["Synchronization", "Dispatch"]
  /// The C library by its names: the others have it from there.
  static let libraryOfC: [String: Set<String>] = ["Platform": ["Darwin", "Glibc", "Musl"]]
  static let withFoundation: Set = ["AkinCollections"]

  /// What each room may import: the dependencies that its section of Package.swift names.
  static let allowed: [String: Set<String>] = {
    guard let text = try? SourceTree.text(of: "Package.swift") else { return [:] }
    var allowed: [String: Set<String>] = [:]
    // A section ends where the next one, or a comment before it, begins.
    for section in text.split(separator: /\n    (?=\.(?:target|executableTarget|systemLibrary)\(|\/\/|\.testTarget)/) {
      guard section.contains(/^\.(?:target|executableTarget|systemLibrary)\(/), !section.contains("path: \"Tests/"),
        let name = section.firstMatch(of: /name: "(\w+)"/)
      else { continue }
      let listed = section.firstMatch(of: /dependencies: \[((?s:.*))\]/).map { $0.output.1 } ?? ""
      let modules = listed.replacing(/package: "[^"]*"/, with: "").matches(of: /"(\w+)"/).map { String($0.output.1) }
      allowed[String(name.output.1)] = Set(modules)
    }
    return allowed
  }()

  /// The folder of a room whose module has another name.
  static let folders = ["AkinCollections": "Collections"]

  @Test func everyRoomIsListed() throws {
    let rooms = try FileManager.default.contentsOfDirectory(atPath: Fixtures.repository + "/Sources")
    #expect(Set(rooms) == Set(Self.allowed.keys.map { Self.folders[$0] ?? $0 }))
  }

  @Test(arguments: allowed.keys.sorted())
  func roomImportsOnlyWhatItsLineNames(room: String) throws {
    let foundation: Set = Self.withFoundation.contains(room) ? ["Foundation", "FoundationEssentials"] : []
    let allowed = Self.allowed[room, default: []].union(Self.toolchain).union(foundation)
      .union(Self.libraryOfC[room, default: []])
    for file in try SourceTree.files(under: "Sources/" + Self.folders[room, default: room], endings: ["swift"]) {
      for module in try SourceTree.imports(of: file) where !allowed.contains(module) {
        Issue.record("\(file) imports \(module), which \(room) must not know")
      }
    }
  }

  @Test(arguments: allowed.keys.sorted())
  func roomNamesNothingThatItDoesNotImport(room: String) throws {
    var imported: Set<String> = []
    let files = try SourceTree.files(under: "Sources/" + Self.folders[room, default: room], endings: ["swift"])
    // Rooms of C and C++ include headers, and import nothing.
    guard !files.isEmpty else { return }
    for file in files {
      imported.formUnion(try SourceTree.imports(of: file))
    }
    #expect(Self.allowed[room, default: []].subtracting(imported).isEmpty)
  }

  /// Foundation's full library carries 30 MB of locale data and costs start-up time: only its essentials are linked.
  @Test func fullFoundationOnlyWhereEssentialsAreMissing() throws {
    for file in try SourceTree.files(under: "Sources", endings: ["swift"]) {
      let imports = try SourceTree.imports(of: file)
      #expect(!imports.contains("Foundation") || imports.contains("FoundationEssentials"), "\(file)")
    }
  }
}
