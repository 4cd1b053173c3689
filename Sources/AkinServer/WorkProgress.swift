import AkinProtocol
import JSONRPC
import Synchronization

/// What the client sees of a request that may take long, under the `workDoneToken` that it gave: a begin, reports whose
/// percentage grows, and an end whatever becomes of the request.
///
/// Without a token nothing is sent, and all the same each report tells the connection that the work goes on.
final class WorkProgress: Sendable {
  private struct State {
    /// The highest that was sent.
    var percentage = 0
    var hasEnded = false
  }

  private let context: RPCContext
  private let state = Mutex(State())

  init(_ context: RPCContext, title: String) {
    self.context = context
    context.report(ProgressNotification.Step.begin(title: title).json)
  }

  /// So much of the work is done: a number out of `total`, of what `noun` says.
  func report(_ done: Int, of total: Int, _ noun: String) {
    report(percentage: total > 0 ? 100 * done / total : 100, "\(done) of \(total) \(noun)")
  }

  /// A report; other steps are not told here.
  func report(_ step: ProgressNotification.Step) {
    if case .report(let message, let percentage) = step { report(percentage: percentage, message) }
  }

  /// So much of the work is done. What is no more than before is not sent, nor what comes after the end, as from a thread
  /// that has not heard of it.
  private func report(percentage: Int, _ message: @autoclosure () -> String) {
    state.withLock { state in
      guard percentage > state.percentage, !state.hasEnded else { return context.noteWork() }
      state.percentage = percentage
      context.report(ProgressNotification.Step.report(message: message(), percentage: percentage).json)
    }
  }

  /// The end, once.
  func end(_ message: String? = nil) {
    state.withLock { state in
      guard !state.hasEnded else { return }
      state.hasEnded = true
      context.report(ProgressNotification.Step.end(message: message).json)
    }
  }
}

extension Call {
  /// Does work under the eyes of the client. A progress that has begun ends, also where the work fails.
  func withProgress<Result>(
    _ title: String, _ work: (WorkProgress) async throws -> Result
  ) async throws -> Result {
    let progress = WorkProgress(context, title: title)
    defer { progress.end() }
    return try await work(progress)
  }
}
