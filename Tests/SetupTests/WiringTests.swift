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

  /// Wires in all that is here; what could not be done.
  private func wire(_ wiring: Wiring) -> [SetupError] {
    wiring.plan(wiring.found(environment)).compactMap { step in
      if case .refused(let error) = step.action { return error }
      return wiring.apply(step)
    }
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.file(name), encoding: .utf8)
  }

  @Test func anotherProgramStandsInPlaceOfTheOneBefore() throws {
    try furnish()
    try folder.write(Array("{}".utf8), to: ".gemini/settings.json")
    try folder.write(Array("{}".utf8), to: ".claude/settings.json")
    let before = try files()
    #expect(wire(wiring).isEmpty)
    for step in wiring.plan(Assistant.hooks(environment).filter(wiring.isHere)) { #expect(wiring.apply(step) == nil) }
    let newer = Wiring(
      program: "/usr/bin/akin", plugins: folder.file("plugins"), journal: folder.file("data/setup.jsonl"))
    let steps = newer.plan(newer.found(environment) + Assistant.hooks(environment).filter(newer.isHere))
    for step in steps where step.assistant.name != "vim" && step.assistant.name != "emacs" {
      let isUpdate = if case .update = step.action { true } else { false }
      #expect(isUpdate, "\(step.assistant.path): \(step.action)")
    }
    for step in steps { #expect(newer.apply(step) == nil) }
    for name in [".claude.json", ".claude/settings.json", ".codex/config.toml", ".cursor/mcp.json"] {
      #expect(try text(name).contains("/usr/bin/akin") && !text(name).contains("/opt/akin"), "\(name)")
    }
    for step in newer.plan(newer.found(environment)) { #expect(step.action == .done, "\(step.assistant.path)") }
    let known = Assistant.all(environment) + Assistant.hooks(environment)
    for (path, problem) in try newer.undo(nil, known: known) { #expect(problem == nil, "\(path)") }
    #expect(try files() == before)
  }

  @Test(arguments: [
    "{}", "{\n}\n", "{\"mcpServers\": {}}\n", "{\n  \"mcpServers\": {\n  }\n}\n", "{\n  \"a\": [1, 2, ],\n}\n",
  ])
  func whatPeoplePutBesideTheEntryIsStillJSON(before: String) throws {
    let known = Assistant.all(environment)
    for (mark, mine) in [
      ("\"mcpServers\"", "\"mine\": true,\n  "), ("\"akin\"", "\"other\": {\"command\": \"x\"},\n    "),
    ] {
      try folder.write(Array(before.utf8), to: ".cursor/mcp.json")
      for step in wiring.plan(wiring.found(environment)) { #expect(wiring.apply(step) == nil) }
      let edited = try text(".cursor/mcp.json").replacing(mark, with: mine + mark, maxReplacements: 1)
      try folder.write(Array(edited.utf8), to: ".cursor/mcp.json")
      for (path, problem) in try wiring.undo(nil, known: known) { #expect(problem == nil, "\(path)") }
      let after = try text(".cursor/mcp.json")
      #expect(after.contains(mine.split(separator: ":")[0]) && !after.contains("akin"), "\(after)")
      #expect(after.matches(of: /,\s*[}\]]/).count == before.matches(of: /,\s*[}\]]/).count, "\(after)")
    }
  }

  /// What JavaScript writes: every value on a line.
  private static let claudeAnew = """
    {
      "mcpServers": {
        "akin": {
          "type": "stdio",
          "command": "/opt/akin/bin/akin",
          "args": [
            "mcp"
          ]
        }
      },
      "a": 1,
      "projects": {
        "/home/akin": {}
      }
    }
    """

  @Test func aFileThatItsProgramHasWrittenAnewLosesTheEntryAlone() throws {
    try folder.write(Array("{\"a\":1,\"projects\":{\"/home/akin\":{}}}".utf8), to: ".claude.json")
    let hooks = "{\n  \"hooks\": {\"SessionStart\": [{\"hooks\": []}]}\n}\n"
    try folder.write(Array(hooks.utf8), to: ".claude/settings.json")
    let known = Assistant.all(environment) + Assistant.hooks(environment)
    for step in wiring.plan(known.filter { $0.name == "claude" }) { #expect(wiring.apply(step) == nil) }
    try folder.write(Array(Self.claudeAnew.utf8), to: ".claude.json")
    let settings = try text(".claude/settings.json")
    try folder.write(Array(settings.replacing(", ", with: ",\n      ").utf8), to: ".claude/settings.json")
    #expect(try text(".claude/settings.json") != settings)
    // It is there all the same.
    for step in wiring.plan(wiring.found(environment)) { #expect(step.action == .done) }
    for (path, problem) in try wiring.undo(nil, known: known) { #expect(problem == nil, "\(path)") }
    #expect(
      try text(".claude.json") == "{\n  \"a\": 1,\n  \"projects\": {\n    \"/home/akin\": {}\n  }\n}")
    #expect(try text(".claude/settings.json") == hooks)
  }

  @Test func anEntryThatWasChangedIsLeftToThePerson() throws {
    try furnish()
    #expect(wire(wiring).count == 1)
    let names = [".cursor/mcp.json", ".codex/config.toml"]
    for name in names {
      try folder.write(Array(try text(name).replacing("mcp\"]", with: "mcp\", \"--read-only\"]").utf8), to: name)
    }
    let known = Assistant.all(environment)
    let left = try wiring.undo(nil, known: known).filter { $0.problem != nil }.map(\.path)
    #expect(Set(left) == Set(names.map(folder.file)))
    #expect(try text(".cursor/mcp.json").contains("--read-only"))
    // Taken out by hand, there is nothing left to do.
    try folder.write(Array("{}".utf8), to: ".cursor/mcp.json")
    try folder.write(Array("model = \"akin\"\n".utf8), to: ".codex/config.toml")
    #expect(try wiring.undo(nil, known: known).allSatisfy { $0.problem == nil })
    #expect(try wiring.undo(nil, known: known).isEmpty)
  }

  @Test func whatIsWrittenBetweenTheQuestionAndTheAnswerStays() throws {
    try furnish()
    let steps = wiring.plan(wiring.found(environment)).filter { $0.assistant.name == "claude" }
    #expect(steps.count == 1)
    try folder.write(Array("{}".utf8), to: ".claude.json")
    #expect(steps.allSatisfy { wiring.apply($0) != nil })
    #expect(try text(".claude.json") == "{}")
    let later = "{\n  // now\n  \"numStartups\": 4000,\n  \"projects\": {}\n}"
    try folder.write(Array(later.utf8), to: ".claude.json")
    #expect(steps.allSatisfy { wiring.apply($0) == nil })
    #expect(try text(".claude.json").contains("/opt/akin"))
    _ = try wiring.undo(nil)
    #expect(try text(".claude.json") == later)
  }

  @Test func foldersThatWereMadeGoAgainAndOthersStay() throws {
    try folder.write(Array("x".utf8), to: "plugins/vim/plugin/akin.vim")
    try folder.write(Array("\" mine".utf8), to: ".vimrc")
    try FileManager.default.createDirectory(atPath: folder.file(".kiro"), withIntermediateDirectories: true)
    #expect(wire(wiring).isEmpty)
    #expect(FileManager.default.fileExists(atPath: folder.file(".kiro/settings/mcp.json")))
    #expect(UserFile.link(folder.file(".vim/pack/akin/start/akin")) == folder.file("plugins/vim"))
    #expect(try wiring.undo(nil).allSatisfy { $0.problem == nil })
    let rest = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(rest) == [".kiro", ".vimrc", "data", "plugins"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file(".kiro")).isEmpty)
  }

  @Test func aLinkThatLeadsElsewhereNowStays() throws {
    try furnish()
    #expect(wire(wiring).count == 1)
    let place = folder.file(".vim/pack/akin/start/akin")
    try FileManager.default.removeItem(atPath: place)
    try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: "/tmp")
    let problems = try wiring.undo(nil).filter { $0.problem != nil }
    #expect(problems.map(\.path) == [place] && UserFile.link(place) == "/tmp")
  }

  @Test func placesThatAreNoFilesAreRefusedAtOnce() throws {
    for name in [".kiro/settings/mcp.json", ".cursor", ".copilot"] {
      try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
    }
    #expect(mkfifo(folder.file(".cursor/mcp.json"), 0o600) == 0)
    let link = folder.file(".copilot/mcp-config.json")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.file("gone.json"))
    #expect(wire(wiring).count == 3)
    #expect(UserFile.link(link) == folder.file("gone.json"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("gone.json")))
  }

  @Test func filesThatNobodyMayWriteStayForTheSuperuserToo() throws {
    try folder.write(Array("{}".utf8), to: ".cursor/mcp.json")
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder.file(".cursor/mcp.json"))
    #expect(wire(wiring).count == 1)
    #expect(try text(".cursor/mcp.json") == "{}")
    #expect(try wiring.undo(nil).isEmpty)
  }

  @Test(.enabled(if: geteuid() == 0, "only the superuser writes for others"))
  func theSuperuserLeavesFilesToTheirOwner() throws {
    try furnish()
    try FileManager.default.createDirectory(atPath: folder.file(".kiro"), withIntermediateDirectories: true)
    for name in [".cursor/mcp.json", ".kiro"] { #expect(chown(folder.file(name), 1234, 1234) == 0) }
    #expect(wire(wiring).count == 1)
    for name in [".cursor/mcp.json", ".kiro/settings", ".kiro/settings/mcp.json"] {
      let owner = try FileManager.default.attributesOfItem(atPath: folder.file(name))[.ownerAccountID] as? Int
      #expect(owner == 1234, "\(name)")
    }
  }

  @Test func programsAreFoundWhereTheyLookFirst() throws {
    try folder.write(Array("x".utf8), to: "plugins/emacs/akin.el")
    try folder.write(Array("(setq a 1)\n".utf8), to: ".emacs.d/init.el")
    try folder.write(Array("{}".utf8), to: ".config/opencode/opencode.jsonc")
    #expect(
      Set(wiring.found(environment).map(\.path))
        == [folder.file(".emacs.d/init.el"), folder.file(".config/opencode/opencode.jsonc")])
    let moved = Assistant.all(["HOME": folder.path, "CODEX_HOME": "/a", "CLAUDE_CONFIG_DIR": "/b"])
    #expect(moved.contains { $0.path == "/a/config.toml" } && moved.contains { $0.path == "/b/.claude.json" })
  }

  @Test func instructionsStandBetweenMarks() throws {
    let path = try folder.write(Array("# Project".utf8), to: "AGENTS.md")
    for step in wiring.plan([Wiring.instructions(for: path)]) { #expect(wiring.apply(step) == nil) }
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("<!-- akin setup: begin -->"))
    _ = try wiring.undo(nil)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "# Project")
    try folder.write(Array("# Project\r\n".utf8), to: "AGENTS.md")
    for _ in 0..<2 {
      for step in wiring.plan([Wiring.instructions(for: path)]) { #expect(wiring.apply(step) == nil) }
    }
    let lines = try #require(FileManager.default.contents(atPath: path)).split(separator: UInt8(ascii: "\n"))
    #expect(lines.count > 6 && lines.allSatisfy { $0.last == UInt8(ascii: "\r") })
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

  @Test func everyHookStandsBesideTheServersOfItsFile() throws {
    try folder.write(Array("{}".utf8), to: ".claude.json")
    try folder.write(Array("a = 1\n".utf8), to: ".codex/config.toml")
    try folder.write(Array("{\n  // mine\n  \"theme\": \"x\"\n}\n".utf8), to: ".gemini/settings.json")
    for name in [".qwen", ".copilot"] {
      try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
    }
    let before = try files()
    let known = Assistant.all(environment) + Assistant.hooks(environment)
    for turn in 0..<2 {
      for step in wiring.plan(known.filter(wiring.isHere)) {
        #expect(turn == 0 || step.action == .done, "\(step.assistant.title)")
        #expect(wiring.apply(step) == nil, "\(step.assistant.title)")
      }
    }
    for (name, key) in [
      (".codex/hooks.json", "SessionStart"), (".gemini/settings.json", "SessionStart"),
      (".qwen/settings.json", "SessionStart"), (".copilot/hooks/akin.json", "sessionStart"),
    ] {
      let text = try text(name).replacing("// mine", with: "")
      let value = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      let list = try #require((value["hooks"] as? [String: Any])?[key] as? [[String: Any]])
      #expect(list.count == 1 && text.contains("nice '/opt/akin/bin/akin' index --unasked"), "\(name)")
      #expect((value["version"] as? Int == 1) == (key == "sessionStart"))
      #expect((value["mcpServers"] as? [String: Any])?["akin"] != nil || name.contains("hooks"))
    }
    // Another program takes the place of both.
    let newer = Wiring(
      program: "/usr/bin/akin", plugins: folder.file("plugins"), journal: folder.file("data/setup.jsonl"))
    for step in newer.plan(known.filter(newer.isHere)) { #expect(newer.apply(step) == nil, "\(step.assistant.title)") }
    for name in [".codex/hooks.json", ".gemini/settings.json", ".qwen/settings.json", ".copilot/hooks/akin.json"] {
      #expect(try !text(name).contains("/opt/akin"), "\(name)")
    }
    // A hook that was taken out by hand is no rest, whatever servers there are.
    let gemini = try text(".gemini/settings.json")
    let start = try #require(gemini.range(of: "\"hooks\""))
    let end = try #require(gemini.range(of: "exit 0\"}]}]\n  },\n"))
    try folder.write(
      Array((gemini[..<start.lowerBound] + gemini[end.upperBound...]).utf8), to: ".gemini/settings.json")
    for (path, problem) in try newer.undo(nil, known: known) { #expect(problem == nil, "\(path)") }
    var left = try files()
    left[".gemini/settings.json"] = nil
    let theirs = try text(".gemini/settings.json")
    #expect(theirs.contains("// mine") && !theirs.contains("akin"))
    #expect(left == before.filter { $0.key != ".gemini/settings.json" })
  }

  @Test func whoMadeAFileMayGoFirst() throws {
    try FileManager.default.createDirectory(atPath: folder.file(".qwen"), withIntermediateDirectories: true)
    let known = Assistant.all(environment) + Assistant.hooks(environment)
    let hooks = Assistant.hooks(environment).filter(wiring.isHere)
    for isHookFirst in [true, false] {
      let both = [hooks, wiring.found(environment)]
      for part in isHookFirst ? both : both.reversed() {
        for step in wiring.plan(part) { #expect(wiring.apply(step) == nil) }
      }
      // Told anew, in the order of the programs.
      let newer = Wiring(
        program: "/usr/bin/akin", plugins: folder.file("plugins"), journal: folder.file("data/setup.jsonl"))
      for step in newer.plan(newer.found(environment) + hooks) { #expect(newer.apply(step) == nil) }
      #expect(try text(".qwen/settings.json").contains("mcpServers"))
      #expect(try text(".qwen/settings.json").contains("SessionStart"))
      for (path, problem) in try newer.undo(nil, known: known) { #expect(problem == nil, "\(path)") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file(".qwen")).isEmpty)
    }
  }

  @Test(arguments: ["{\"hooks\": []}", "{\"hooks\": {\"SessionStart\": {}}}", "{\"hooks\": {", "[]"])
  func settingsThatAreNotUnderstoodStay(settings: String) throws {
    try folder.write(Array("{}".utf8), to: ".claude.json")
    try folder.write(Array(settings.utf8), to: ".claude/settings.json")
    for step in wiring.plan(Assistant.hooks(environment).filter(wiring.isHere)) {
      let isRefused = if case .refused = step.action { true } else { false }
      #expect(isRefused)
    }
  }
}
