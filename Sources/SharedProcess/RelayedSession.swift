import AkinProtocol
import JSON
import JSONRPC

/// What a relay must remember of its client's session: which requests wait for an answer, so that they can be refused
/// when the process that works on them ends, and what the next process must be told first. No descriptors here.
package struct RelayedSession {
  /// What is answered by one message: a request, or all requests of a batch.
  private struct Unit {
    let ids: [JSONRPCID]
    let isBatch: Bool
    /// Messages of the lifecycle among them.
    let lifecycle: [(id: JSONRPCID, method: String, text: [UInt8])]
  }

  private static let longestProgress = 4096

  private let limits: JSONLimits
  private let batchCount: Int
  /// By arrival.
  private var units: [Int: Unit] = [:]
  /// The units under each id, oldest first: a client may repeat an id.
  private var arrivals: [JSONRPCID: [Int]] = [:]
  private var nextArrival = 0
  /// Work whose progress has begun, in order, and not ended.
  private var progress: [ProgressToken] = []
  private var initialization: [UInt8]?
  private var trace: [UInt8]?
  private var documents = DocumentLog()
  private var shutdown: [UInt8]?

  /// Whether the client has asked to end; nothing after that is read.
  package private(set) var hasExited = false
  /// The process whose end ends the session, as `initialize` named it.
  package private(set) var watchedProcess: Int32?

  /// - Parameters:
  ///   - limits: of a message; what is beyond them is refused as a whole, under no id.
  ///   - batchCount: elements of a batch, likewise.
  package init(limits: JSONLimits, batchCount: Int) {
    self.limits = limits
    self.batchCount = batchCount
  }

  /// Whether a request waits for its answer.
  package var isWaiting: Bool { !units.isEmpty }

  /// What a new process is told before anything else, so that position encoding, trace, folders, open documents and lifecycle
  /// are as before.
  package var replay: [[UInt8]] {
    [initialization, trace].compactMap(\.self) + documents.texts + [shutdown].compactMap(\.self)
  }

  /// Whether `replay` cannot say all of the documents that are open: the client must start over.
  package var hasLostDocuments: Bool { documents.isIncomplete }

  /// How many of `replay` are answered.
  package var replayedRequests: Int { [initialization, shutdown].compactMap(\.self).count }

  /// The exit code that LSP 3.17 asks for: 0 after `shutdown`, and after the end of input without `initialize`.
  package var exitCode: Int32 { shutdown != nil || initialization == nil && !hasExited ? 0 : 1 }
}

// MARK: - What passes

extension RelayedSession {
  /// Notes a message of the client, before it is passed on.
  package mutating func note(fromClient text: [UInt8]) {
    guard let envelope = MessageEnvelope(text, limits: limits), envelope.count <= batchCount else { return }
    var ids: [JSONRPCID] = []
    var lifecycle: [(JSONRPCID, String, [UInt8])] = []
    // Nothing after `exit` is read.
    for part in envelope.parts where !hasExited {
      switch part.kind {
      case .call(ExitNotification.name): hasExited = true
      case .call(SetTraceNotification.name) where part.id == nil: trace = Array(text[part.span])
      case .call(let method) where part.id == nil && method.hasPrefix("textDocument/"):
        documents.note(method, Array(text[part.span]))
      case .call(DidChangeWorkspaceFoldersNotification.name) where part.id == nil:
        documents.note(folders: Array(text[part.span]))
      case .result, .error: continue
      default: break
      }
      guard let id = part.id else { continue }
      ids.append(id)
      if case .call(let method) = part.kind, [InitializeMethod.name, ShutdownMethod.name].contains(method) {
        lifecycle.append((id, method, Array(text[part.span])))
      }
    }
    guard !ids.isEmpty else { return }
    for id in Set(ids) { arrivals[id, default: []].append(nextArrival) }
    units[nextArrival] = Unit(ids: ids, isBatch: envelope.isBatch, lifecycle: lifecycle)
    nextArrival += 1
  }

  /// Notes a message of the process, before it is passed on.
  package mutating func note(fromProcess envelope: MessageEnvelope, _ text: [UInt8]) {
    guard envelope.isAnswer else { return noteProgress(text) }
    let answers = envelope.parts.filter { $0.kind == .result || $0.kind == .error }
    let candidates = answers.compactMap(\.id).flatMap { arrivals[$0] ?? [] }
    guard let arrival = candidates.first(where: { units[$0]?.isBatch == envelope.isBatch }),
      let unit = remove(arrival)
    else { return }
    for message in unit.lifecycle where answers.contains(where: { $0.id == message.id && $0.kind == .result }) {
      apply(message.method, message.text)
    }
  }

  /// Takes all that waits out, because its process has ended.
  /// - Returns: the ends of progress that has begun, then an answer for each request, in the order of their arrival, those
  ///   of a batch together.
  package mutating func refuseAll(with error: ResponseError) -> [[UInt8]] {
    let waiting = units.sorted { $0.key < $1.key }.map(\.value)
    units = [:]
    arrivals = [:]
    let ends = progress.map { token in
      OutgoingMessage.notification(
        ProgressNotification.name,
        ProgressNotification.Parameters(token: token, value: .end(message: error.message)).json)
    }
    progress = []
    return ends
      + waiting.map { unit in
        let answers = unit.ids.map { OutgoingMessage.answer($0, .failure(error)) }
        guard unit.isBatch else { return answers[0] }
        return [UInt8(ascii: "[")] + answers.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
      }
  }

  /// Only short messages are looked at: beginnings and ends are, and parts of results are not.
  private mutating func noteProgress(_ text: [UInt8]) {
    guard text.count <= Self.longestProgress, case .object(let message)? = try? JSONValue.parse(text),
      message["method"] == .string(ProgressNotification.name),
      let step = try? ProgressNotification.Parameters(JSONField(message["params"], path: "params"))
    else { return }
    switch step.value {
    case .begin: progress.append(step.token)
    case .report: break
    case .end: progress.removeAll { $0 == step.token }
    }
  }

  private mutating func remove(_ arrival: Int) -> Unit? {
    guard let unit = units.removeValue(forKey: arrival) else { return nil }
    for id in unit.ids {
      arrivals[id]?.removeAll { $0 == arrival }
      if arrivals[id]?.isEmpty == true { arrivals[id] = nil }
    }
    return unit
  }

  /// Acts on a message of the lifecycle that the process has accepted.
  private mutating func apply(_ method: String, _ text: [UInt8]) {
    guard method == InitializeMethod.name else { return shutdown = text }
    initialization = text
    guard case .object(let message)? = try? JSONValue.parse(text),
      let parameters = try? InitializeMethod.Parameters(JSONField(message["params"], path: "params"))
    else { return }
    watchedProcess = parameters.processID.map { Int32($0) }
  }
}
