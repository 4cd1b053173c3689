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

    @Argument(help: ArgumentHelp("A model's name.", valueName: "name"), completion: ModelOptions.names)
    var model = ModelStore.defaultModel

    @Option(name: .shortAndLong, help: ArgumentHelp("The file; '-' or nothing is standard output.", valueName: "file"))
    var output: String?

    func run() throws {
      let store = ModelStore(environment: Environment.all)
      let bar = WorkBar("writing", "MB", "MB", isShown: output.map { $0 != "-" } ?? true)
      defer { bar.end() }
      let place = output.flatMap { $0 == "-" ? nil : OutputPlace($0) }
      if let place, place.isReplaced {
        return try store.export(model, to: place.path) { bar.add($0 / 1_000_000) }
      }
      let descriptor = try place.map { try Descriptor.open(writing: $0.path, name: $0.path) } ?? .standardOutput
      guard !descriptor.isTerminal else {
        throw ValidationError("Standard output is a terminal: give a file, '--output model.tar'.")
      }
      let stream = OutputStream(descriptor: descriptor)
      var bytes = 0
      try store.export(model) { part in
        try stream.write(part)
        bytes += part.count
        bar.add(bytes / 1_000_000)
      }
      try stream.flush()
    }
  }
}
