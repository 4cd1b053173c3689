import AkinCollections
import ArgumentParser
import Synchronization

/// Where collections are kept.
struct StoreOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A PostgreSQL server with pgvector that keeps the collections; the password by PGPASSWORD or ~/.pgpass. (default: $AKIN_STORE, "
        + "'store' of the configuration, else files of your own)", valueName: "address"))
  var store: String?

  func validate() throws {
    if let store, !PostgresCatalog.isAddress(store) {
      throw ValidationError("--store takes an address that begins with postgresql://")
    }
  }

  /// The collections.
  var catalog: any CollectionCatalog { UserStore.catalog(store) }
}

/// Where the collections of the user who runs the program are.
enum UserStore {
  /// What tells one catalog from another.
  private struct Key: Hashable {
    let address: String
    let graphThreshold: Int
    let reach: Set<String>?
  }

  private static let servers = Mutex<[Key: PostgresCatalog]>([:])

  /// The address that holds where a command names none; nil for files.
  static var address: String? {
    Environment.all["AKIN_STORE"].flatMap { $0.isEmpty ? nil : $0 } ?? Settings.user.store
  }

  /// A word of the command line as others may see it: an address without its password; nil for any other word.
  static func hidden(_ word: String) -> String? {
    let option = word.hasPrefix("--store=") ? "--store=" : ""
    let address = String(word.dropFirst(option.count))
    return PostgresCatalog.isAddress(address) ? option + PostgresCatalog.withoutSecrets(address) : nil
  }

  /// The user's folder of files, for what only files can.
  static var files: SQLiteCatalog { SQLiteCatalog(environment: Environment.all) }

  /// The collections that a command works with. No server is asked anything yet.
  /// - Parameters:
  ///   - address: what the command was given.
  ///   - graphThreshold: chunks from which on a collection gets an approximate index.
  ///   - reach: the only ones that there are; nil for all.
  static func catalog(
    _ address: String? = nil, graphThreshold: Int = SQLiteCatalog.defaultGraphThreshold, reach: Set<String>? = nil
  ) -> any CollectionCatalog {
    guard let address = address ?? Self.address else {
      return SQLiteCatalog(environment: Environment.all, graphThreshold: graphThreshold, reach: reach)
    }
    // One set of connections serves all of a command.
    return servers.withLock { servers in
      let key = Key(address: address, graphThreshold: graphThreshold, reach: reach)
      let catalog =
        servers[key]
        ?? PostgresCatalog(
          address: address, folder: files.folder, home: files.home, graphThreshold: graphThreshold, reach: reach)
      servers[key] = catalog
      return catalog
    }
  }
}
