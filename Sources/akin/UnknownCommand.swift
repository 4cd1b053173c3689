import JSON

/// The first word of a command line that is no command, which the argument parser takes for an argument too many.
struct UnknownCommand {
  private let word: String
  private let commands: [String]

  /// - Parameters:
  ///   - message: what the parser says.
  ///   - arguments: of the program, its name left out.
  /// - Returns: nil where the first argument is a command, or an option.
  init?(_ message: String, arguments: [String] = Array(CommandLine.arguments.dropFirst())) {
    let configuration = Akin.configuration
    commands =
      configuration.groupedSubcommands.flatMap { $0.subcommands }.compactMap { $0.configuration.commandName } + ["help"]
    guard message.contains("unexpected argument") || message.hasPrefix("Unexpected argument"),
      let word = arguments.first, !word.hasPrefix("-"), !commands.contains(word)
    else { return nil }
    self.word = word
  }

  var failure: Failure {
    let meant = NearestName.find(word, among: commands).map { ": did you mean '\($0)'?" } ?? ""
    return Failure(.usage, "there is no command '\(word)'\(meant)", hint: "'akin --help' lists the commands.")
  }
}
