import AkinProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import Platform
import Synchronization

/// A server of HTTP/1.1 with the faces of ``Route``, over sessions that are handed to it.
public final class HTTPServer: Sendable {
  private let options: HTTPOptions
  private let service: HTTPService
  private let makeSession: @Sendable () -> any HTTPSession
  private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])
  private let stopping = AsyncStream<Bool>.makeStream()

  /// - Parameter makeSession: called for a connection's first request.
  /// - Throws: ``HTTPServerError`` where others could reach the address and no key keeps them out.
  public init(_ options: HTTPOptions, makeSession: @escaping @Sendable () -> any HTTPSession) throws(HTTPServerError) {
    guard options.address.isPrivate || options.key != nil else {
      throw HTTPServerError(
        "\(options.address) can be reached from other machines: set AKIN_API_KEY to a secret that clients must show")
    }
    self.options = options
    self.makeSession = makeSession
    service = HTTPService(options)
  }

  /// Serves until ``stop(finishes:)``.
  /// - Parameter listening: told the address once clients can come.
  public func run(listening: @Sendable (HTTPAddress) -> Void) async throws {
    // One thread carries bytes; the work is done by tasks and the engine.
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let listener: any Channel
    do {
      listener = try await bind(group)
    } catch {
      try? await group.shutdownGracefully()
      throw HTTPServerError("cannot listen at \(options.address): \(Self.reason(error))")
    }
    listening(bound(listener))
    var finishes = false
    for await way in stopping.stream {
      finishes = way
      break
    }
    try? await listener.close()
    if finishes { await drain() }
    for channel in channels.withLock({ Array($0.values) }) { try? await channel.close() }
    if case .unixSocket(let path) = options.address { unlink(path) }
    try? await group.shutdownGracefully()
  }

  /// Ends the server from any thread.
  /// - Parameter finishes: whether accepted requests are waited for, some seconds at most; else they are cancelled.
  public func stop(finishes: Bool) {
    stopping.continuation.yield(finishes)
    stopping.continuation.finish()
  }

  private func drain() async {
    for channel in channels.withLock({ Array($0.values) }) {
      channel.pipeline.fireUserInboundEventTriggered(ServerEnds())
    }
    let deadline = ContinuousClock.now + .seconds(options.drainSeconds)
    while !channels.withLock({ $0.isEmpty }), .now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
  }

  private func bind(_ group: MultiThreadedEventLoopGroup) async throws -> any Channel {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(ChannelOptions.backlog, value: 256)
      .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture { try begin(channel) }
      }
    switch options.address {
    case .network(let host, let port):
      return try await bootstrap.bind(host: host, port: port).get()
    case .unixSocket(let path):
      if try await isListening(path, group) { throw HTTPServerError("another server listens there") }
      // The mode must be right from the start; no other thread makes files yet.
      let mask = umask(0o177)
      defer { _ = umask(mask) }
      return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
    }
  }

  /// What a person can do something about, without the names of functions.
  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as IOError: SystemError.message(error.errnoCode)
    case is UnixDomainSocketPathWrongType: "something that is no socket is there, and stays"
    case SocketAddressError.unixDomainSocketPathTooLong: "the path is longer than the system takes for a socket"
    default: "\(error)"
    }
  }

  private func isListening(_ path: String, _ group: MultiThreadedEventLoopGroup) async throws -> Bool {
    guard let channel = try? await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get() else {
      return false
    }
    try await channel.close()
    return true
  }

  /// Where the system has let it listen.
  private func bound(_ listener: any Channel) -> HTTPAddress {
    guard case .network(let host, _) = options.address, let port = listener.localAddress?.port else {
      return options.address
    }
    return .network(host: host, port: port)
  }

  /// Sets a connection up, on its event loop.
  private func begin(_ channel: any Channel) throws {
    guard service.counts.connect(limit: options.limits[.maxHttpConnections]) else {
      service.counts.answered(503)
      return try channel.pipeline.syncOperations.addHandler(TurnedAway())
    }
    let id = ObjectIdentifier(channel)
    channels.withLock { $0[id] = channel }
    channel.closeFuture.whenComplete { [self] _ in
      service.counts.disconnect()
      _ = channels.withLock { $0.removeValue(forKey: id) }
    }
    var bounds = NIOHTTPDecoderLimitConfiguration()
    bounds.maxHeaderListSize = options.limits[.maxHttpHeaderBytes]
    bounds.maxHeaderFieldSize = options.limits[.maxHttpHeaderBytes]
    bounds.maxHeaderFieldCount = 100
    let connection = Connection(service: service, makeSession: makeSession)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(FirstBytes(connection))
    try pipeline.configureHTTPServerPipeline(
      withErrorHandling: false, withEncoderConfiguration: .init(), withDecoderLimitConfiguration: bounds)
    try pipeline.addHandler(connection)
  }
}

/// Why a server does not start.
public struct HTTPServerError: Error, CustomStringConvertible {
  /// One sentence.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
