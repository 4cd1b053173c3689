import JSON

// How one request gets its one answer: admitted, started in a task, and removed from the pending table by whoever
// answers it first.
extension RPCSession {
  /// Deals with one message. Messages are dealt with one after the other.
  /// - Returns: a reason to end.
  @discardableResult
  func dispatch(_ call: IncomingCall, from origin: MessageOrigin, bytes: Int) -> RPCEnd? {
    switch call {
    case .ignored:
      return nil
    case .response(let id, let result):
      questions.answer(id, result)
      return nil
    case .refused(let id, let error):
      answerNow(id, .failure(error), origin)
      return nil
    case .request(let request):
      state.withLock { $0.status.received += 1 }
      return dispatch(request, origin, bytes: bytes)
    }
  }

  private func dispatch(_ request: RPCRequest, _ origin: MessageOrigin, bytes: Int) -> RPCEnd? {
    switch handler.admit(request) {
    case .handle: start(request, origin, bytes: bytes)
    case .answer(let value): answerNow(request.id, .success(value), origin)
    case .refuse(let error): answerNow(request.id, .failure(error), origin)
    case .cancel(let named): cancel(named, as: request, origin)
    case .withdraw(let id):
      withdraw(id)
      answerNow(request.id, .success(.null), origin)
    case .cancelWork(let token):
      if let name = options.progress?.workToken {
        for sequence in state.withLock({ $0.pending.sequences(token, named: name) }) { cancel(sequence) }
      }
      answerNow(request.id, .success(.null), origin)
    case .exit:
      answerNow(request.id, .success(.null), origin)
      return .exitRequested
    }
    return nil
  }

  private func start(_ request: RPCRequest, _ origin: MessageOrigin, bytes: Int) {
    if let error = overload() {
      handler.drop(request)
      options.log?("refused \(ResponseError.quoted(request.method)): \(error.message)")
      return answerNow(request.id, .failure(error), origin)
    }
    let destination = request.isNotification ? .stream : origin.destination
    inFlight.enter()
    let isRepeated = state.withLock { state in
      state.pending.insert(PendingRequests.Entry(request: request, destination: destination, bytes: bytes))
    }
    if isRepeated { options.log?("two requests under the id \(ResponseError.quoted("\(request.id ?? .null)"))") }
    let task = Task { await work(on: request) }
    state.withLock { $0.pending.setTask(task, for: request.sequence) }
  }

  /// Why new work is refused; nil where it is not.
  private func overload() -> ResponseError? {
    let (count, bytes) = state.withLock { ($0.pending.entries.count, $0.pending.bytes) }
    let backlog = outlet.backlogBytes
    if backlog > options.backlogBytes {
      return ResponseError(
        .connectionBacklog, .maxBacklogBytes, maximum: options.backlogBytes, actual: backlog,
        "output backlog: more than \(options.backlogBytes) bytes wait to be read")
    }
    if count >= options.pendingCount {
      return ResponseError(
        .connectionBacklog, .maxPendingRequests, maximum: options.pendingCount, actual: count + 1,
        "more than \(options.pendingCount) requests wait for their answers")
    }
    if bytes > options.pendingBytes {
      return ResponseError(
        .connectionBacklog, .maxPendingBytes, maximum: options.pendingBytes, actual: bytes,
        "requests of more than \(options.pendingBytes) bytes wait for their answers")
    }
    return nil
  }

  /// The body of a request's task.
  private func work(on request: RPCRequest) async {
    guard state.withLock({ $0.pending.begin(request.sequence) }) else { return handler.drop(request) }
    let context = RPCContext(
      session: self, sequence: request.sequence,
      progressToken: Self.token(options.progress?.workToken, request.params),
      partialResultToken: Self.token(options.progress?.partToken, request.params))
    let outcome: Result<JSONValue, ResponseError>
    do {
      outcome = .success(try await handler.handle(request, context))
    } catch {
      outcome = .failure(ResponseError(thrown: error))
    }
    if let entry = state.withLock({ $0.pending.remove(request.sequence) }) { finish(entry, outcome) }
  }

  private static func token(_ name: String?, _ params: JSONField) -> JSONValue? {
    switch name.flatMap({ params[$0].value }) {
    case .string(let token)?: .string(token)
    case .integer(let token)?: .integer(token)
    case .number(let token)?: Int64(exactly: token).map { .integer($0) }
    default: nil
    }
  }
}

// MARK: - Cancelling

