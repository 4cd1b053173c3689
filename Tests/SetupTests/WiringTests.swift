import AkinTestSupport
import Foundation
import Setup
import Testing

/// Setting up and undoing, in a home of its own.
@Suite struct WiringTests {
  let folder: TemporaryFolder
  let environment: [String: String]
  let wiring: Wiring

  init() throws {
    folder = try TemporaryFolder()
    environment = ["HOME": folder.path]
    wiring = Wiring(
      program: "/opt/akin/bin/akin", plugins: folder.file("plugins"), journal: folder.file("data/setup.jsonl"))
  }

  private func files() throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      found[name] = FileManager.default.contents(atPath: folder.file(name))
    }
    return found.filter { !$0.value.isEmpty || !$0.key.hasPrefix("data") }
  }

  /// A home with every program, its files as these write them.
  private func furnish() throws {
    try folder.write(Array("{\n  \"numStartups\": 3,\n  \"projects\": {}\n}".utf8), to: ".claude.json")
    try folder.write(Array("model = \"o\"\n\n[tools]\nweb = true\n".utf8), to: ".codex/config.toml")
    try folder.write(Array("{\"mcpServers\":{}}".utf8), to: ".cursor/mcp.json")
    try folder.write(Array("{\n  // theme\n  \"theme\": \"x\",\n}\n".utf8), to: ".config/zed/settings.json")
    try folder.write(Array("{".utf8), to: ".gemini/settings.json")
    try folder.write(Array("x".utf8), to: ".config/opencode/readme")
    try folder.write(Array("\" mine".utf8), to: ".vim/vimrc")
    try folder.write(Array("(setq a 1)\n".utf8), to: ".config/emacs/init.el")
    try folder.write(Array("x".utf8), to: "plugins/vim/plugin/akin.vim")
    try folder.write(Array("x".utf8), to: "plugins/emacs/akin.el")
  }

  @Test func everythingIsWiredOnceAndUndoneToTheByte() throws {
    try furnish()
    let before = try files()
    let found = wiring.found(environment)
    #expect(
      Set(found.map(\.name)) == ["claude", "codex", "cursor", "zed", "gemini", "opencode", "vim", "emacs"])
    let steps = wiring.plan(found)
    let refused = steps.filter { if case .refused = $0.action { true } else { false } }
    #expect(refused.map(\.assistant.name) == ["gemini"])
    for step in steps { #expect(wiring.apply(step) == nil) }
    let claude = try #require(FileManager.default.contents(atPath: folder.file(".claude.json")))
    let value = try #require(try JSONSerialization.jsonObject(with: claude) as? [String: Any])
    let server = try #require((value["mcpServers"] as? [String: Any])?["akin"] as? [String: Any])
    #expect(server["command"] as? String == "/opt/akin/bin/akin" && server["type"] as? String == "stdio")
    let opencode = try #require(FileManager.default.contents(atPath: folder.file(".config/opencode/opencode.json")))
    #expect(try JSONSerialization.jsonObject(with: opencode) is [String: Any])
    // Again there is nothing to do.
    for step in wiring.plan(found) where step.assistant.name != "gemini" { #expect(step.action == .done) }
    for (path, problem) in try wiring.undo(nil) { #expect(problem == nil, "\(path)") }
    #expect(try files() == before)
  }

  @Test func onlyWhatIsAskedForIsUndone() throws {
    try furnish()
    for step in wiring.plan(wiring.found(environment)) { _ = wiring.apply(step) }
    let cursor = folder.file(".cursor/mcp.json")
    #expect(try wiring.undo([cursor]).map(\.path) == [cursor])
    #expect(FileManager.default.contents(atPath: cursor) == Data("{\"mcpServers\":{}}".utf8))
    #expect(try String(contentsOfFile: folder.file(".codex/config.toml"), encoding: .utf8).contains("mcp_servers.akin"))
    _ = try wiring.undo(nil)
    #expect(try wiring.undo(nil).isEmpty)
  }

  @Test func whatPeopleChangeMeanwhileStays() throws {
    try furnish()
    for step in wiring.plan(wiring.found(environment)) { _ = wiring.apply(step) }
    let path = folder.file(".codex/config.toml")
    var text = try String(contentsOfFile: path, encoding: .utf8)
    text = "# mine\n" + text + "\n[later]\na = 1\n"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    _ = try wiring.undo(nil)
    #expect(
      try String(contentsOfFile: path, encoding: .utf8)
        == "# mine\nmodel = \"o\"\n\n[tools]\nweb = true\n\n[later]\na = 1\n")
  }

  @Test func linksAreFollowedAndPermissionsKept() throws {
    try folder.write(Array("{}".utf8), to: "dotfiles/cursor.json")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.file("dotfiles/cursor.json"))
    try FileManager.default.createDirectory(atPath: folder.file(".cursor"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file(".cursor/mcp.json"), withDestinationPath: folder.file("dotfiles/cursor.json"))
    for step in wiring.plan(wiring.found(environment)) { #expect(wiring.apply(step) == nil) }
    #expect(UserFile.link(folder.file(".cursor/mcp.json")) != nil)
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("dotfiles/cursor.json"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try String(contentsOfFile: folder.file("dotfiles/cursor.json"), encoding: .utf8).contains("akin"))
  }

  @Test func instructionsStandBetweenMarks() throws {
    let path = try folder.write(Array("# Project".utf8), to: "AGENTS.md")
    for step in wiring.plan([Wiring.instructions(for: path)]) { #expect(wiring.apply(step) == nil) }
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("<!-- akin setup: begin -->"))
    _ = try wiring.undo(nil)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "# Project")
  }

  @Test(
    arguments: [
      nil, "", "{}", "{\n  \"model\": \"x\"\n}\n", "{\"hooks\": {}}", "{\"hooks\": {\"SessionStart\": []}}",
      "{\n  // mine\n  \"hooks\": {\n    \"SessionStart\": [\n      {\"hooks\": [{\"type\": \"command\", \"command\": \"true\"}]}\n    ],\n  },\n}",
    ] as [String?])
  func aHookIsOneMoreOfTheList(settings: String?) throws {
    try folder.write(Array("{}".utf8), to: ".claude.json")
    if let settings { try folder.write(Array(settings.utf8), to: ".claude/settings.json") }
    let before = try files()
    let hooks = Assistant.hooks(environment).filter(wiring.isHere)
    for step in wiring.plan(hooks) { #expect(wiring.apply(step) == nil) }
    let written = try #require(FileManager.default.contents(atPath: folder.file(".claude/settings.json")))
    let text = String(decoding: written, as: UTF8.self)
    #expect(text.contains("nice '/opt/akin/bin/akin' index --unasked >/dev/null 2>&1 & exit 0"))
    if settings?.contains("mine") != true {
      let value = try #require(try JSONSerialization.jsonObject(with: written) as? [String: Any])
      let list = try #require((value["hooks"] as? [String: Any])?["SessionStart"] as? [[String: Any]])
      #expect(list.count == 1 && list[0]["matcher"] as? String == "startup")
    } else {
      #expect(text.contains("\"true\""))
    }
    for step in wiring.plan(hooks) { #expect(step.action == .done) }
    for (path, problem) in try wiring.undo(nil) { #expect(problem == nil, "\(path)") }
    #expect(try files() == before)
  }

  @Test(arguments: ["{\"hooks\": []}", "{\"hooks\": {\"SessionStart\": {}}}", "{\"hooks\": {", "[]"])
  func settingsThatAreNotUnderstoodStay(settings: String) throws {
    try folder.write(Array("{}".utf8), to: ".claude.json")
    try folder.write(Array(settings.utf8), to: ".claude/settings.json")
    for step in wiring.plan(Assistant.hooks(environment)) {
      let isRefused = if case .refused = step.action { true } else { false }
      #expect(isRefused)
    }
  }
}
