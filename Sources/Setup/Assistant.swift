/// A program on this machine that Akin can be wired into: where its configuration is, and what is put there.
public struct Assistant: Sendable {
  /// How an entry is written.
  enum Format: Sendable {
    /// A member of a JSON object, with what the program wants in it beside the command.
    case json(path: [String], Shape)
    /// A table `mcp_servers.akin` of a TOML file.
    case toml
    /// A link in a folder of packages to the plugin, by its folder's name beside the program.
    case link(plugin: String)
    /// Lines at the end of the file.
    case lines(plugin: String)
    /// Words for assistants, between marks at the end of the file.
    case instructions
    /// A command for the start of a session, in a JSON array of such.
    case sessionStart(path: [String], Hook)
  }

  /// How a command is told.
  enum Shape: Sendable {
    case command
    case typed(String)
    case words
    case copilot
  }

  /// How a command for the start of a session is told.
  enum Hook: Sendable {
    /// In a group with a matcher, as Claude Code began it; Codex, Gemini CLI and Qwen Code took it over.
    case group
    /// In a file of a version, as Copilot CLI has them.
    case versioned
  }

  /// What `--only` takes.
  public let name: String
  /// What people call it.
  public let title: String
  /// The file, or the link, that is made.
  public let path: String
  let format: Format
  /// One of these being there shows that the program is.
  let signs: [String]

  /// Whether it is about the start of a session: of the same file, the servers are another matter.
  var isHook: Bool { if case .sessionStart = format { true } else { false } }

  /// All that are known, with the places of their files.
  /// - Parameter environment: the process's; `HOME`, `XDG_CONFIG_HOME`, `XDG_DATA_HOME`, `CLAUDE_CONFIG_DIR` and `CODEX_HOME` are
  ///   looked at.
  public static func all(_ environment: [String: String]) -> [Assistant] {
    let home = environment["HOME"] ?? "."
    let config = folder("XDG_CONFIG_HOME", environment) ?? home + "/.config"
    let data = folder("XDG_DATA_HOME", environment) ?? home + "/.local/share"
    let codex = folder("CODEX_HOME", environment) ?? home + "/.codex"
    let claude = (folder("CLAUDE_CONFIG_DIR", environment) ?? home) + "/.claude.json"
    #if os(macOS)
      let code = home + "/Library/Application Support/Code/User"
    #else
      let code = config + "/Code/User"
    #endif
    // Emacs reads the first that there is.
    let emacs =
      first(
        ["/.emacs.el", "/.emacs", "/.emacs.d/init.el"].map { home + $0 } + [config + "/emacs/init.el"])
      ?? config + "/emacs/init.el"
    let cline = code + "/globalStorage/saoudrizwan.claude-dev"
    let servers = ["mcpServers"]
    func json(
      _ name: String, _ title: String, _ path: String, _ key: [String], _ shape: Shape, sign: String
    ) -> Assistant {
      Assistant(name: name, title: title, path: path, format: .json(path: key, shape), signs: [sign])
    }
    return [
      json("claude", "Claude Code", claude, servers, .typed("stdio"), sign: claude),
      Assistant(name: "codex", title: "Codex", path: codex + "/config.toml", format: .toml, signs: [codex]),
      json("cursor", "Cursor", home + "/.cursor/mcp.json", servers, .command, sign: home + "/.cursor"),
      json("gemini", "Gemini CLI", home + "/.gemini/settings.json", servers, .command, sign: home + "/.gemini"),
      json("vscode", "Visual Studio Code", code + "/mcp.json", ["servers"], .typed("stdio"), sign: code),
      json("zed", "Zed", config + "/zed/settings.json", ["context_servers"], .command, sign: config + "/zed"),
      json(
        "opencode", "opencode",
        first(["/opencode.jsonc", "/opencode.json"].map { config + "/opencode" + $0 }) ?? config
          + "/opencode/opencode.json",
        ["mcp"], .words, sign: config + "/opencode"),
      json(
        "windsurf", "Windsurf", home + "/.codeium/windsurf/mcp_config.json", servers, .command,
        sign: home + "/.codeium/windsurf"),
      json("copilot", "Copilot CLI", home + "/.copilot/mcp-config.json", servers, .copilot, sign: home + "/.copilot"),
      json("cline", "Cline", cline + "/settings/cline_mcp_settings.json", servers, .command, sign: cline),
      json("kiro", "Kiro", home + "/.kiro/settings/mcp.json", servers, .command, sign: home + "/.kiro"),
      json("qwen", "Qwen Code", home + "/.qwen/settings.json", servers, .command, sign: home + "/.qwen"),
      Assistant(
        name: "neovim", title: "Neovim", path: data + "/nvim/site/pack/akin/start/akin", format: .link(plugin: "nvim"),
        signs: [config + "/nvim"]),
      Assistant(
        name: "vim", title: "Vim", path: home + "/.vim/pack/akin/start/akin", format: .link(plugin: "vim"),
        signs: [home + "/.vim", home + "/.vimrc"]),
      Assistant(
        name: "emacs", title: "Emacs", path: emacs, format: .lines(plugin: "emacs"), signs: [emacs]),
    ]
  }

