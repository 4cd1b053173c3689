import AkinCollections
import ArgumentParser
import Documents
import Synchronization

/// Where collections are kept.
struct StoreOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A PostgreSQL server with pgvector that keeps the collections, or the name that one has in 'stores' of the configuration; the "
        + "password by PGPASSWORD or ~/.pgpass. NAME=address adds one, which names of collections tell of: store:NAME/notes. "
        + "(default: $AKIN_STORE, 'store' of the configuration, else files of your own)", valueName: "address"))
  var store: [String] = []

  func validate() throws {
    var addresses = UserStore.addresses
    do {
      for word in StoreAddresses.namesFirst(store) { try addresses.add(word) }
    } catch {
      throw ValidationError("--store takes \(error)")
    }
  }

  /// The collections.
  var catalog: any CollectionCatalog { UserStore.catalog(store) }
}

/// The servers that a person has named: one that is meant where a collection's name tells none, and others by names.
struct StoreAddresses: Sendable, Equatable {
  /// Why a word names no server; what is expected.
  struct Mismatch: Error, CustomStringConvertible {
    let description: String
  }

  /// Nil for files.
  var usual: String?
  /// By their names.
  var named: [String: String] = [:]

  /// Adds `NAME=address`, or makes an address or a server's name the usual one.
  mutating func add(_ word: String) throws(Mismatch) {
    if let (name, address) = Self.parts(word) {
      named[name] = address
    } else if PostgresCatalog.isAddress(word) {
      usual = word
    } else if let address = named[word] {
      usual = address
    } else {
      let names = named.keys.sorted().map { ", or \($0)" }.joined()
      throw Mismatch(description: "an address that begins with postgresql://, or NAME=address\(names)")
    }
  }

  /// Those that name a server before those that may be such names.
  static func namesFirst(_ words: [String]) -> [String] {
    words.filter { parts($0) != nil } + words.filter { parts($0) == nil }
  }

  /// The parts of `NAME=address`.
  static func parts(_ word: String) -> (name: String, address: String)? {
    guard let mark = word.firstIndex(of: "=") else { return nil }
    let name = String(word[..<mark]), address = String(word[word.index(after: mark)...])
    guard QualifiedName.isStore(name), PostgresCatalog.isAddress(address) else { return nil }
    return (name, address)
  }

  /// All as words that ``add(_:)`` reads.
  var words: [String] { named.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + [usual].compactMap(\.self) }
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

  /// The variable that names servers, one a line.
  static let variable = "AKIN_STORE"

  /// What holds where a command names none.
  static var addresses: StoreAddresses {
    var addresses = StoreAddresses(usual: Settings.user.store, named: Settings.user.stores)
    let words = (Environment.all[variable] ?? "").split(whereSeparator: \.isNewline).map(String.init)
    for word in StoreAddresses.namesFirst(words) {
      // What cannot be read is said where it is used.
      do throws(StoreAddresses.Mismatch) { try addresses.add(word) } catch { addresses.usual = word }
    }
    return addresses
  }

  /// Likewise, with what a command was given over it.
  static func addresses(_ given: [String]) -> StoreAddresses {
    var addresses = Self.addresses
    for word in StoreAddresses.namesFirst(given) {
      do throws(StoreAddresses.Mismatch) { try addresses.add(word) } catch { addresses.usual = word }
    }
    return addresses
  }

  /// A word of the command line as others may see it: an address without its password; nil for any other word.
  static func hidden(_ word: String) -> String? {
    let option = word.hasPrefix("--store=") ? "--store=" : ""
    let value = String(word.dropFirst(option.count))
    if let (name, address) = StoreAddresses.parts(value) {
      return "\(option)\(name)=\(PostgresCatalog.withoutSecrets(address))"
    }
    return PostgresCatalog.isAddress(value) ? option + PostgresCatalog.withoutSecrets(value) : nil
  }

  /// The user's folder of files, for what only files can.
  static var files: SQLiteCatalog { SQLiteCatalog(environment: Environment.all) }

  /// The collections that a command works with. No server is asked anything yet.
  /// - Parameters:
  ///   - words: what the command was given.
  ///   - graphThreshold: chunks from which on a collection gets an approximate index.
  ///   - reach: the only ones that there are, by names with their stores; nil for all.
  static func catalog(
    _ words: [String] = [], graphThreshold: Int = SQLiteCatalog.defaultGraphThreshold, reach: Set<String>? = nil
  ) -> any CollectionCatalog {
    let addresses = addresses(words)
    let reached = reach.map { Dictionary(grouping: $0.compactMap { QualifiedName($0) }, by: \.store) }
    func names(_ store: String?) -> Set<String>? { reached.map { Set(($0[store] ?? []).map(\.name)) } }
    let usual: any CollectionCatalog =
      if let address = addresses.usual { server(address, graphThreshold, names(nil)) } else {
        SQLiteCatalog(environment: Environment.all, graphThreshold: graphThreshold, reach: names(nil))
      }
    // A store of which nothing is reached is not told of either.
    let named = addresses.named.filter { name, _ in reached.map { $0[name] != nil } ?? true }
    return NamedStores(
      usual: usual,
      named: named.reduce(into: [:]) { stores, entry in
        stores[entry.key] = server(entry.value, graphThreshold, names(entry.key))
      })
  }

  private static func server(_ address: String, _ graphThreshold: Int, _ reach: Set<String>?) -> PostgresCatalog {
    // One set of connections serves all of a command.
    servers.withLock { servers in
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
