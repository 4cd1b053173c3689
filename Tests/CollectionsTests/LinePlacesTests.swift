import AkinCollections
import Extraction
import Testing

/// Where the lines of a chunk are in their document.
@Suite struct LinePlacesTests {
  @Test func whatIsStoredIsReadAgain() throws {
    let places = try #require(LinePlaces(stored: "Sheet 1!A2\n3 Sheet 1!A5\n4 Sheet 1!A9"))
    #expect((0...6).map(places.fragment) == ["A2", "A2", "A2", "A5", "A9", "A9", "A9"].map { "Sheet 1!" + $0 })
    #expect(places.stored == "Sheet 1!A2\n3 Sheet 1!A5\n4 Sheet 1!A9")
    #expect(LinePlaces(stored: "page=3")?.fragment(ofLine: 10) == "page=3")
    #expect(LinePlaces(stored: "") == nil)
  }

  /// Whatever a file holds, there is a place of each line.
  @Test(arguments: ["a\n", "a\nb", "a\n-1 b", "a\n9 b\n3 c", "a\n99999999999999999999 b", "a\n1 ", "\n1 b"])
  func whatCannotBeReadIsPassedOver(stored: String) {
    let places = LinePlaces(stored: stored)
    #expect((places == nil) == stored.hasPrefix("\n"))
    #expect(places.map { $0.fragment(ofLine: 0) } ?? "a" == "a")
    #expect(places.map { $0.fragment(ofLine: 8) } ?? "a" == "a")
  }
}
