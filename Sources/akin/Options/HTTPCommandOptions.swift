import AkinCollections
import AkinHTTP
import AkinProtocol
import AkinServer
import ArgumentParser

/// `akin serve --http`, and what goes with it.
struct HTTPCommandOptions: ParsableArguments {
  @Option(
    name: .customLong("http"),
    help: ArgumentHelp(
      "Answer HTTP at this address and port of loopback, or at the path of a socket, in place of standard input.",
      valueName: "address"))
  var address: String?
  @Option(
    name: .customLong("collection"),
    help: ArgumentHelp(
      "With --http: a collection, or an indexed folder, that clients may use; no other.", valueName: "name"))
  var collections: [String] = []
  @Option(
    name: .customLong("served-name"),
    help: ArgumentHelp("With --http: another name by which clients may ask for the model.", valueName: "name"))
  var names: [String] = []
  @Option(
    name: .customLong("http-host"),
    help: ArgumentHelp("With --http: a name of this machine that clients may put into Host.", valueName: "name"))
  var hosts: [String] = []
  @Option(
    name: .customLong("http-origin"),
    help: ArgumentHelp("With --http: the origin of web pages that may ask.", valueName: "origin"))
  var origins: [String] = []

  func validate() throws {
    guard let address else {
      let given = [("collection", collections), ("served-name", names), ("http-host", hosts), ("http-origin", origins)]
      if let name = given.first(where: { !$0.1.isEmpty })?.0 { throw ValidationError("--\(name) goes with --http") }
      return
    }
    guard HTTPAddress(address) != nil else {
      throw ValidationError("--http takes HOST:PORT with a numeric host or localhost, PORT, or unix:PATH")
    }
  }

  /// The stored names of the collections that clients may use.
  var reach: Set<String> {
    get throws {
      Set(
        try collections.map { text in
          if let name = CollectionName(text), name.store != nil || !name.isFolder && !FilePath.isFolder(text) {
            return name.storedName
          }
          guard let path = FilePath.resolved(text) else {
            throw Failure(.inputMissing, "--collection \(text): no folder and no name of a collection")
          }
          return path
        })
    }
  }

  /// The server that these options describe; nil without --http.
  /// - Throws: `ValidationError` where AKIN_API_KEY is nothing that a client could show.
  func options(_ server: ServerCommandOptions, environment: [String: String]) throws -> HTTPOptions? {
    guard let address = address.flatMap(HTTPAddress.init) else { return nil }
    let key = environment["AKIN_API_KEY"] ?? ""
    guard APIKey.isSendable(key) else {
      throw ValidationError(
        "AKIN_API_KEY begins or ends with a blank, or has a line break or another control character: no client can send such a key"
      )
    }
    let model = server.modelOptions.model
    var options = HTTPOptions(
      address: address, limits: server.limitOptions.limits, models: [model] + names, version: Version.current)
    options.rerankModels = server.rerankModel.map { [$0] } ?? []
    options.key = APIKey(key)
    options.hosts = hosts
    options.origins = origins
    return options
  }
}

/// A connection of HTTP is a session of the engine like any other.
extension ExchangeSession: HTTPSession {}
