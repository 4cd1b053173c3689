import AkinProtocol
import JSONRPC

/// The progress of work that a client has not asked for by a request, under a token of the server's.
struct BackgroundProgress {
  private let context: RPCContext
  private let token: ProgressToken

  /// Has the client show it.
  init(_ context: RPCContext, token: ProgressToken, title: String) {
    self.context = context
    self.token = token
    let id = if case .string(let text) = token { text } else { "\(token)" }
    context.request(id, WorkDoneProgressCreateRequest.name, WorkDoneProgressCreateRequest.parameters(token))
    send(.begin(title: title))
  }

  func send(_ step: ProgressNotification.Step) {
    context.notify(ProgressNotification.name, ProgressNotification.Parameters(token: token, value: step).json)
  }

  func end(_ message: String?) {
    send(.end(message: message))
  }
}
