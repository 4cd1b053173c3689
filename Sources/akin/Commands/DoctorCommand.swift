import ArgumentParser
import JSON
import ModelFiles

/// `akin doctor`: what Akin found on this machine, and whether it computes what it should.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check the installation, this CPU, the cache and the model.",
    discussion: """
      Ends with status 1 where something is wrong. The model check embeds three texts and compares the vectors with \
      those of the reference implementation; add the output of 'akin doctor' to a report of a defect.

      Values of other models stand beside them: lines of {"text", "embedding"} in akin-reference.jsonl of the folder, or in \
      NAME.reference.jsonl beside NAME.gguf. With --python they are computed, by sentence-transformers in that Python.

        akin doctor intfloat/multilingual-e5-small --python .venv/bin/python
      """)

  @Argument(help: ArgumentHelp("The model to be checked, in place of --model.", valueName: "model"))
  var checkedModel: String?
  @Option(
    help: ArgumentHelp(
      "A Python with sentence-transformers, whose values the model is checked against.", valueName: "path"),
    completion: .file())
  var python: String?
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var display: OutputOptions

  func run() async throws {
    let environment = Environment.all
    let machine = MachineChecks(environment: environment)
    var options = modelOptions
    if let checkedModel { options.model = checkedModel }
    let model = await ModelChecks(options: options, python: python)
    var checks = [machine.program, machine.processor, machine.kernels, machine.threads(used: model.threadCount)]
    checks +=
      [machine.jansson, machine.graphs] + CacheChecks(environment: environment).all + machine.tools
      + DocumentChecks().all + model.all
    let healthy = !checks.contains { $0.outcome == .bad }
    let stream = OutputStream(descriptor: .standardOutput)
    if display.json {
      let value: JSONValue = .object([
        "healthy": .bool(healthy), "version": .string(Version.current), "checks": .array(checks.map(\.json)),
      ])
      try stream.write(json: value)
    } else {
      let nameWidth = checks.reduce(0) { max($0, TextWidth.columns($1.name)) }
      let terminal = display.terminal
      for line in checks.flatMap({ $0.lines(nameWidth: nameWidth, terminal: terminal) }) {
        try stream.write(line: line)
      }
      let verdict = healthy ? terminal.paint("All is well.", .good) : terminal.paint("Something is wrong; see ✗.", .bad)
      try stream.write(line: "\n" + verdict)
    }
    try stream.flush()
    if !healthy { throw EarlyExit(status: .negative) }
  }
}
