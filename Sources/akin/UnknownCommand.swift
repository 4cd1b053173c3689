import ArgumentParser
import JSON

/// A word of a command line that stands for a command and is none; the argument parser takes it for an argument too many.
struct UnknownCommand {
  private let word: String
  private let commands: [String]
  /// The command whose subcommand it should be, as it is called.
  private let parent: String

  /// - Parameters:
  ///   - message: what the parser says.
  ///   - arguments: of the program, its name left out.
  /// - Returns: nil where the words are commands as far as there are any.
  init?(_ message: String, arguments: [String] = Array(CommandLine.arguments.dropFirst())) {
    guard message.lowercased().contains("unexpected argument") else { return nil }
    self.init(among: arguments, isWhole: false)
  }

  /// Where help is asked for: the parser shows that of the last command that it knows.
  init?(inHelp arguments: [String]) {
    let words = arguments.prefix { $0 != "--" }
    if words.first == "help" {
      self.init(among: words.filter { !$0.hasPrefix("-") && $0 != "help" }, isWhole: true)
    } else {
      guard words.contains("--help") || words.contains("-h") else { return nil }
      self.init(among: Array(words), isWhole: false)
    }
  }

  /// - Parameter isWhole: whether all words are to be commands.
  private init?(among arguments: [String], isWhole: Bool) {
    var command: any ParsableCommand.Type = Akin.self
    var parent = "akin"
    for word in arguments {
      let subcommands = command.configuration.subcommands
      guard isWhole || !subcommands.isEmpty, !word.hasPrefix("-") else { return nil }
      guard let next = subcommands.first(where: { $0._commandName == word }) else {
        (self.word, self.parent, commands) = (word, parent, subcommands.map { $0._commandName })
        return
      }
      command = next
      parent += " " + word
    }
    return nil
  }

  var failure: Failure {
    let meant = NearestName.find(word, among: commands).map { ": did you mean '\($0)'?" } ?? ""
    return Failure(.usage, "there is no command '\(parent) \(word)'\(meant)", hint: "See '\(parent) --help'.")
  }
}
