import AkinTestSupport
import Foundation
import Testing

/// What the contributing page asks of every file.
@Suite struct TidyTests {
  /// Files that are tables rather than ideas.
  static let tables: Set = [
    "Sources/Tokenizers/Unicode/UnicodeTables.swift", "Sources/AkinProtocol/OpenRPCDocument.swift",
    "Sources/akin/Map/MapPageParts.swift",
  ]

  @Test func filesStayOneIdeaLong() throws {
    for file in try SourceTree.files(under: "Sources", endings: ["swift", "c", "h"]) where !Self.tables.contains(file) {
      let lines = try SourceTree.text(of: file).split(separator: "\n", omittingEmptySubsequences: false).count
      #expect(lines <= 450, "\(file) has \(lines) lines")
    }
  }

  @Test func nothingNamesAMachine() throws {
    // Written in two parts so that this file does not name them itself.
    let words = ["/wo" + "rk/", "/ro" + "ot/", "/tmp/de" + "v-"]
    let endings = ["swift", "c", "h", "md", "py", "sh", "json", "jsonl", "lua", "vim", "el", "yml", "js"]
    for file in try SourceTree.files(under: ".", endings: endings) where !file.hasPrefix("Tests/Fixtures/tokenize") {
      let text = try SourceTree.text(of: file)
      for word in words {
        #expect(!text.contains(word), "\(file) names \(word)")
      }
    }
  }

  /// Where scripts/version.sh writes the version, it is that of the program.
  @Test func theVersionIsTheSameEverywhere() throws {
    let program = try SourceTree.text(of: "Sources/akin/Version.swift")
    let version = try #require(program.firstMatch(of: /current = "(.+)"/)).output.1
    for place in try SourceTree.text(of: "scripts/version-places.txt").split(separator: "\n") {
      let parts = place.split(separator: " ", maxSplits: 1)
      let line = parts[1].replacing("%s", with: version)
      #expect(try SourceTree.text(of: String(parts[0])).contains(line), "\(parts[0]) lacks \(line)")
    }
  }

  /// What packs call the arithmetic is the number that stands for the bits of all kernels.
  @Test func theArithmeticIsTheOneOfTheKernels() throws {
    let test = try SourceTree.text(of: "Tests/CKernels/same_bits_test.c")
    let number = try #require(test.firstMatch(of: /expected = 0x([0-9a-f]+);/)).output.1
    #expect(try SourceTree.text(of: "Sources/Encoder/Kernels/Arithmetic.swift").contains("sameBits = \"\(number)\""))
  }

  /// The compiler writes the length of the file's whole path beside each call of it: the program would differ with the folder
  /// that it is built in.
  @Test func theProgramIsTheSameInEveryFolder() throws {
    for file in try SourceTree.files(under: "Sources", endings: ["swift"]) {
      let text = try SourceTree.text(of: file)
      for word in ["withoutActuallyEscaping(", "#filePath"] { #expect(!text.contains(word), "\(file) has \(word)") }
    }
  }

  @Test func noTrailingBlanksOrTabs() throws {
    for file in try SourceTree.files(under: ".", endings: ["swift", "c", "h", "md", "py"]) {
      for (number, line) in try SourceTree.text(of: file).split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      {
        #expect(!line.hasSuffix(" ") && !line.contains("\t"), "\(file):\(number + 1)")
      }
    }
  }

  /// Tests that no target has would never run, and nobody would notice.
  @Test func everyFolderOfTestsIsATarget() throws {
    let package = try SourceTree.text(of: "Package.swift")
    let targets = try #require(package.firstRange(of: "// Tests: one folder a room")).upperBound
    let folders = Set(
      try SourceTree.files(under: "Tests", endings: ["swift"]).map { $0.split(separator: "/")[1] }
        .filter { $0.hasSuffix("Tests") })
    #expect(folders.count > 10)
    for folder in folders {
      let names = ["\"\(folder)\"", "\"\(folder.dropLast("Tests".count))\","]
      #expect(names.contains { package[targets...].contains($0) }, "Tests/\(folder) is no target of Package.swift")
    }
  }

  @Test func makeTargetsInTheReadmeExist() throws {
    let makefile = try SourceTree.text(of: "Makefile")
    let targets = Set(
      makefile.split(separator: "\n").compactMap { line -> String? in
        guard let colon = line.firstIndex(of: ":"), !line.hasPrefix("\t"), !line.hasPrefix("#") else { return nil }
        return String(line[..<colon])
      }.flatMap { $0.split(separator: " ").map(String.init) })
    for page in ["README.md", "CONTRIBUTING.md"] {
      let named = try SourceTree.text(of: page).matches(of: /`make ([a-z-]+)/).map { String($0.output.1) }
      #expect(!named.isEmpty)
      for target in named {
        #expect(targets.contains(target), "\(page) names make \(target)")
      }
    }
  }

  @Test func linksBetweenPagesLeadSomewhere() throws {
    for page in try SourceTree.files(under: ".", endings: ["md"]) {
      let folder = URL(fileURLWithPath: Fixtures.repository + "/" + page).deletingLastPathComponent()
      for match in try SourceTree.text(of: page).matches(of: /\]\(([^)#:\s]+)(#[^)]*)?\)/) {
        let target = folder.appendingPathComponent(String(match.output.1)).path
        #expect(FileManager.default.fileExists(atPath: target), "\(page) links to \(match.output.1)")
      }
    }
  }

  /// What methods are called is the application's to know.
  @Test func theTransportKnowsNoMethod() throws {
    let document = try JSONSerialization.jsonObject(with: Data(SourceTree.text(of: "protocol/openrpc.json").utf8))
    let methods = try #require((document as? [String: Any])?["methods"] as? [[String: Any]])
    let names = methods.compactMap { $0["name"] as? String }
    #expect(names.contains("embed") && names.contains("$/cancelRequest"))
    for file in try SourceTree.files(under: "Sources/JSONRPC", endings: ["swift"]) {
      let text = try SourceTree.text(of: file)
      for name in names where text.contains("\"\(name)\"") { Issue.record("\(file) names \(name)") }
      #expect(!text.contains("$/"), "\(file)")
    }
  }
}
