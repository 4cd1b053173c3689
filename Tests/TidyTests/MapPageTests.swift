import Foundation
import Testing

/// The page of `akin map` in the program is that of its files, small, and alone.
@Suite struct MapPageTests {
  private static let scripts = ["data", "colours", "find", "view", "draw", "colouring", "card", "list", "main"]

  private func source(_ name: String) throws -> String { try SourceTree.text(of: "Sources/akin/Map/page/" + name) }

  @Test func theProgramCarriesThePage() throws {
    let parts = try SourceTree.text(of: "Sources/akin/Map/MapPageParts.swift")
    let all = ["map.css", "map.html"] + Self.scripts.map { $0 + ".js" }
    for name in all {
      let indented = try source(name).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        .map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n")
      #expect(parts.contains("\n" + indented + "\n"), "\(name): run scripts/map_page.py")
    }
    let written = try SourceTree.files(under: "Sources/akin/Map/page", endings: ["js", "css", "html"])
    #expect(written.count == all.count)
    #expect(parts.utf8.count < 60_000)
  }

  @Test func thePageAsksNobody() throws {
    for name in try SourceTree.files(under: "Sources/akin/Map/page", endings: ["js", "css", "html"]) {
      let text = try SourceTree.text(of: name)
      for word in [
        "http:", "https:", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "url(", "@import",
      ] {
        #expect(!text.contains(word), "\(name) has \(word)")
      }
      #expect(text.split(separator: "\n").count <= 400)
    }
  }
}
