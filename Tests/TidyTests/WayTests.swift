import AkinTestSupport
import Foundation
import Testing

/// ARCHITECTURE.md's ways through the rooms name files and functions that are there, each called by one before it, and count them.
@Suite struct WayTests {
  /// One function of a way.
  private struct Station {
    let number: Int
    let file: String
    let function: String
    let text: String
  }

  private func stations(_ section: Substring) -> [Station] {
    section.matches(of: /\n(\d+)\. `(Sources\/[^`]+\.swift)`, `(\w+)`/).map { match in
      let file = String(match.output.2)
      return Station(
        number: Int(match.output.1) ?? 0, file: file, function: String(match.output.3),
        text: (try? SourceTree.text(of: file)) ?? "")
    }
  }

  private func calls(_ function: String, in text: String) -> Bool {
    func count(_ needle: String) -> Int { text.components(separatedBy: needle).count - 1 }
    return ["(", " {"].contains { end in
      [".", " ", "(", "\n"].reduce(0) { $0 + count($1 + function + end) } > count("func " + function + end)
    }
  }

  @Test func everyStationIsThereAndReached() throws {
    let page = try SourceTree.text(of: "ARCHITECTURE.md")
    let whole = try #require(page.components(separatedBy: "\n## ").first { $0.hasPrefix("Three ways") })
    let ways = whole.components(separatedBy: "\n### ").dropFirst().map { stations($0[...]) }
    #expect(ways.count == 3)
    let start = try Array(ways[0][...#require(ways[0].firstIndex { $0.function == "respond" })])
    for (number, way) in ways.enumerated() {
      let all = number == 1 ? start + way : way
      #expect(all.map(\.number) == Array(1...all.count), "way \(number)")
      for (index, station) in all.enumerated() {
        #expect(station.text.contains("func \(station.function)("), "\(station.file) has no \(station.function)")
        let isCalled = all[..<index].contains { calls(station.function, in: $0.text) }
        #expect(index == 0 || isCalled, "nothing before it calls \(station.function) of \(station.file)")
      }
    }
    // The table counts them.
    let rows = whole.matches(of: /\n\|[^|]+\| \d+ \| (\d+) \|/).map { Int($0.output.1) ?? 0 }
    #expect(rows == [ways[0].count, start.count + ways[1].count, ways[2].count])
  }
}
