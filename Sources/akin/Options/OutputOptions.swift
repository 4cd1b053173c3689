import ArgumentParser

/// How the answer is shown.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Write JSON, one value a line.")
  var json = false

  @Option(help: "Colour and layout as on a terminal: auto, always, or never. NO_COLOR is honoured.")
  var color = ColorChoice.auto

  var terminal: Terminal { Terminal(.standardOutput, color: color) }
}
