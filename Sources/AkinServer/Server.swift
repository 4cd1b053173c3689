import AkinProtocol
import JSONRPC
import Platform
import Synchronization

/// Akin as a JSON-RPC server on two descriptors.
///
/// The caller ignores SIGPIPE, keeps other writers off `output`, and calls ``finish()`` on SIGTERM.
public final class Server: Sendable {
  private let connection: RPCConnection
  private let handler: ServerHandler
  private let services: Services
  private let watch: ParentWatch

  /// - Parameters:
  ///   - input: where requests come from; it stays the caller's.
  ///   - output: where answers go; it stays the caller's.
  ///   - services: what this session shares with others of the process.
  public init(input: Int32, output: Int32, services: Services) {
    let watch = ParentWatch(seconds: services.options.parentCheckSeconds)
    handler = ServerHandler(services, watch: watch)
    connection = RPCConnection(
      input: input, output: output, handler: handler, options: RPCOptions(services.limits, log: services.log))
    self.services = services
    self.watch = watch
  }

  /// The only session of its process.
  public convenience init(input: Int32, output: Int32, options: ServerOptions) {
    self.init(input: input, output: output, services: Services(options))
  }

  /// Serves until the client is done, and returns when the last answer has been written. Call it once.
  /// - Returns: the process's exit code: 0 after `exit` that followed `shutdown`, and after the end of input where no
  ///   `initialize` or a `shutdown` had come; else 1.
  public func run() async -> Int32 {
    services.sessions.withLock { $0 += 1 }
    defer { services.sessions.withLock { $0 -= 1 } }
    defer { handler.end() }
    watch.onEnd { [connection] in connection.stop() }
    let log = services.log
    let end = await connection.run()
    watch.stop()
    switch end {
    case .endOfInput, .exitRequested, .stopped, .outputFailed(errno: brokenPipe): log.write(.info, end.description)
    default: log.write(.problem, end.description)
    }
    log.flush()
    return handler.session.exitCode(after: end)
  }

  /// Ends the session from any thread: nothing more is read, accepted work has half a second to be finished and is then
  /// cancelled, and ``run()`` returns within about a second.
  public func finish() {
    connection.stop(finishes: true)
  }

  /// Ends the session from any thread: nothing more is read, all work is cancelled, and ``run()`` returns within about a
  /// second.
  public func stop() {
    connection.stop()
  }

  /// Serves one client from start to end.
  /// - Returns: the process's exit code.
  public static func run(input: Int32, output: Int32, options: ServerOptions) async -> Int32 {
    await Server(input: input, output: output, options: options).run()
  }
}

extension RPCOptions {
  /// The connection's part of the limits.
  init(_ limits: ServerLimits, log: ServerLog) {
    self.init(
      message: limits.message, batchCount: limits[.maxBatch], backlogBytes: limits[.maxBacklogBytes],
      pendingCount: limits[.maxPendingRequests], pendingBytes: limits[.maxPendingBytes])
    progress = RPCProgress(
      method: ProgressNotification.name, workToken: "workDoneToken", partToken: "partialResultToken")
    if log.isEnabled(.debug) { self.log = { log.write(.debug, $0) } }
  }
}
