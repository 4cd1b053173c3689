import AkinTestSupport
import Foundation
import Setup
import Testing

/// A server and a hook in one file, by programs of several places one after the other: undone to the byte.
@Suite struct UndoTests {
  private static let programs = ["/opt/akin/bin/akin", "/usr/bin/akin", "/home/\u{FC} x/akin"]

  private let folder: TemporaryFolder
  private let environment: [String: String]

  init() throws {
    folder = try TemporaryFolder()
    environment = ["HOME": folder.path]
  }

  private func wiring(_ program: Int) -> Wiring {
    Wiring(
      program: Self.programs[program], plugins: folder.file("plugins"), journal: folder.file("data/setup.jsonl"))
  }

  private func assistants(isHook: Bool) -> [Assistant] {
    (isHook ? Assistant.hooks(environment) : Assistant.all(environment)).filter { $0.name == "gemini" }
  }

  /// What is done in turn: servers by an upper-case letter, hooks by a lower-case one, of the first, second or third program;
  /// both at once where two stand together.
  private static let journeys = [
    "A B", "A ab", "A a b", "A a B", "a A b", "a A Aa Bb", "Aa Bb Cc", "Aa B c A", "aA bB", "A B a C",
  ]

  private func take(_ step: Substring) throws {
    var assistants: [Assistant] = []
    var program = 0
    for letter in step.utf8 {
      program = Int((letter | 0x20) - UInt8(ascii: "a"))
      assistants += self.assistants(isHook: letter & 0x20 != 0)
    }
    let wiring = wiring(program)
    for step in wiring.plan(assistants) { #expect(wiring.apply(step) == nil) }
  }

  private static let files = [
    "", "\n", " ", "{}", "{\n}", "{\n}\n", "  {\n  }\n", "{ }", "{\r\n}\r\n", "{\n\n\n}\n\n", "\u{FEFF}",
    "\u{FEFF}{\n}\n", "// c", "// c\n", "/* c */ {}", "{ // c\n}", "{/*c*/}", "{\n  /* c */}", "{\n// c\n}\n",
    "{\"a\":1}", "{\"a\":1,}", "{\n\t\"a\": 1,\n}\n", "{\r\n  \"a\": 1\r\n}\r\n", "{\n  \"mcpServers\": {}\n}",
    "{\"mcpServers\":{\n}}", "{\"mcpServers\": {},\"hooks\":{ }}", "{\"hooks\": {\"SessionStart\": [\n]}}",
    "{\"hooks\": {\"SessionStart\": [{\"hooks\": []}]}, \"mcpServers\": {\"x\": {}}}",
  ]

  @Test(arguments: Array(files.enumerated()))
  func everyFileIsAsItWas(number: Int, before: String) throws {
    // Every write waits for the disk: one has all that can be done, the others each its part.
    for journey in before == "{\n}" ? Self.journeys : [Self.journeys[number % Self.journeys.count]] {
      let path = try folder.write(Array(before.utf8), to: ".gemini/settings.json")
      for step in journey.split(separator: " ") { try take(step) }
      let text = try String(contentsOfFile: path, encoding: .utf8)
      // The last program of each kind, and no other.
      for isHook in [false, true] {
        guard let last = journey.utf8.last(where: { $0 != 0x20 && ($0 & 0x20 != 0) == isHook }) else { continue }
        let program = Self.programs[Int((last | 0x20) - UInt8(ascii: "a"))]
        let words = isHook ? "'\(program)' index" : "\"command\": \"\(program)\""
        #expect(text.contains(words), "\(journey): \(text)")
      }
      for mark in ["akin\": {", "--unasked"] { #expect(text.components(separatedBy: mark).count <= 2, "\(text)") }
      let known = Assistant.all(environment) + Assistant.hooks(environment)
      for (_, problem) in try wiring(2).undo(nil, known: known) { #expect(problem == nil, "\(journey)") }
      #expect(FileManager.default.contents(atPath: path) == Data(before.utf8), "\(journey)")
    }
  }

  @Test func whatIsPutBetweenTheTwoStays() throws {
    let path = try folder.write(Array("{\n}\n".utf8), to: ".gemini/settings.json")
    for step in ["A", "a"] { try take(Substring(step)) }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let mine = text.replacing("\"mcpServers\"", with: "\"mine\": 1,\n  \"mcpServers\"", maxReplacements: 1)
    try folder.write(Array(mine.utf8), to: ".gemini/settings.json")
    try take("B")
    let known = Assistant.all(environment) + Assistant.hooks(environment)
    for (_, problem) in try wiring(1).undo(nil, known: known) { #expect(problem == nil) }
    let left = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(try JSONSerialization.jsonObject(with: left) as? [String: Int] == ["mine": 1])
  }

  @Test func aFileThatNobodyMayWriteIsRefusedBeforeAnythingIsAsked() throws {
    let path = try folder.write(Array("{}".utf8), to: ".gemini/settings.json")
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
    for step in wiring(0).plan(assistants(isHook: false) + assistants(isHook: true)) {
      let isRefused = if case .refused = step.action { true } else { false }
      #expect(isRefused)
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    try take("Aa")
    // There, it needs no writing.
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
    for step in wiring(0).plan(assistants(isHook: false) + assistants(isHook: true)) { #expect(step.action == .done) }
  }
}
