import AkinCollections
import Synchronization

/// Tells of indexing on standard error: a bar on a terminal, a line now and then elsewhere. What takes no time is not
/// told of.
final class IndexBar: Sendable {
  private struct State {
    var lastWritten: ContinuousClock.Instant
    var hasDrawn = false
    var last: IndexProgress?
  }

  private let terminal: Terminal
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  private static let barInterval = Duration.milliseconds(100)
  private static let lineInterval = Duration.seconds(10)
  /// Work that is done sooner shows no bar.
  private static let patience = Duration.milliseconds(300)
  private static let barColumns = 20

  init() {
    terminal = Terminal(.standardError, color: .auto)
    state = Mutex(State(lastWritten: start + Self.patience - Self.barInterval))
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

  /// Ends the line of the bar.
  func end() {
    state.withLock { state in
      if state.hasDrawn, let last = state.last { draw(last, .now, &state) }
      if state.hasDrawn, terminal.forReading { Notice.endLine() }
      state.hasDrawn = false
    }
  }

  private func draw(_ progress: IndexProgress, _ now: ContinuousClock.Instant, _ state: inout State) {
    state.hasDrawn = true
    let text = numbers(progress, now)
    guard terminal.forReading else { return Notice.write(plain: "indexing  " + text) }
    let share = progress.bytesTotal > 0 ? Double(progress.bytesDone) / Double(progress.bytesTotal) : 1
    let filled = Int(Double(Self.barColumns) * min(1, share))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.barColumns - filled)
    let line = TextWidth.clipped("indexing  \(bar)  \(text)", to: terminal.columns - 1)
    // Back to the first column, and whatever was longer before is erased.
    Notice.redraw(line)
  }

  private func numbers(_ progress: IndexProgress, _ now: ContinuousClock.Instant) -> String {
    let seconds = (now - start) / .seconds(1)
    var parts = ["\(progress.done) of \(NumberText.count(progress.total, "file"))"]
    if progress.embedded > 0, seconds > 0 { parts.append("\(Int(Double(progress.embedded) / seconds)) chunks/s") }
    if progress.bytesDone > 0, progress.bytesDone < progress.bytesTotal {
      let left = seconds * Double(progress.bytesTotal - progress.bytesDone) / Double(progress.bytesDone)
      parts.append(NumberText.duration(.seconds(left)) + " left")
    }
    return parts.joined(separator: "  ")
  }
}
