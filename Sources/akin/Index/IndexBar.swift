import AkinCollections
import Synchronization

/// Tells of indexing on standard error: a bar on a terminal, from the first second on; a line now and then elsewhere. What
/// takes no time is not told of.
final class IndexBar: Sendable {
  private struct State {
    var lastWritten: ContinuousClock.Instant
    /// Whether numbers have been shown, which stay on the screen.
    var hasDrawn = false
    /// Whether a line stands on the screen that goes away.
    var isLooking = false
    var hasEnded = false
    var last: IndexProgress?
    var ticker: Ticker?
  }

  private let terminal: Terminal
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  private static let barInterval = Duration.milliseconds(100)
  private static let lineInterval = Duration.seconds(10)
  /// Work that is done sooner shows no bar.
  private static let patience = Duration.milliseconds(300)

  init() {
    terminal = Terminal(.standardError, color: .auto)
    state = Mutex(State(lastWritten: start + Self.patience - Self.barInterval))
    guard terminal.forReading else { return }
    let ticker = Ticker { [weak self] in self?.tick() }
    state.withLock { $0.ticker = ticker }
  }

  func add(_ progress: IndexProgress) {
    let now = ContinuousClock.now
    state.withLock { state in
      state.last = progress
      let interval = terminal.forReading ? Self.barInterval : Self.lineInterval
      guard progress.total > 0, now - state.lastWritten >= interval else { return }
      state.lastWritten = now
      draw(progress, now, &state)
    }
  }

  /// The time goes on while a batch is computed, and before it is known what there is to do.
  private func tick() {
    let now = ContinuousClock.now
    state.withLock { state in
      guard !state.hasEnded, now - start >= Self.patience else { return }
      if let last = state.last, last.total > 0 { return draw(last, now, &state) }
      state.isLooking = true
      let seconds = NumberText.duration(now - start)
      Notice.redraw(TextWidth.clipped("indexing  looking for changes  \(seconds)", to: terminal.columns - 1))
    }
  }

  /// Ends the line of the bar.
  func end() {
    state.withLock { state in
      state.hasEnded = true
      state.ticker?.stop()
      state.ticker = nil
      if state.hasDrawn, let last = state.last { draw(last, .now, &state) }
      if state.hasDrawn, terminal.forReading { Notice.endLine() }
      if !state.hasDrawn, state.isLooking { Notice.redraw("") }
      state.hasDrawn = false
      state.isLooking = false
    }
  }

  deinit {
    state.withLock { $0.ticker?.stop() }
  }

  private func draw(_ progress: IndexProgress, _ now: ContinuousClock.Instant, _ state: inout State) {
    state.hasDrawn = true
    let line = BarLine(label: "indexing", share: progress.share, numbers: numbers(progress, now))
    guard terminal.forReading else { return Notice.write(plain: line.plainText) }
    // Back to the first column, and whatever was longer before is erased.
    Notice.redraw(line.text(columns: terminal.columns - 1))
  }

  private func numbers(_ progress: IndexProgress, _ now: ContinuousClock.Instant) -> [BarLine.Number] {
    let seconds = (now - start) / .seconds(1)
    let counted = "\(progress.done) of \(NumberText.count(progress.total, "file"))"
    var parts = [BarLine.Number(text: counted, short: "\(progress.done)/\(progress.total)", weight: 3)]
    if progress.embedded > 0, seconds > 0 {
      parts.append(.init(text: "\(Int(Double(progress.embedded) / seconds)) chunks/s", weight: 1))
    }
    // How long what is read takes to embed is known when some of it is embedded.
    if progress.share > 0, progress.share < 1, !progress.isInTwoSteps || progress.embedded > 0 {
      let left = seconds * (1 - progress.share) / progress.share
      parts.append(.init(text: NumberText.duration(.seconds(left)) + " left", weight: 2))
    }
    return parts
  }
}
