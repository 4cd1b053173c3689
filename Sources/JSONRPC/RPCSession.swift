import Dispatch
import JSON
import Synchronization

/// Where a session's messages go. What they look like on the wire, and who reads them, is no concern of the session's.
protocol MessageOutlet: Sendable {
  /// Leaves a message to be sent.
  /// - Returns: the bytes that wait now to be read by the client.
  func send(_ message: [UInt8]) -> Int

  /// Bytes that wait to be read by the client.
  var backlogBytes: Int { get }

  /// Waits until at most `bytes` bytes wait to be read by the client, nothing more is sent, or the task is cancelled.
  func drained(to bytes: Int) async

  /// More waits than a client may leave unread: nothing more will be taken from it.
  /// - Returns: whether nothing had ended the session before.
  func giveUp(waiting bytes: Int) -> Bool
}

/// The heart of a JSON-RPC 2.0 server, whatever carries its messages: requests are admitted one by one, refused beyond the
/// limits, started, cancelled, and each is answered exactly once.
final class RPCSession: Sendable {
  struct State {
    var pending = PendingRequests()
    var status = RPCStatus()
    /// Grows with every answer and every sign of work on one.
    var activity = 0
  }

  let handler: any RPCHandler
  let options: RPCOptions
  let outlet: any MessageOutlet
  let state = Mutex(State())
  let questions = ClientQuestions()
  /// Entered for each entry of `State.pending`, left when its answer has been given.
  let inFlight = DispatchGroup()

  init(handler: any RPCHandler, options: RPCOptions, outlet: any MessageOutlet) {
    self.handler = handler
    self.options = options
    self.outlet = outlet
  }

  /// Grows with every answer and every sign of work on one.
  var activity: Int { state.withLock { $0.activity } }

  /// What does not hold although it always must; nil where all does. For tests.
  func checkInvariants() -> String? { state.withLock { $0.pending.checkInvariants() } }

  /// Sends a notification that belongs to no request.
  func notify(_ method: String, _ params: JSONValue) {
    send(OutgoingMessage.notification(method, params))
  }

  /// The counters at this moment.
  func status() -> RPCStatus {
    var status = state.withLock { state in
      var status = state.status
      status.pending = state.pending.entries.count
      return status
    }
    status.backlogBytes = outlet.backlogBytes
    return status
  }
}
