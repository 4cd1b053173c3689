import AkinCollections
import ArgumentParser
import Platform

/// The program: parses the command line, runs one subcommand, and turns whatever it throws into one line on
/// standard error and an exit status.
@main
struct Akin: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "akin",
    abstract: "Find text that means the same: embeddings, similarity and search on this machine's CPU.",
    discussion: """
      Texts come from the arguments, from files (--file) or from standard input, one a line. On a terminal the \
      answers are for reading; in a pipe they are tab-separated; with --json they are JSON, one value a line.

      Try 'akin demo' first. Programs and editors talk to 'akin serve'.

      \(ExitStatus.helpTable)
      """,
    version: Version.report,
    // Not shown by --help: started by `akin serve --shared`, for documents, for git, and for what waits to be embedded.
    subcommands: [
      SharedProcessCommand.self, ExtractionProcessCommand.self, ConfinedProcessCommand.self,
      EmbeddingProcessCommand.self,
    ],
    groupedSubcommands: [
      CommandGroup(
        name: "Text",
        subcommands: [
          EmbedCommand.self, SimilarityCommand.self, RerankCommand.self, UniqCommand.self, TokenizeCommand.self,
        ]),
      CommandGroup(
        name: "Folders",
        subcommands: [
          SearchCommand.self, IndexCommand.self, SimilarCommand.self, DuplicatesCommand.self, TopicsCommand.self,
          MapCommand.self, LogCommand.self,
          EvalCommand.self, ExtractCommand.self, CollectionsCommand.self, PackCommand.self,
        ]),
      CommandGroup(name: "Models", subcommands: [PullCommand.self, ModelsCommand.self]),
      CommandGroup(
        name: "Server and self",
        subcommands: [
          ServeCommand.self, ModelContextCommand.self, SetupCommand.self, ConfigCommand.self, DemoCommand.self,
          DoctorCommand.self,
        ]),
    ])

  static func main() async {
    Descriptor.occupyStandardNumbers()
    Signals.ignoreBrokenPipe()
    HostProcess.raiseDescriptorLimit()
    // Whoever lists processes sees their words.
    ProcessArguments.hide(UserStore.hidden)
    var name: String?
    if Array(CommandLine.arguments.dropFirst()) == ["-V"] {
      end(with: CleanExit.message("\(Version.current)"), in: nil)
    }
    do {
      let words = Array(CommandLine.arguments.dropFirst())
      if let unknown = UnknownCommand(inHelp: words) { throw unknown.failure }
      _ = try Settings.loaded.get()
      var command = try await asyncParseAsRoot(JoinedFlags.split(words))
      name = type(of: command).configuration.commandName
      if var asynchronous = command as? AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      SQLiteCollection.closeAll()
    } catch {
      end(with: error, in: name)
    }
  }

  /// Reports `error` as it deserves and ends the process.
  private static func end(with error: any Error, in command: String?) -> Never {
    // A reader that has gone away, as in `akin embed … | head`, is no news to anyone.
    if error is OutputClosed { Signals.exit(.success) }
    // A command that has said all it had to say, and only ends with a status.
    if let ended = error as? EarlyExit { Signals.exit(ended.status) }
    if let interrupted = error as? Interrupted { Signals.exit(code: interrupted.exitCode) }
    if let failure = Failure(error) {
      failure.report(command: command)
      Signals.exit(failure.status)
    }
    let columns = Terminal(.standardOutput, color: .never).columns
    setenv("COLUMNS", HelpText.unbroken, 1)
    let message = fullMessage(for: error)
    guard exitCode(for: error).isSuccess else {
      UsageReport(parserMessage: message).failure.report(command: nil)
      Signals.exit(.usage)
    }
    // Help and version: they were asked for, so they go to standard output.
    let output = OutputStream(descriptor: .standardOutput)
    do {
      try output.write(line: HelpText(message)?.laidOut(to: columns) ?? message)
      try output.flush()
    } catch {
      Signals.exit(error is OutputClosed ? .success : .outputFailed)
    }
    Signals.exit(.success)
  }
}
