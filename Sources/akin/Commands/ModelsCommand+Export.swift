import ArgumentParser
import ModelFiles

extension ModelsCommand {
  /// `akin models export`: a model in one file.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Write a model as one file, for a machine without a network.",
      discussion: """
        There 'akin pull --from FILE' puts it into the cache. The file is a tar archive with a manifest, by which every \
        file in it is checked.
        """)

    @Argument(help: ArgumentHelp("A model's name.", valueName: "name"))
    var model = ModelStore.defaultModel

    @Option(name: .shortAndLong, help: ArgumentHelp("The file; '-' or nothing is standard output.", valueName: "file"))
    var output: String?

    func run() throws {
      let store = ModelStore(environment: Environment.all)
      if let output, output != "-" {
        return try store.export(model, to: output)
      }
      guard !Descriptor.standardOutput.isTerminal else {
        throw ValidationError("Standard output is a terminal: give a file, '--output model.tar'.")
      }
      let stream = OutputStream(descriptor: .standardOutput)
      try store.export(model) { try stream.write($0) }
      try stream.flush()
    }
  }
}
