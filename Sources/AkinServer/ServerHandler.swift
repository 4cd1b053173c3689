import AkinProtocol
import JSON
import JSONRPC

/// Decides in order, answers concurrently.
final class ServerHandler: RPCHandler {
  let session = Session()
  private let watch: ParentWatch
  private let services: Services

  init(_ services: Services, watch: ParentWatch) {
    self.services = services
    self.watch = watch
  }

  /// The lifecycle, whose messages take effect in the order of their arrival.
  func admit(_ request: RPCRequest) -> RPCAdmission {
    if request.method == ExitNotification.name { return .exit }
    if session.isShutDown {
      return .refuse(ResponseError(akin: .invalidRequest, "no request is accepted after shutdown"))
    }
    switch request.method {
    case InitializeMethod.name: return initialize(request)
    case InitializedNotification.name: return .answer(.null)
    case ShutdownMethod.name: return shutDown(request)
    case SetTraceNotification.name: return setTrace(request)
    default: return admitMethod(request)
    }
  }

  private func initialize(_ request: RPCRequest) -> RPCAdmission {
    read(request) { (parameters: InitializeMethod.Parameters) in
      guard session.initialize(parameters) else {
        return .refuse(ResponseError(akin: .invalidRequest, "initialize has come before"))
      }
      if let process = parameters.processID { watch.start(Int32(process)) }
      services.log.write(.info, "initialize from \(parameters.clientName ?? "a client without a name")")
      var capabilities = ServerCapabilities()
      capabilities.positionEncoding = parameters.positionEncodings.map { Session.agreed($0) }
      capabilities.workDoneProgress = [EmbedMethod.name]
      return .answer(
        InitializeMethod.Result(
          capabilities: capabilities, serverName: "akin", serverVersion: services.options.version,
          limits: services.limits
        ).json)
    }
  }

  private func shutDown(_ request: RPCRequest) -> RPCAdmission {
    read(request) { (_: NoParameters) in
      if !request.isNotification { session.shutDown() }
      return .answer(NullResult().json)
    }
  }

  private func setTrace(_ request: RPCRequest) -> RPCAdmission {
    read(request) { (parameters: SetTraceNotification.Parameters) in
      session.setTrace(parameters.value)
      return .answer(.null)
    }
  }

  private func read<P: ProtocolValue>(_ request: RPCRequest, then decide: (P) -> RPCAdmission) -> RPCAdmission {
    do throws(JSONFieldError) {
      return decide(try P(request.params))
    } catch {
      return .refuse(ResponseError(invalid: error))
    }
  }

  private func admitMethod(_ request: RPCRequest) -> RPCAdmission {
    guard MethodTable.handlers[request.method] != nil else {
      return .refuse(ResponseError(unknownMethod: request.method))
    }
    // Every method only answers: without an id there is nothing to do.
    return request.isNotification ? .answer(.null) : .handle
  }

  func handle(_ request: RPCRequest, _ context: RPCContext) async throws -> JSONValue {
    guard let handler = MethodTable.handlers[request.method] else {
      throw ResponseError(unknownMethod: request.method)
    }
    let call = Call(
      parameters: request.params, positionEncoding: session.positionEncoding, context: context, services: services)
    let start = ContinuousClock.now
    do {
      let result = try await handler.respond(to: call)
      finish(request, start, isSuccess: true, context)
      return result
    } catch {
      finish(request, start, isSuccess: false, context)
      throw error
    }
  }

  /// Counts a call, before its answer is sent.
  private func finish(_ request: RPCRequest, _ start: ContinuousClock.Instant, isSuccess: Bool, _ context: RPCContext) {
    let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
    services.statistics.record(request.method, milliseconds: milliseconds, isSuccess: isSuccess)
    guard session.trace != .off else { return }
    let outcome = isSuccess ? "answered" : "failed"
    let tenths = (milliseconds * 10).rounded() / 10
    context.notify(
      LogMessageNotification.name,
      LogMessageNotification.Parameters(
        severity: .log, message: "\(request.method) \(outcome) after \(tenths) ms"
      ).json)
  }
}
