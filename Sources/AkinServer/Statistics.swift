import AkinProtocol
import Synchronization

/// Counts calls and the time each took, by method.
package final class Statistics: Sendable {
  private struct Entry {
    var succeeded = 0
    var failed = 0
    /// Microseconds.
    var times = TimeHistogram()
  }

  private let entries = Mutex<[String: Entry]>([:])

  /// Starts at zero.
  package init() {}

  /// Counts one call.
  package func record(_ method: String, milliseconds: Double, isSuccess: Bool) {
    entries.withLock { entries in
      if isSuccess {
        entries[method, default: Entry()].succeeded += 1
      } else {
        entries[method, default: Entry()].failed += 1
      }
      entries[method]?.times.record(UInt64(max(0, min(milliseconds * 1000, 1e18)).rounded()))
    }
  }

  /// The counts by method.
  package func counts() -> [String: ServerStatusMethod.MethodCounts] {
    entries.withLock { $0 }.mapValues { entry in
      let percentile = { Double(entry.times.percentile($0)) / 1000 }
      return ServerStatusMethod.MethodCounts(
        succeeded: entry.succeeded, failed: entry.failed, p50: percentile(50), p95: percentile(95), p99: percentile(99),
        max: Double(entry.times.longest) / 1000)
    }
  }
}
