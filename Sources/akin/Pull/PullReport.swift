import ModelFiles
import Synchronization

/// Tells of a download on standard error: a bar a file on a terminal, a line now and then elsewhere.
final class PullReport: Sendable {
  private struct State {
    var current: PullProgress?
    var rate = TransferRate()
    var lastWritten: ContinuousClock.Instant?
  }

  private let terminal: Terminal
  private let quiet: Bool
  private let clock = ContinuousClock()
  /// Progress comes from whatever thread reads the download.
  private let state = Mutex(State())

  /// Between two drawings of the bar: more often than a person can read costs time for nothing.
  private static let barInterval = Duration.milliseconds(100)
  private static let lineInterval = Duration.seconds(10)

  init(terminal: Terminal, quiet: Bool) {
    self.terminal = terminal
    self.quiet = quiet
  }

  func add(_ progress: PullProgress) {
    guard !quiet else { return }
    let now = clock.now
    state.withLock { state in
      if let previous = state.current, previous.file != progress.file {
        finish(previous)
        state = State()
      }
      state.current = progress
      state.rate.add(received: progress.bytes, at: now)
      let interval = terminal.forReading ? Self.barInterval : Self.lineInterval
      // A bar appears at once; a line only for what takes long.
      let last = state.lastWritten ?? (terminal.forReading ? now - interval : now)
      if state.lastWritten == nil { state.lastWritten = last }
      guard now - last >= interval else { return }
      state.lastWritten = now
      draw(line(progress, rate: state.rate.bytesPerSecond))
    }
  }

  /// After the last file, or before an error is reported.
  func end() {
    state.withLock { state in
      if let current = state.current { finish(current) }
      state = State()
    }
  }

  private func line(_ progress: PullProgress, rate: Double?) -> ProgressLine {
    ProgressLine(label: progress.file, received: progress.bytes, total: progress.total, rate: rate)
  }

  private func draw(_ line: ProgressLine) {
    guard terminal.forReading else { return Notice.write(plain: line.plainText) }
    // Back to the first column, and whatever was longer before is erased.
    Notice.redraw(line.text(columns: terminal.columns - 1))
  }

  private func finish(_ progress: PullProgress) {
    draw(line(progress, rate: nil))
    if terminal.forReading { Notice.endLine() }
  }
}
