import AkinTestSupport
import Testing

/// What holds for every subcommand: help, versions, mistakes on the command line.
@Suite(.timeLimit(.minutes(10))) struct UsageTests {
  static let subcommands = [
    "embed", "tokenize", "similarity", "rerank", "search", "index", "similar", "duplicates", "collections",
    "log", "topics", "map", "eval", "extract", "uniq", "pack",
    "pull", "models", "serve", "mcp", "setup", "config", "doctor", "demo",
  ]

  @Test func versionIsPrinted() throws {
    let run = try Akin.run("--version")
    #expect(run.status == 0)
    #expect(run.lines.first?.wholeMatch(of: /akin \d+\.\d+\.\d+/) != nil)
    #expect(run.lines.contains { $0.hasPrefix("build ") } && run.lines.contains { $0.hasPrefix("kernels ") })
    #expect(run.errors.isEmpty)
  }

  @Test(arguments: subcommands)
  func helpIsOnStandardOutput(subcommand: String) throws {
    let run = try Akin.run(subcommand, "--help")
    #expect(run.status == 0)
    #expect(run.output.contains("USAGE: akin \(subcommand)"))
    #expect(run.errors.isEmpty)
  }

  /// Also where there is little room: names stand above what is told of them. What has no blank cannot be broken.
  @Test(arguments: subcommands + ["collections status", "models export", "pack build"], [80, 40])
  func helpFitsTheScreen(command: String, columns: Int) throws {
    let run = try Akin.runOnTerminal(command.split(separator: " ").map(String.init) + ["--help"], columns: columns)
    #expect(run.output.contains("USAGE: akin \(command)"))
    let long = run.lines.filter { $0.count > columns && $0.drop { $0 == " " }.contains(" ") }
    #expect(long.isEmpty, "\(long)")
    let narrow = run.lines.filter { $0.hasPrefix(String(repeating: " ", count: 26)) }
    #expect(narrow.isEmpty == (columns == 40), "\(narrow)")
  }

  @Test func helpListsEverySubcommandAndStatus() throws {
    let run = try Akin.run("--help")
    #expect(run.status == 0)
    for subcommand in Self.subcommands { #expect(run.lines.contains { $0.hasPrefix("  \(subcommand) ") }) }
    for status in [0, 1, 64, 65, 66, 69, 70, 74] {
      #expect(run.lines.contains { $0.contains("\(status)  ") && $0.hasPrefix("  ") }, "status \(status)")
    }
  }

  @Test(
    arguments: [
      ["--no-such-option"], ["no-such-command"], ["embed", "--no-such-option"], ["embed", "--precision", "q4", "x"],
      ["embed", "--threads", "-1", "x"], ["embed", "--dimensions", "0", "x"],
      ["embed", "--json", "--output", "a.npy", "x"],
      ["embed", "--output", "a.txt", "x"], ["embed", "--null", "--json-lines"],
      ["embed", "--prompt", "a", "--prompt-name", "b", "x"], ["similarity", "--function", "hamming", "a", "b"],
      ["search", "query", "--vimgrep", "--files"], ["search", "query", "--documents", "-", "--top-k", "0"],
      ["search", "query", "--documents", "-", "--glob", "*.c"], ["similar"], ["duplicates", "--min-score", "2"],
      ["index", "--watch", "--inspect", "a.txt"], ["collections", "status"],
      ["search", "--documents", "-"], ["tokenize", "--max-length", "-1", "x"], ["serve", "extra"],
      ["search", "query", "--budget", "-1"], ["search", "query", "-k", "-1"],
      ["search", "query", "--min-score", "0.5"],
      ["search", "query", "--documents", "-", "--min-score", "2"], ["search", "query", "--threshold", "-2"],
      ["similar", "a.txt", "--min-score", "-1.5"], ["serve", "--max-depth", "-1"],
      ["pack", "verify", "x", "--sample", "-1"],
      ["log", "query", "--since", "soon"], ["log"], ["pack", "build"], ["pack", "verify", "x", "--sample", "0%"],
    ])
  func mistakesAreUsageErrors(arguments: [String]) throws {
    let run = try Akin.run(arguments)
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    let lines = run.errors.split(separator: "\n")
    #expect(lines.first?.hasPrefix("akin: ") == true, "\(run.errors)")
    #expect(lines.count == 2 && lines[1].contains("--help"), "\(run.errors)")
    // A number below 0 is a value that cannot be, and not an option.
    #expect(!run.errors.contains("Missing value"))
  }

  @Test func textsMayBeginWithADash() throws {
    let run = try Akin.run("search", "-x marks the spot")
    #expect(run.status == 64 && run.errors.contains("behind '--'"))
    let pair = try Akin.run("similarity", "minus five degrees", "--right", "-5 degrees", "--json")
    #expect(pair.status == 0, "\(pair.errors)")
  }

  @Test func unknownOptionNamesTheNearest() throws {
    #expect(try Akin.run("embed", "--precison", "f32", "x").errors.contains("'--precision'"))
  }

  @Test(arguments: ["embed", "tokenize", "similarity"])
  func terminalOnStandardInputIsNotWaitedFor(subcommand: String) throws {
    let run = try Akin.runOnTerminal(subcommand)
    #expect(run.status == 64)
    #expect(run.output.hasPrefix("akin: no text given"))
  }

  @Test(arguments: ["embed", "tokenize", "similarity", "search", "demo"])
  func missingModelNamesItAndTheWayOut(subcommand: String) throws {
    let folder = try TemporaryFolder()
    let documents = try folder.write("a\n".utf8, to: "documents.txt")
    let texts = subcommand == "demo" ? [] : subcommand == "search" ? ["a", "--documents", documents] : ["a", "b"]
    let run = try Akin.run([subcommand, "--model", "nobody/nothing"] + texts)
    #expect(run.status == 69)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("akin: "))
    #expect(run.errors.contains("nobody/nothing"))
    #expect(run.errors.contains("akin pull"))
  }

  @Test func modelFolderThatIsNoneIsUnavailable() throws {
    let folder = try TemporaryFolder()
    try folder.write("{}".utf8, to: "config.json")
    let run = try Akin.run("embed", "--model", folder.path, "a")
    #expect(run.status == 69)
    #expect(run.errors.contains(folder.path))
  }
}
