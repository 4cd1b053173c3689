import AkinTestSupport
import Foundation
import Testing

/// ARCHITECTURE.md's ways through the rooms name files and functions that are there.
@Suite struct WayTests {
  @Test func everyStationIsThere() throws {
    let page = try SourceTree.text(of: "ARCHITECTURE.md")
    let stations = page.matches(of: /\n\d+\. `(Sources\/[^`]+\.swift)`, `(\w+)`/)
    #expect(stations.count >= 20)
    for station in stations {
      let (file, function) = (String(station.output.1), String(station.output.2))
      let text = (try? SourceTree.text(of: file)) ?? ""
      #expect(text.contains("func \(function)("), "\(file) has no \(function)")
    }
  }
}
