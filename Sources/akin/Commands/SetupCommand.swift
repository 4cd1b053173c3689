import AkinCollections
import ArgumentParser
import Platform
import Setup

/// `akin setup`: Akin in the assistants and editors of this machine.
struct SetupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "setup",
    abstract: "Wire Akin into the assistants and editors on this machine.",
    discussion: """
      Finds the programs, shows what it would write into the configuration of each, and writes after a yes: the entry \
      of 'akin mcp', and the plugins of Neovim, Vim and Emacs. Comments, order and blanks of the files stay; a file that \
      cannot be understood is left alone, with status 1. --undo takes out what was written and leaves every file as it was.
      """)

  @Option(
    help: ArgumentHelp("Only this program; can be given several times.", valueName: "name"),
    completion: .list(Assistant.all([:]).map(\.name)))
  var only: [String] = []

  @Flag(name: .customLong("print"), help: "Show what would be written, and write nothing.")
  var isOnlyPrinted = false

  @Flag(help: "Write without asking.")
  var yes = false

  @Flag(help: "Take out what was written.")
  var undo = false

  @Option(
    help: ArgumentHelp(
      "Also a few lines for assistants at the end of this file, such as AGENTS.md or CLAUDE.md.", valueName: "file"))
  var instructions: [String] = []

  @Flag(
    help: "Also hooks, of assistants that have them: a session's start indexes its folder in the background.")
  var hooks = false

  func run() throws {
    let environment = try Self.environment()
    let known = Assistant.all(environment)
    if let unknown = only.first(where: { name in !known.contains { $0.name == name } }) {
      throw ValidationError("'\(unknown)' is none of \(known.map(\.name).joined(separator: ", ")).")
    }
    let wiring = Wiring(environment: environment)
    let output = OutputStream(descriptor: .standardOutput)
    if undo {
      try takeOut(wiring, known + Assistant.hooks(environment), output)
    } else {
      try putIn(wiring, environment, output)
    }
    try output.flush()
  }

  /// The process's variables with a home in any case: nothing is looked for in the folder that one happens to be in, where a stranger's
  /// `.cursor` may be.
  private static func environment() throws -> [String: String] {
    var environment = Environment.all
    let named = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    guard let home = named ?? HostProcess.home else {
      throw ValidationError("HOME names no folder, and the system knows no home of this user.")
    }
    environment["HOME"] = home
    return environment
  }

  private func putIn(_ wiring: Wiring, _ environment: [String: String], _ output: OutputStream) throws {
    var assistants = wiring.found(environment)
    if hooks { assistants += Assistant.hooks(environment).filter(wiring.isHere) }
    if !only.isEmpty { assistants = assistants.filter { only.contains($0.name) } }
    // From wherever it is undone.
    assistants += instructions.map { Wiring.instructions(for: FilePath.identity($0)) }
    let steps = wiring.plan(assistants)
    for step in steps { try Self.show(step, output) }
    guard !steps.isEmpty else {
      let titles = Assistant.all(environment).map(\.title).joined(separator: ", ")
      return try output.write(line: "None of these programs is here: \(titles).")
    }
    let open = steps.filter { $0.isOpen }
    guard !isOnlyPrinted else { return }
    try output.flush()
    defer { try? output.flush() }
    guard !open.isEmpty else { return try Self.end(steps) }
    guard yes || Self.isAgreed(open.count) else {
      return try output.write(line: "Nothing was written. 'akin setup --yes' writes without asking.")
    }
    var problems = 0
    for step in open {
      if let problem = wiring.apply(step) {
        problems += 1
        try output.write(line: "✗ \(step.assistant.path): \(problem)")
      } else {
        try output.write(line: "✓ \(step.assistant.title): \(step.assistant.path)")
      }
    }
    try output.write(line: "'akin setup --undo' takes it out again.")
    try output.flush()
    if problems > 0 { throw EarlyExit(status: .outputFailed) }
    try Self.end(steps)
  }

  /// A program that was found and left alone is no success.
  private static func end(_ steps: [Wiring.Step]) throws {
    if steps.contains(where: { if case .refused = $0.action { true } else { false } }) {
      throw EarlyExit(status: .negative)
    }
  }

  private func takeOut(_ wiring: Wiring, _ known: [Assistant], _ output: OutputStream) throws {
    let paths = only.isEmpty ? nil : Set(known.filter { only.contains($0.name) }.map(\.path))
    let results = try wiring.undo(paths, known: known)
    if results.isEmpty { try output.write(line: "Nothing was written by 'akin setup'.") }
    for (path, problem) in results {
      try output.write(line: problem.map { "✗ \(path): \($0)" } ?? "✓ \(path) is as it was")
    }
    try output.flush()
    if results.contains(where: { $0.problem != nil }) { throw EarlyExit(status: .negative) }
  }

  private static func show(_ step: Wiring.Step, _ output: OutputStream) throws {
    let assistant = step.assistant
    switch step.action {
    case .done: try output.write(line: "\(assistant.title): \(assistant.path) has it already")
    case .refused(let error): try output.write(line: "\(assistant.title): \(assistant.path) \(error)")
    case .link(let target): try output.write(line: "\(assistant.title): \(assistant.path) -> \(target)")
    case .insert(let insertion), .update(let insertion):
      let reason = if case .update = step.action { ", in place of what was written before" } else { "" }
      try output.write(line: "\(assistant.title): \(assistant.path)\(reason)")
      for line in insertion.text.split(whereSeparator: \.isNewline) where line.contains(where: { !$0.isWhitespace }) {
        try output.write(line: "  + \(line)")
      }
    }
  }

  /// Asks on the terminal; no where there is none.
  private static func isAgreed(_ count: Int) -> Bool {
    guard Descriptor.standardInput.isTerminal, Descriptor.standardOutput.isTerminal else { return false }
    print("Write \(NumberText.count(count, "change"))? [y/N] ", terminator: "")
    let answer = readLine() ?? ""
    return ["y", "yes"].contains(answer.lowercased())
  }
}

extension Wiring.Step {
  /// Whether there is something to do.
  fileprivate var isOpen: Bool {
    switch action {
    case .insert, .update, .link: true
    case .done, .refused: false
    }
  }
}

extension Wiring {
  /// Of this program, with the plugins that were installed beside it.
  fileprivate init(environment: [String: String]) {
    let home = environment["HOME"] ?? "."
    let data = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.local/share"
    let program = RunningProgram.path
    self.init(
      program: program, plugins: RunningProgram.share(environment) + "/clients", journal: data + "/akin/setup.jsonl")
  }
}
