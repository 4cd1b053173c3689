import AkinCollections
import ArgumentParser

/// When a collection gets its approximate index.
struct GraphOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Chunks from which on a collection gets a graph of near neighbours: searches are faster, and miss a few results.",
      valueName: "chunks"))
  var graphFrom = SQLiteCatalog.defaultGraphThreshold
  @OptionGroup var stores: StoreOptions

  func validate() throws {
    guard graphFrom >= 1 else { throw ValidationError("--graph-from takes 1 or more") }
  }

  /// The user's collections.
  var store: any CollectionCatalog { store(reach: nil) }

  /// Some of the user's collections; nil for all.
  func store(reach: Set<String>?) -> any CollectionCatalog {
    UserStore.catalog(stores.store, graphThreshold: graphFrom, reach: reach)
  }
}
