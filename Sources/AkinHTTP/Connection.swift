import AkinProtocol
import NIOCore
import NIOHTTP1

/// One connection: cuts its bytes into requests with bounds on all of them, and answers one after the other.
///
/// Lives on its event loop. Times are counted from a request's first byte to its last, of an answer from one part that the client
/// takes to the next, and between requests; whoever is slower is dropped.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private enum Phase {
    /// Nothing of a request has come.
    case idle
    /// A request's first bytes.
    case beginning
    /// Its body.
    case receiving(HTTPRequestHead, RequestHead, ByteBuffer)
    /// It is being answered.
    case working(HTTPRequestHead, Task<Void, Never>)
    /// The answer is being written.
    case answering
    /// It has been refused, and what is left of it is thrown away.
    case refused
    case closed
  }

  /// Parts of an answer by which a client that reads is told from one that does not.
  private static let partBytes = 256 << 10
  /// What a refused client may still send before it is cut off, so that it gets to read why.
  private static let lingering = TimeAmount.seconds(2)

  private let service: HTTPService
  private let makeSession: @Sendable () -> any HTTPSession
  private var session: (any HTTPSession)?
  /// This handler's own place in the pipeline: what is written at another one is not encoded.
  private var place: ChannelHandlerContext?
  private var phase = Phase.idle
  private var timer: Scheduled<Void>?
  /// Bytes of a body that are counted as held.
  private var held = 0
  private var isClosing = false
  /// The number of the request that came last.
  private var round = 0

  init(service: HTTPService, makeSession: @escaping @Sendable () -> any HTTPSession) {
    self.service = service
    self.makeSession = makeSession
  }

  private var limits: ServerLimits { service.options.limits }

  // MARK: Coming and going

  func handlerAdded(context: ChannelHandlerContext) {
    place = context
  }

  func channelActive(context: ChannelHandlerContext) {
    waitForRequest(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    place = nil
    end()
  }

  private func end() {
    timer?.cancel()
    if case .working(_, let task) = phase { task.cancel() }
    phase = .closed
    release()
    session?.end()
    session = nil
  }

  /// The server ends: what has been accepted is finished.
  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ServerEnds {
      isClosing = true
      switch phase {
      case .idle, .beginning, .refused: context.close(promise: nil)
      default: break
      }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch phase {
    case .working, .answering, .closed: return context.close(promise: nil)
    case .refused: return
    default: break
    }
    guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
    let failure =
      error == .headerOverflow
      ? HTTPFailure(
        .headersTooLarge,
        "headers of more than \(limits[.maxHttpHeaderBytes]) bytes (\(ServerLimit.maxHttpHeaderBytes.flag))")
      : HTTPFailure(.badRequest, "not HTTP/1.1: \(error)")
    var answer = Face.inference.answer(failure)
    answer.isLast = true
    write(answer, to: nil, context)
  }

  // MARK: Requests

  /// Bytes have come, whatever they are.
  func bytesCame() {
    guard case .idle = phase, let place else { return }
    phase = .beginning
    expire(after: .seconds(Int64(limits[.maxHttpRequestSeconds])), place) { connection, context in
      connection.giveUpWaiting(context)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): begin(head, context)
    case .body(let part): append(part, context)
    case .end: finish(context)
    }
  }

  /// The rest of a request has not come in time.
  private func giveUpWaiting(_ context: ChannelHandlerContext) {
    guard case .receiving(let raw, let head, _) = phase else { return context.close(promise: nil) }
    let failure = HTTPFailure(.timeout, "the request took too long to come (\(ServerLimit.maxHttpRequestSeconds.flag))")
    refuse(Face(path: head.path).answer(failure), raw, context)
  }

  private func begin(_ raw: HTTPRequestHead, _ context: ChannelHandlerContext) {
    // What follows the last request that is answered here is not read.
    guard !isClosing else { return }
    if case .answering = phase { phase = .idle }
    bytesCame()
    round += 1
    let head = RequestHead(
      method: raw.method.rawValue, target: raw.uri, fields: raw.headers.map { (name: $0.name, value: $0.value) })
    if var answer = service.refusal(of: head) {
      let hasBody = head["content-length"].map { $0 != "0" } ?? (head.fields["transfer-encoding"] != nil)
      answer.isLast = hasBody
      if hasBody { return refuse(answer, raw, context) }
      phase = .receiving(raw, head, ByteBuffer())
      earlyAnswer = answer
      return
    }
    if head["expect"]?.lowercased() == "100-continue" {
      let proceed = HTTPResponseHead(version: raw.version, status: .continue)
      context.writeAndFlush(wrapOutboundOut(.head(proceed)), promise: nil)
    }
    phase = .receiving(raw, head, context.channel.allocator.buffer(capacity: 0))
  }

  /// The answer to a request that has been refused and whose end has not come.
  private var earlyAnswer: HTTPAnswer?

  private func append(_ part: ByteBuffer, _ context: ChannelHandlerContext) {
    guard case .receiving(let raw, let head, var body) = phase else { return }
    // Only one owner, so that it grows in place.
    phase = .beginning
    guard body.readableBytes + part.readableBytes <= limits[.maxMessageBytes] else {
      return refuse(service.tooLarge(head), raw, context)
    }
    guard service.counts.hold(part.readableBytes, limit: limits[.maxPendingBytes]) else {
      return refuse(service.overloaded(head), raw, context)
    }
    held += part.readableBytes
    var part = part
    body.writeBuffer(&part)
    phase = .receiving(raw, head, body)
  }

  private func finish(_ context: ChannelHandlerContext) {
    switch phase {
    case .receiving(let raw, let head, let body):
      timer?.cancel()
      if let answer = earlyAnswer {
        earlyAnswer = nil
        return write(answer, to: raw, context)
      }
      work(raw, head, Array(body.readableBytesView), context)
    case .refused: context.close(promise: nil)
    default: break
    }
  }

  private func work(
    _ raw: HTTPRequestHead, _ head: RequestHead, _ body: [UInt8], _ context: ChannelHandlerContext
  ) {
    let session = session ?? makeSession()
    self.session = session
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let (service, loop) = (service, context.eventLoop)
    let task = Task {
      let answer = await service.answer(head, body: body, session: session)
      loop.execute {
        let (connection, context) = bound.value
        connection.answered(answer, context)
      }
    }
    phase = .working(raw, task)
  }

  private func answered(_ answer: HTTPAnswer, _ context: ChannelHandlerContext) {
    guard case .working(let raw, _) = phase else { return }
    release()
    write(answer, to: raw, context)
  }

  private func release() {
    service.counts.release(held)
    held = 0
  }

  // MARK: Answers

  /// Answers before a request's end has come; the connection ends with that.
  private func refuse(_ answer: HTTPAnswer, _ raw: HTTPRequestHead?, _ context: ChannelHandlerContext) {
    var answer = answer
    answer.isLast = true
    release()
    write(answer, to: raw, context)
  }

  /// - Parameter raw: the request; nil where it cannot be read.
  private func write(_ answer: HTTPAnswer, to raw: HTTPRequestHead?, _ context: ChannelHandlerContext) {
    service.counts.answered(answer.status)
    let isEarly: Bool
    if case .working = phase { isEarly = false } else { isEarly = answer.isLast }
    phase = isEarly ? .refused : .answering
    let isLast = answer.isLast || isClosing || raw?.isKeepAlive != true
    isClosing = isLast
    var fields = HTTPHeaders(answer.fields.map { ($0.name, $0.value) })
    if answer.status != 204 { fields.add(name: "Content-Length", value: "\(answer.body.count)") }
    fields.add(name: "X-Content-Type-Options", value: "nosniff")
    if isLast {
      fields.add(name: "Connection", value: "close")
    } else if raw?.version == .http1_0 {
      fields.add(name: "Connection", value: "keep-alive")
    }
    let head = HTTPResponseHead(
      version: raw?.version ?? .http1_1, status: .init(statusCode: answer.status), headers: fields)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    expectReading(context)
    if raw?.method != .HEAD { writeBody(answer.body, context) }
    let done = context.eventLoop.makePromise(of: Void.self)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let round = round
    done.futureResult.whenComplete { result in
      let (connection, context) = bound.value
      // The next request of a client that does not wait may have come.
      if connection.round == round { connection.written(isLast: isLast, isEarly: isEarly, result, context) }
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: done)
  }

  private func writeBody(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
    let whole = ByteBuffer(bytes: bytes)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    for start in stride(from: 0, to: bytes.count, by: Self.partBytes) {
      guard let part = whole.getSlice(at: start, length: min(Self.partBytes, bytes.count - start)) else { return }
      let taken = context.eventLoop.makePromise(of: Void.self)
      taken.futureResult.whenSuccess { _ in
        let (connection, context) = bound.value
        connection.expectReading(context)
      }
      context.write(wrapOutboundOut(.body(.byteBuffer(part))), promise: taken)
    }
  }

  /// The client has to take the next part in time.
  private func expectReading(_ context: ChannelHandlerContext) {
    switch phase {
    case .answering, .refused:
      expire(after: .seconds(Int64(limits[.maxHttpRequestSeconds])), context) { _, context in
        context.close(promise: nil)
      }
    default: break
    }
  }

  private func written(
    isLast: Bool, isEarly: Bool, _ result: Result<Void, any Error>, _ context: ChannelHandlerContext
  ) {
    if case .closed = phase { return }
    timer?.cancel()
    guard case .success = result, isLast else {
      if case .failure = result { return context.close(promise: nil) }
      phase = .idle
      return waitForRequest(context)
    }
    guard isEarly else { return context.close(promise: nil) }
    // A client that still sends would lose the answer to the reset of a connection that is closed over its bytes.
    expire(after: Self.lingering, context) { _, context in context.close(promise: nil) }
    context.close(mode: .output, promise: nil)
  }

  private func waitForRequest(_ context: ChannelHandlerContext) {
    guard !isClosing else { return context.close(promise: nil) }
    expire(after: .seconds(Int64(limits[.maxHttpIdleSeconds])), context) { _, context in context.close(promise: nil) }
  }

  /// Sets the connection's one timer.
  private func expire(
    after time: TimeAmount, _ context: ChannelHandlerContext,
    _ body: @escaping (Connection, ChannelHandlerContext) -> Void
  ) {
    timer?.cancel()
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in body(self, context) }
  }
}

/// Tells a client that there are too many, and goes.
final class TurnedAway: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  func channelActive(context: ChannelHandlerContext) {
    let text = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: 1\r\n\r\n"
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).whenComplete { _ in
      bound.value.close(promise: nil)
    }
  }
}

/// Tells a connection that the server ends.
struct ServerEnds: Sendable {}

/// Tells the connection of a request's first bytes, before anything reads them.
final class FirstBytes: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let connection: Connection

  init(_ connection: Connection) {
    self.connection = connection
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    connection.bytesCame()
    context.fireChannelRead(data)
  }
}
