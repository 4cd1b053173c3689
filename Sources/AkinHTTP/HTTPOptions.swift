import AkinProtocol
import JSON

/// How a server of HTTP is set up.
public struct HTTPOptions: Sendable {
  /// Where it listens.
  public var address: HTTPAddress
  /// What a client must show; nil lets everyone in, which is refused for an address that others can reach.
  public var key: APIKey?
  /// Names by which the server is asked for in `Host`, besides those of this machine.
  public var hosts: [String] = []
  /// Origins of web pages that may ask, such as `http://localhost:3000`.
  public var origins: [String] = []
  /// What clients may ask for.
  public var limits: ServerLimits
  /// Names that requests may give the model, the first of which answers carry.
  public var models: [String]
  /// The names of the model that scores pairs, where it is another one.
  public var rerankModels: [String] = []
  /// The program's version.
  public var version: String
  /// A page besides the faces.
  public var page: HTTPPage?
  /// Seconds that accepted requests have once the server is to end.
  public var drainSeconds = 10.0

  /// A server of these models.
  public init(address: HTTPAddress, limits: ServerLimits, models: [String], version: String) {
    self.address = address
    self.limits = limits
    self.models = models
    self.version = version
  }
}

/// A client's requests, each answered where it was asked: the engine's end of a connection.
public protocol HTTPSession: Sendable {
  /// Calls a method of the protocol. Cancelling the task cancels it.
  /// - Parameter bytes: what the request counts among those that wait.
  func call(_ method: String, _ parameters: JSONValue, bytes: Int) async throws(CallError) -> JSONValue

  /// Answers a message of JSON-RPC 2.0; nil where it asks for no answer.
  func answer(_ message: [UInt8]) async -> [UInt8]?

  /// The client has gone.
  func end()
}
