import Synchronization

/// Tells on a terminal how far some work is, on one line of standard error that goes afterwards. Short work is not told of.
final class WorkLine: Sendable {
  private static let patience = Duration.milliseconds(300)
  private static let interval = Duration.milliseconds(100)

  private let verb: String
  private let noun: String
  private let terminal = Terminal(.standardError, color: .auto)
  private let start = ContinuousClock.now
  private let last: Mutex<ContinuousClock.Instant?>

  /// As in "comparing 1,280 of 50,000 texts".
  init(_ verb: String, _ noun: String) {
    self.verb = verb
    self.noun = noun
    last = Mutex(nil)
  }

  func add(_ done: Int, of total: Int) {
    let now = ContinuousClock.now
    guard terminal.forReading, now - start >= Self.patience else { return }
    last.withLock { last in
      guard last.map({ now - $0 >= Self.interval }) ?? true else { return }
      last = now
      let left = (now - start) / .seconds(1) * Double(total - done) / Double(max(done, 1))
      let text = "\(verb) \(done) of \(NumberText.count(total, noun))  \(NumberText.duration(.seconds(left))) left"
      Notice.redraw(TextWidth.clipped(text, to: terminal.columns - 1))
    }
  }

  func end() {
    last.withLock { last in
      if last != nil { Notice.redraw("") }
      last = nil
    }
  }
}
