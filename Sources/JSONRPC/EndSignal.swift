import Synchronization

/// The reason for which a connection ends, given by any thread, and a pipe by which the reader hears of it while it waits
/// for input.
final class EndSignal: Sendable {
  private let reason = Mutex<RPCEnd?>(nil)
  private let pipe: Result<(read: Int32, write: Int32), SystemCall.Failure>

  init() {
    do {
      pipe = .success(try SystemCall.pipe())
    } catch {
      pipe = .failure(error)
    }
  }

  deinit {
    guard case .success(let ends) = pipe else { return }
    SystemCall.close(ends.read)
    SystemCall.close(ends.write)
  }

  /// Readable once a reason has been given.
  var descriptor: Int32 {
    get throws(SystemCall.Failure) { try pipe.get().read }
  }

  /// The first reason given.
  var raised: RPCEnd? {
    reason.withLock { $0 }
  }

  /// Gives a reason.
  /// - Returns: whether it is the first.
  @discardableResult
  func raise(_ end: RPCEnd) -> Bool {
    let isFirst = reason.withLock { reason in
      guard reason == nil else { return false }
      reason = end
      return true
    }
    // One byte in an empty pipe is always taken; should it not be, the reader still sees the reason at its next turn.
    if isFirst, case .success(let ends) = pipe { _ = try? SystemCall.write(ends.write, [0], from: 0) }
    return isFirst
  }
}
