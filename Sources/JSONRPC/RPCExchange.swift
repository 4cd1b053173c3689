import JSON
import Platform
import Synchronization

/// A session whose client waits for each answer where it has asked, as over HTTP. There is no stream by which anything
/// else could be sent: progress, parts of results and notifications go nowhere.
public final class RPCExchange: Sendable {
  /// Nobody listens.
  private struct NoOutlet: MessageOutlet {
    let backlogBytes = 0
    func send(_ message: [UInt8]) -> Int { 0 }
    func drained(to bytes: Int) async {}
    func giveUp(waiting bytes: Int) -> Bool { false }
  }

  /// A request of a message, with its answer once that is there.
  private struct Asked: Sendable {
    let id: JSONRPCID
    let answer: CallerAnswer
    /// Nil where it has been refused as it was read.
    let sequence: Int?
  }

  /// What a message asks for.
  private enum Message: Sendable {
    case refused(ResponseError)
    case single(Asked?)
    case batch([Asked])
  }

  private let session: RPCSession
  private let reader: Mutex<MessageReader>

  /// - Parameters:
  ///   - handler: what answers the requests.
  ///   - options: limits; those of a stream's backlog mean nothing here.
  public init(handler: any RPCHandler, options: RPCOptions) {
    session = RPCSession(handler: handler, options: options, outlet: NoOutlet())
    reader = Mutex(MessageReader(limits: options.message, batchCount: options.batchCount))
  }

  /// Calls a method as a request would. Cancelling the task cancels the request.
  /// - Parameter bytes: what the request counts among those that wait.
  /// - Throws: the error of the answer.
  public func call(_ method: String, _ params: JSONValue, bytes: Int) async throws(ResponseError) -> JSONValue {
    let sequence = reader.withLock { $0.takeSequence() }
    let request = RPCRequest(id: JSONRPCID(sequence), method: method, params: params, sequence: sequence)
    let answer = CallerAnswer()
    session.dispatch(.request(request), from: .caller(answer), bytes: bytes)
    return try await value(of: [Asked(id: .null, answer: answer, sequence: sequence)])[0]?.get() ?? .null
  }

  /// Answers a message: a request, a notification, or a batch. Cancelling the task cancels its requests.
  /// - Returns: the answer as JSON; nil where the message asks for none.
  public func answer(_ message: [UInt8]) async -> [UInt8]? {
    // Reading a large message takes a while, and its admission may ask the file system.
    switch await BlockingExecutor.reading.run({ admitted(message) }) {
    case .refused(let error): return OutgoingMessage.answer(.null, .failure(error))
    case .single(nil): return nil
    case .single(let asked?): return await answers([asked]).first
    case .batch(let asked):
      let answers = await answers(asked)
      return answers.isEmpty
        ? nil : [UInt8(ascii: "[")] + answers.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }
  }

  /// Ends what is under way; it is answered so.
  public func end() {
    session.cancelAll()
  }

  /// Reads and admits a message, one at a time.
  private func admitted(_ text: [UInt8]) -> Message {
    reader.withLock { reader in
      switch reader.read(text, style: nil) {
      case .refused(let error): .refused(error)
      case .single(let call): .single(admitted(call, bytes: text.count))
      case .batch(let calls): .batch(calls.compactMap { admitted($0, bytes: text.count / calls.count) })
      }
    }
  }

  private func admitted(_ call: IncomingCall, bytes: Int) -> Asked? {
    let answer = CallerAnswer()
    session.dispatch(call, from: .caller(answer), bytes: bytes)
    switch call {
    case .refused(let id, _): return Asked(id: id, answer: answer, sequence: nil)
    case .request(let request): return request.id.map { Asked(id: $0, answer: answer, sequence: request.sequence) }
    case .response, .ignored: return nil
    }
  }

  private func answers(_ asked: [Asked]) async -> [[UInt8]] {
    let values = await value(of: asked)
    return zip(asked, values).compactMap { asked, value in value.map { OutgoingMessage.answer(asked.id, $0) } }
  }

  /// Waits for the answers; nil for what has been withdrawn.
  private func value(of asked: [Asked]) async -> [CallerAnswer.Outcome?] {
    await withTaskCancellationHandler {
      var values: [CallerAnswer.Outcome?] = []
      for asked in asked { values.append(await asked.answer.value()) }
      return values
    } onCancel: {
      for asked in asked { if let sequence = asked.sequence { session.cancel(sequence) } }
    }
  }
}

/// The answer of one request, for the one who waits for it.
final class CallerAnswer: Sendable {
  typealias Outcome = Result<JSONValue, ResponseError>

  private enum State {
    case missing
    case awaited(CheckedContinuation<Outcome?, Never>)
    case given(Outcome?)
  }

  private let state = Mutex(State.missing)

  /// Gives the answer, once; nil says that none will come.
  func fill(_ outcome: Outcome?) {
    let waiting: CheckedContinuation<Outcome?, Never>? = state.withLock { state in
      defer { state = .given(outcome) }
      if case .awaited(let continuation) = state { return continuation }
      return nil
    }
    waiting?.resume(returning: outcome)
  }

  /// Waits for the answer. To be asked once.
  func value() async -> Outcome? {
    await withCheckedContinuation { continuation in
      let given: Outcome?? = state.withLock { state in
        if case .given(let outcome) = state { return .some(outcome) }
        state = .awaited(continuation)
        return nil
      }
      if let given { continuation.resume(returning: given) }
    }
  }
}
