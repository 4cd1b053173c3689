import AkinProtocol
import Synchronization

/// Counts calls, and keeps the times of the last ones.
package final class Statistics: Sendable {
  /// Calls of a method whose times are kept.
  private static let window = 512

  private struct Entry {
    var succeeded = 0
    var failed = 0
    /// Milliseconds; the oldest is overwritten first.
    var times: [Double] = []
  }

  private let entries = Mutex<[String: Entry]>([:])

  /// Starts at zero.
  package init() {}

  /// Counts one call.
  package func record(_ method: String, milliseconds: Double, isSuccess: Bool) {
    entries.withLock { entries in
      var entry = entries[method, default: Entry()]
      let index = (entry.succeeded + entry.failed) % Self.window
      if isSuccess { entry.succeeded += 1 } else { entry.failed += 1 }
      if index < entry.times.count { entry.times[index] = milliseconds } else { entry.times.append(milliseconds) }
      entries[method] = entry
    }
  }

  /// The counts by method.
  package func counts() -> [String: ServerStatusMethod.MethodCounts] {
    entries.withLock { $0 }.mapValues { entry in
      ServerStatusMethod.MethodCounts(
        succeeded: entry.succeeded, failed: entry.failed, p50: Self.percentile(50, of: entry.times),
        p95: Self.percentile(95, of: entry.times))
    }
  }

  /// The nearest-rank percentile: the least value that is not below `percent` per cent of all; 0 of none.
  package static func percentile(_ percent: Int, of values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let rank = (values.count * percent + 99) / 100
    return values.sorted()[max(rank, 1) - 1]
  }
}