extension RPCSession {
  /// Cancels the request that a message names. As a notification that is silent whatever it names. As a request, which Vim's
  /// manual shows, it is answered; where it names nothing, Vim's top-level `id` itself is that of the request to cancel, and
  /// the answer says so, since Vim takes it for the answer of that one.
  private func cancel(_ named: JSONField, as request: RPCRequest, _ origin: MessageOrigin) {
    if let id = JSONRPCID(naming: named.value) {
      cancelNewest(id)
      answerNow(request.id, .success(.null), origin)
    } else if let id = request.id, !named.isPresent, cancelNewest(id) {
      answerNow(id, .failure(.cancelled), origin)
    } else {
      let error = JSONFieldError(
        path: named.path, expected: "the id of a request", found: named.value?.summary ?? "nothing")
      answerNow(request.id, .failure(ResponseError(error)), origin)
    }
  }

  /// Cancels the newest request under `id`: at once if its handler has not been called, else by its task.
  /// - Returns: whether there is one.
  @discardableResult
  private func cancelNewest(_ id: JSONRPCID) -> Bool {
    guard let sequence = state.withLock({ $0.pending.newest(id)?.request.sequence }) else { return false }
    return cancel(sequence)
  }

  /// Cancels a request by its number of arrival.
  /// - Returns: whether it was pending.
  @discardableResult
  func cancel(_ sequence: Int) -> Bool {
    let found = state.withLock { state -> (entry: PendingRequests.Entry, isRemoved: Bool)? in
      guard let entry = state.pending.entries[sequence] else { return nil }
      state.status.cancelled += 1
      guard !entry.hasBegun, let removed = state.pending.remove(sequence) else { return (entry, false) }
      return (removed, true)
    }
    guard let found else { return false }
    found.entry.task?.cancel()
    if found.isRemoved { finish(found.entry, .failure(.cancelled)) }
    return true
  }

  /// Cancels the newest request under `id` and leaves it without an answer.
  private func withdraw(_ id: JSONRPCID) {
    let found = state.withLock { state -> PendingRequests.Entry? in
      guard let entry = state.pending.newest(id) else { return nil }
      state.status.cancelled += 1
      return state.pending.remove(entry.request.sequence)
    }
    guard let found else { return }
    defer { inFlight.leave() }
    found.task?.cancel()
    switch found.destination {
    case .stream: break
    case .batch(let batch, let slot): if let whole = batch.close(slot) { send(whole) }
    case .caller(let answer): answer.fill(nil)
    }
  }

  /// Gives up and answers all that is pending; results that come later are dropped.
  func cancelAll() {
    let entries = state.withLock { state in
      state.pending.entries.keys.sorted().compactMap { state.pending.remove($0) }
    }
    for entry in entries {
      entry.task?.cancel()
      finish(entry, .failure(.serverEnds))
    }
  }
}

// MARK: - Answering

extension RPCSession {
  /// Answers a request that is not in the pending table; without an id nothing is sent.
  private func answerNow(_ id: JSONRPCID?, _ outcome: Result<JSONValue, ResponseError>, _ origin: MessageOrigin) {
    guard let id else { return }
    deliver(id, outcome, origin.destination)
  }

  /// Answers an entry that the caller has just removed from the pending table.
  private func finish(_ entry: PendingRequests.Entry, _ outcome: Result<JSONValue, ResponseError>) {
    defer { inFlight.leave() }
    if let id = entry.request.id {
      deliver(id, outcome, entry.destination)
    } else if case .failure(let error) = outcome {
      options.log?("notification \(ResponseError.quoted(entry.request.method)) failed: code \(error.code.rawValue)")
    }
  }

  private func deliver(
    _ id: JSONRPCID, _ outcome: Result<JSONValue, ResponseError>, _ destination: AnswerDestination
  ) {
    state.withLock { state in
      state.status.answered += 1
      state.activity += 1
    }
    switch destination {
    case .stream: send(OutgoingMessage.answer(id, outcome))
    case .batch(let batch, let slot):
      if let whole = batch.fill(slot, OutgoingMessage.answer(id, outcome)) { send(whole) }
    case .caller(let answer): answer.fill(outcome)
    }
  }

  /// Leaves a message in the outlet; beyond the last limit the session ends.
  func send(_ body: [UInt8]) {
    endBeyondLimit(outlet.send(body))
  }

  /// Leaves a message in the outlet unless the request it belongs to has been answered. Either way it is a sign that
  /// someone is at work.
  func send(_ body: [UInt8]?, during sequence: Int) {
    let waiting = state.withLock { state in
      state.activity += 1
      guard let body, state.pending.entries[sequence] != nil else { return 0 }
      return outlet.send(body)
    }
    endBeyondLimit(waiting)
  }

  private func endBeyondLimit(_ waiting: Int) {
    if waiting > options.backlogBytesFatal, outlet.giveUp(waiting: waiting) { cancelAll() }
  }
}
