import AkinCollections
import AkinHTTP
import AkinServer
import ModelFiles
import Platform

/// `akin map --serve`: one page on loopback, which only who knows its address gets, and the model for the searches in it.
struct MapServer {
  let page: [UInt8]
  /// In the page's address, and what its requests show.
  let token: String
  let address: String
  let model: ModelOptions

  /// Serves until a signal ends it.
  func run() async throws {
    guard let address = HTTPAddress(address) else { return }
    // Its clients reach no collection.
    let serverOptions = ServerOptions(
      engine: model.engineOptions, store: ModelStore(environment: Environment.all),
      collections: SQLiteCatalog(environment: Environment.all, reach: []), extractor: nil, version: Version.current)
    var options = HTTPOptions(
      address: address, limits: serverOptions.limits, models: [model.model], version: Version.current)
    options.key = APIKey(token)
    options.page = HTTPPage(path: "/map/" + token, body: page)
    let services = Services(serverOptions)
    let server = try HTTPServer(options) { ExchangeSession(services: services) }
    let signals = SignalWatch { server.stop(finishes: $0 == SIGTERM) }
    let path = "/map/" + token
    try await server.run { Notice.write("open \($0)\(path)") }
    if let signal = signals.received, signal != SIGTERM { Signals.exit(code: 128 + signal) }
  }
}

/// What nobody can guess.
enum MapToken {
  /// 32 hexadecimal digits of the system's chance.
  static func new() -> String {
    var system = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      let digits = String(UInt32.random(in: .min ... .max, using: &system), radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }
}
