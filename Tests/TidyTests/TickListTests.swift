import AkinTestSupport
import Foundation
import Testing

/// CONTRIBUTING.md's tick-lists: whatever is there of a kind has every file and line that its list asks for.
@Suite struct TickListTests {
  /// A line of a list: a file, and what stands in it.
  struct Item: CustomStringConvertible {
    let path: String
    let needle: String?
    var description: String { needle.map { "\(path) names \($0)" } ?? path }
  }

  /// Of one kind: what a list calls `Name` and `name` in paths and in texts.
  struct Member {
    let type: String
    let name: String
  }

  static func items(of heading: String) throws -> [Item] {
    let page = try SourceTree.text(of: "CONTRIBUTING.md")
    let section = try #require(page.components(separatedBy: "\n### ").first { $0.hasPrefix(heading + "\n") })
    return section.split(separator: "\n").filter { $0.hasPrefix("- [ ] ") }.compactMap { line in
      let quoted = line.matches(of: /`([^`]+)`/).map { String($0.output.1) }
      guard let path = quoted.first else { return nil }
      // What follows the path's colon at once in quotes is what must stand there.
      return Item(path: path, needle: line.contains("`: `") ? quoted[1] : nil)
    }
  }

  static func fill(_ text: String, _ member: Member) -> String {
    // `"name": "name"` is a key and its value.
    text.replacing("\"name\": \"name\"", with: "\"name\": \"\(member.name)\"")
      .replacing(/\bname\b(?!":)/, with: member.name)
      .replacing(/akin_kernels_name/, with: "akin_kernels_\(member.name)")
      .replacing("RPCName", with: "RPC" + member.type)
      .replacing(/\bName(?=[A-Z.]|\b)/, with: member.type)
  }

  static func isTrue(_ item: Item, of member: Member) throws -> Bool {
    let path = fill(item.path, member)
    var files = [path]
    if path.contains("*") {
      let parts = path.split(separator: "*").map(String.init)
      files = try SourceTree.files(under: String(parts[0].dropLast()), endings: ["swift", "c", "sh", "py", "jsonl"])
        .filter { $0.hasSuffix(parts[1]) }
    }
    let there = files.filter { FileManager.default.fileExists(atPath: Fixtures.repository + "/" + $0) }
    guard let needle = item.needle.map({ fill($0, member) }) else { return !there.isEmpty }
    return try there.contains { file in
      let text = try SourceTree.text(of: file)
      return text.contains(needle) || (needle.hasPrefix("\"method\"") && spaced(text).contains(needle))
    }
  }

  /// Transcripts may have a space behind a colon.
  private static func spaced(_ text: String) -> String { text.replacing("\"method\": ", with: "\"method\":") }

  private func check(_ heading: String, _ members: [Member], atLeast count: Int) throws {
    let items = try Self.items(of: heading)
    #expect(items.count >= 3, "\(heading): \(items)")
    #expect(members.count >= count, "\(heading): \(members)")
    for member in members {
      for item in items {
        #expect(try Self.isTrue(item, of: member), "\(heading), \(member.type): \(Self.fill(item.description, member))")
      }
    }
  }

  @Test func methods() throws {
    var members: [Member] = []
    for file in try SourceTree.files(under: "Sources/AkinProtocol", endings: ["swift"]) {
      let text = try SourceTree.text(of: file)
      guard let type = text.firstMatch(of: /enum (\w+)Method: RequestMethod/),
        let name = text.firstMatch(of: /static let name = "(.+)"/)
      else { continue }
      // The beginning and the end of a session belong to no handler.
      if ["initialize", "shutdown"].contains(name.output.1) { continue }
      members.append(Member(type: String(type.output.1), name: String(name.output.1)))
    }
    try check("A method", members, atLeast: 15)
  }

  @Test func families() throws {
    let text = try SourceTree.text(of: "Sources/ModelFiles/Values/TransformerDescription.swift")
    let section = try #require(text.firstMatch(of: /enum ModelFamily\b[^{]*\{((?s:.*?))\n\}/)).output.1
    let names = section.matches(of: /\n  case (\w+)/).map { String($0.output.1) }
    try check("A family of encoders", names.map { Member(type: $0, name: $0) }, atLeast: 15)
  }

  @Test func partsOfTokenizers() throws {
    var names: Set<String> = []
    for file in try SourceTree.files(under: "Sources/ModelFiles/Tokenizers", endings: ["swift"])
    where file.hasSuffix("JSON.swift") && !file.hasSuffix("TemplateJSON.swift") {
      for match in try SourceTree.text(of: file).matches(of: /\n    case "([A-Z]\w+)":/) {
        names.insert(String(match.output.1))
      }
    }
    names.remove("Sequence")
    try check("A part of a tokenizer", names.sorted().map { Member(type: $0, name: $0) }, atLeast: 20)
  }

  @Test func setsOfKernels() throws {
    let dispatch = try SourceTree.text(of: "Sources/CKernels/dispatch.c")
    let names = dispatch.matches(of: /&akin_kernels_(\w+),/).map { String($0.output.1) }
    try check("A set of kernels", names.map { Member(type: $0, name: $0) }, atLeast: 6)
    let known = try #require(dispatch.firstMatch(of: /akin_kernels_known\(void\) \{\n  return "(.*)";/)).output.1
    #expect(Set(known.split(separator: ", ").map(String.init)) == Set(names))
  }

  @Test func transports() throws {
    let files = try SourceTree.files(under: "Sources/JSONRPC", endings: ["swift"]).filter {
      try SourceTree.text(of: $0).contains("session = RPCSession(")
    }
    let types = files.compactMap { $0.firstMatch(of: /RPC(\w+)\.swift/).map { String($0.output.1) } }
    try check("A transport", types.map { Member(type: $0, name: $0.lowercased()) }, atLeast: 2)
  }

  @Test func stores() throws {
    let root = Fixtures.repository + "/Sources/Collections/Storage"
    let folders = try FileManager.default.contentsOfDirectory(atPath: root).filter { !$0.hasSuffix(".swift") }
    try check("A store", folders.sorted().map { Member(type: $0, name: $0) }, atLeast: 2)
  }

  @Test func clients() throws {
    let root = Fixtures.repository + "/clients"
    let folders = try FileManager.default.contentsOfDirectory(atPath: root).filter { name in
      // The plugin of Claude Code is files for `akin setup`, and tested with it.
      !["examples", "claude"].contains(name) && FileManager.default.fileExists(atPath: "\(root)/\(name)/README.md")
    }
    try check("A client", folders.sorted().map { Member(type: $0, name: $0) }, atLeast: 7)
  }
}
