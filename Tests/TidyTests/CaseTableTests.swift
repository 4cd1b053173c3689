import AkinTestSupport
import Foundation
import Testing

/// protocol/cases.md lists every case, and each place that it names is there.
@Suite struct CaseTableTests {
  @Test func everyCaseHasATestThatExists() throws {
    var cases: [Int] = []
    for line in try SourceTree.text(of: "protocol/cases.md").split(separator: "\n") {
      guard let row = line.firstMatch(of: #/^\| (\d+) \|.*\| ([^|]+) \|$/#), let number = Int(row.output.1) else {
        continue
      }
      cases.append(number)
      let places = row.output.2.matches(of: #/`([^`]+)`/#).map { String($0.output.1) }
      #expect(!places.isEmpty, "case \(number)")
      for place in places { #expect(try exists(place), "case \(number) names \(place)") }
    }
    #expect(cases == Array(1...110))
  }

  private func exists(_ place: String) throws -> Bool {
    if place.hasSuffix(".jsonl") {
      return FileManager.default.fileExists(atPath: "\(Fixtures.repository)/protocol/transcripts/\(place)")
    }
    let parts = place.split(separator: ".").map(String.init)
    guard parts.count == 2 else { return false }
    return try SourceTree.text(of: "Tests/\(parts[0]).swift").contains("func \(parts[1])(")
  }
}
