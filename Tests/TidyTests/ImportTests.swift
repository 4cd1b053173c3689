import AkinTestSupport
import Foundation
import Testing

/// Holds the table of ARCHITECTURE.md: each room imports what its line names and no more.
@Suite struct ImportTests {
  /// Toolchain modules that any room may import.
  static let platform: Set = ["Darwin", "Glibc", "Musl", "Synchronization"]

  static let allowed: [String: Set<String>] = [
    "CKernels": [],
    "CBuild": [],
    "CJansson": [],
    "CNeighbors": [],
    "CNettle": [],
    "Digests": ["CNettle"],
    "Platform": ["Dispatch"],
    "JSON": ["CJansson"],
    "JSONRPC": ["JSON", "Platform", "Dispatch"],
    "Documents": [],
    "AkinProtocol": ["Documents", "JSON"],
    "AkinClient": ["AkinProtocol", "Documents", "JSON", "JSONRPC", "Subprocess"],
    "Tokenizers": [],
    "ModelFiles": ["Digests", "JSON", "Platform", "Tokenizers", "Subprocess"],
    "Encoder": ["CKernels", "CNeighbors", "ModelFiles"],
    "Engine": ["Encoder", "Tokenizers", "ModelFiles", "Dispatch"],
    "Collections": [
      "Digests", "Documents", "Engine", "Encoder", "Platform", "Tokenizers", "Dispatch", "GRDB", "Foundation",
      "FoundationEssentials",
    ],
    "AkinServer": [
      "AkinProtocol", "Documents", "JSONRPC", "JSON", "Engine", "Collections", "Encoder", "Platform", "Tokenizers",
      "ModelFiles", "Dispatch",
      "Histogram",
    ],
    "SharedProcess": ["AkinProtocol", "JSON", "JSONRPC", "Dispatch"],
    "Setup": ["JSON"],
    "akin": [
      "Platform", "Setup",
      "AkinServer", "AkinProtocol", "CBuild", "Documents", "JSON", "JSONRPC", "Engine", "Collections", "Encoder",
      "SharedProcess",
      "Tokenizers", "ModelFiles", "ArgumentParser", "Dispatch",
    ],
  ]

  @Test func everyRoomIsListed() throws {
    let rooms = try FileManager.default.contentsOfDirectory(atPath: Fixtures.repository + "/Sources")
    #expect(Set(rooms) == Set(Self.allowed.keys))
  }

  @Test(arguments: allowed.keys.sorted())
  func roomImportsOnlyWhatItsLineNames(room: String) throws {
    let allowed = Self.allowed[room, default: []].union(Self.platform)
    for file in try SourceTree.files(under: "Sources/" + room, endings: ["swift"]) {
      for module in try SourceTree.imports(of: file) where !allowed.contains(module) {
        Issue.record("\(file) imports \(module), which \(room) must not know")
      }
    }
  }

  /// Foundation's full library carries 30 MB of locale data and costs start-up time: only its essentials are linked.
  @Test func fullFoundationOnlyWhereEssentialsAreMissing() throws {
    for file in try SourceTree.files(under: "Sources", endings: ["swift"]) {
      let imports = try SourceTree.imports(of: file)
      #expect(!imports.contains("Foundation") || imports.contains("FoundationEssentials"), "\(file)")
    }
  }

  @Test func unsafePointersStayInTheirRooms() throws {
    let fenced: Set = ["JSON", "JSONRPC", "ModelFiles", "Encoder"]
    for file in try SourceTree.files(under: "Sources", endings: ["swift"]) {
      let room = file.split(separator: "/")[1]
      // The C array of environment variables has no other face without Foundation.
      guard !fenced.contains(String(room)), file != "Sources/akin/System/Environment.swift" else { continue }
      let text = try SourceTree.text(of: file)
      #expect(!text.contains("UnsafeMutablePointer<"), "\(file)")
      #expect(!text.contains("unsafeBitCast"), "\(file)")
    }
  }
}