  /// A folder that a variable names; nil where it names none.
  private static func folder(_ variable: String, _ environment: [String: String]) -> String? {
    environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil }
  }

  /// The first of some files that is there.
  private static func first(_ paths: [String]) -> String? {
    paths.first(where: UserFile.isThere)
  }

  /// What runs when a session of an assistant starts: those that have hooks for it which run in the session's folder, and are told of
  /// in JSON. (Cursor's run in its own folder.)
  /// - Parameter environment: the process's; `HOME`, `CLAUDE_CONFIG_DIR` and `CODEX_HOME` are looked at.
  public static func hooks(_ environment: [String: String]) -> [Assistant] {
    let home = environment["HOME"] ?? "."
    let claude = folder("CLAUDE_CONFIG_DIR", environment)
    let codex = folder("CODEX_HOME", environment) ?? home + "/.codex"
    func hook(
      _ name: String, _ title: String, _ path: String, sign: String, _ key: String = "SessionStart",
      _ hook: Hook = .group
    ) -> Assistant {
      Assistant(
        name: name, title: "\(title), at the start of a session", path: path,
        format: .sessionStart(path: ["hooks", key], hook), signs: [sign])
    }
    return [
      hook(
        "claude", "Claude Code", (claude ?? home + "/.claude") + "/settings.json",
        sign: (claude ?? home) + "/.claude.json"),
      hook("codex", "Codex", codex + "/hooks.json", sign: codex),
      hook("gemini", "Gemini CLI", home + "/.gemini/settings.json", sign: home + "/.gemini"),
      hook("qwen", "Qwen Code", home + "/.qwen/settings.json", sign: home + "/.qwen"),
      // A file of Akin's own among those of a folder.
      hook(
        "copilot", "Copilot CLI", home + "/.copilot/hooks/akin.json", sign: home + "/.copilot", "sessionStart",
        .versioned),
    ]
  }

  /// - Parameter program: an absolute path, so that what is wired is this Akin and no other.
  func insertion(program: String, plugins: String, into bytes: [UInt8]) throws(SetupError) -> Insertion? {
    switch format {
    case .json(let path, let shape):
      return try .member("akin", shape.entry(program), at: path, in: bytes)
    case .toml:
      return try .table(
        ["mcp_servers", "akin"],
        ["command = \(JSONLine.string(program).text)", "args = [\"mcp\"]"], in: bytes)
    case .lines(let plugin):
      let folder = JSONLine.string("\(plugins)/\(plugin)").text
      return try .block(
        ["(add-to-list 'load-path \(folder))", "(require 'akin)"],
        marks: (";; akin setup: begin", ";; akin setup: end"),
        in: bytes)
    case .instructions:
      return try .block(
        [
          "## Searching this project", "",
          "`akin search \"QUESTION\"` finds code and text by meaning, with file and line; `akin similar FILE:LINE`",
          "finds places like one. Use them where words alone find too much or nothing; an index is made by itself.",
        ], marks: ("<!-- akin setup: begin -->", "<!-- akin setup: end -->"), in: bytes)
    case .sessionStart(let path, .group):
      return try .element(Self.hook(program), at: path, in: bytes)
    case .sessionStart(let path, .versioned):
      return try .element(Self.plainHook(program), at: path, beside: [("version", .word("1"))], in: bytes)
    case .link:
      return nil
    }
  }

  /// Brings the index of the session's folder up to date. It goes on in the background, and whatever becomes of it, the session
  /// starts.
  private static func command(_ program: String) -> JSONLine.Node {
    let quoted = "'" + program.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    return JSONLine.string("nice \(quoted) \(hookWords) >/dev/null 2>&1 & exit 0")
  }

  /// By which a hook of Akin's is known.
  static let hookWords = "index --unasked"

  private static func hook(_ program: String) -> JSONLine {
    let entry = JSONLine.Node.object([("type", JSONLine.string("command")), ("command", command(program))])
    return JSONLine(node: .object([("matcher", JSONLine.string("startup")), ("hooks", .array([entry]))]))
  }

  private static func plainHook(_ program: String) -> JSONLine {
    JSONLine(node: .object([("type", JSONLine.string("command")), ("bash", command(program))]))
  }
}

extension Assistant.Shape {
  func entry(_ program: String) -> JSONLine {
    let command = JSONLine.string(program)
    let arguments = JSONLine.Node.array([JSONLine.string("mcp")])
    return switch self {
    case .command: JSONLine(node: .object([("command", command), ("args", arguments)]))
    case .typed(let type):
      JSONLine(node: .object([("type", JSONLine.string(type)), ("command", command), ("args", arguments)]))
    case .words:
      JSONLine(
        node: .object([
          ("type", JSONLine.string("local")), ("command", .array([command, JSONLine.string("mcp")])),
          ("enabled", .word("true")),
        ]))
    case .copilot:
      JSONLine(
        node: .object([
          ("type", JSONLine.string("local")), ("command", command), ("args", arguments),
          ("tools", .array([JSONLine.string("*")])),
        ]))
    }
  }
}
