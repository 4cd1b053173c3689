import JSONRPC
import Platform

/// The Model Context Protocol (modelcontextprotocol.io, the revisions of ``ModelContextRevision``) on two descriptors: a
/// person's own index as tools for an assistant. One JSON value a line.
public final class ModelContextServer: Sendable {
  private let connection: RPCConnection
  private let services: Services
  private let handler: ModelContextHandler

  /// - Parameters:
  ///   - input: where requests come from; it stays the caller's.
  ///   - output: where answers go; it stays the caller's.
  ///   - allowed: folders that the tools may look into, and what is in them.
  public init(input: Int32, output: Int32, options: ServerOptions, allowed: [String] = []) {
    services = Services(options)
    handler = ModelContextHandler(
      services, permission: FolderPermission(allowed: allowed, store: options.collections))
    connection = RPCConnection(
      input: input, output: output,
      handler: handler,
      options: RPCOptions(services.limits, log: services.log))
  }

  /// Serves until the client closes the input.
  /// - Returns: the process's exit code.
  public func run() async -> Int32 {
    let end = await connection.run()
    handler.jobs.cancelAll()
    services.log.flush()
    switch end {
    case .endOfInput, .exitRequested, .stopped, .outputFailed(errno: brokenPipe): return 0
    default:
      services.log.write(.problem, end.description)
      services.log.flush()
      return 1
    }
  }

  /// Ends the session from any thread.
  public func stop() {
    connection.stop()
  }
}
