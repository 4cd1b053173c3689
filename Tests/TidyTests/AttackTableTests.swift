import AkinTestSupport
import Foundation
import Testing

/// The table of Tests/Attacks/README.md names tests that there are, and each attack stands in it.
@Suite struct AttackTableTests {
  @Test func everyAttackStandsInTheTable() throws {
    var attacks: Set<String> = []
    for file in try SourceTree.files(under: "Tests/Attacks", endings: ["py"]) where file.hasSuffix("_attacks.py") {
      var suite = ""
      for line in try SourceTree.text(of: file).split(separator: "\n") {
        if let name = line.firstMatch(of: #/^class (\w+)\(/#)?.output.1 { suite = String(name) }
        if let name = line.firstMatch(of: #/^    def (test_\w+)\(/#)?.output.1 { attacks.insert(suite + "." + name) }
      }
    }
    let table = try SourceTree.text(of: "Tests/Attacks/README.md")
    let named = Set(table.matches(of: #/`(\w+\.test_\w+)`/#).map { String($0.output.1) })
    #expect(!attacks.isEmpty)
    #expect(attacks.subtracting(named).isEmpty, "not in the table")
    #expect(named.subtracting(attacks).isEmpty, "in the table, and no test")
  }
}
