import AkinCollections
import ArgumentParser
import Platform

/// The process that embeds what waits after a search has answered. It ends by itself; where it is ended, what it has embedded
/// is kept. Started by Akin; not for people.
struct EmbeddingProcessCommand: AsyncParsableCommand {
  static let name = "embedding-process"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Embed the texts of collections that wait.", shouldDisplay: false)

  @Argument(help: "Names of collections.")
  var collections: [String]
  @OptionGroup var modelOptions: ModelOptions

  func run() async throws {
    HostProcess.leaveForBackground()
    let store = UserStore.catalog()
    let indexer = Indexer(engine: try modelOptions.loadEngine(), store: store)
    // No folder is busy for its sake. What is named from where it was started stays reachable.
    if store.folder.hasPrefix("/") { _ = chdir("/") }
    for name in collections {
      let collection = try await indexer.collection(named: name)
      try await indexer.embedPending(in: collection, givesWay: true)
      while try await collection.extendGraph(by: 256) > 0 {}
    }
  }
}
