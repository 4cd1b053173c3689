import Synchronization

/// Tells a person of work that may take long: within the first second how much is done, how fast, and how long the rest
/// takes. The line goes away when the work ends. Nothing is written where standard error is no terminal.
final class WorkBar: Sendable {
  private struct State {
    var done = 0
    var share: Double?
    var hasDrawn = false
    var hasEnded = false
    var ticker: Ticker?
  }

  private let label: String
  private let noun: String
  private let nouns: String
  private let total: Int?
  private let terminal = Terminal(.standardError, color: .auto)
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  /// - Parameters:
  ///   - label: what is being done.
  ///   - noun: what is counted, one of them.
  ///   - nouns: several of them; with an s unless given.
  ///   - total: how many there are; nil where that is not known.
  ///   - isShown: false where the answers of the same work appear on the screen meanwhile.
  init(_ label: String, _ noun: String, _ nouns: String? = nil, of total: Int? = nil, isShown: Bool = true) {
    self.label = label
    self.noun = noun
    self.nouns = nouns ?? noun + "s"
    self.total = total
    guard isShown, terminal.forReading else { return }
    let ticker = Ticker { [weak self] in self?.draw() }
    state.withLock { $0.ticker = ticker }
  }

  deinit { end() }

  /// How many are done by now.
  var done: Int { state.withLock { $0.done } }

  /// - Parameters:
  ///   - done: how many are done by now.
  ///   - share: how much of all that is, 0 to 1, where it is not the share of their number.
  func add(_ done: Int, share: Double? = nil) {
    state.withLock { state in
      state.done = done
      state.share = share ?? total.map { $0 > 0 ? Double(done) / Double($0) : 1 }
    }
  }

  /// Takes the line away.
  func end() {
    state.withLock { state in
      state.hasEnded = true
      state.ticker?.stop()
      state.ticker = nil
      if state.hasDrawn { Notice.redraw("") }
      state.hasDrawn = false
    }
  }

  private func draw() {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    state.withLock { state in
      guard !state.hasEnded else { return }
      state.hasDrawn = true
      let outOf = total.map { "\(state.done) of \($0)" } ?? "\(state.done)"
      let counted = "\(outOf) \((total ?? state.done) == 1 ? noun : nouns)"
      let short = total.map { "\(state.done)/\($0)" } ?? "\(state.done)"
      var numbers = [BarLine.Number(text: counted, short: short, weight: 3)]
      if state.done > 0 { numbers.append(.init(text: rate(Double(state.done) / seconds), weight: 1)) }
      if let share = state.share, share > 0, share < 1 {
        let left = seconds * (1 - share) / share
        numbers.append(.init(text: NumberText.duration(.seconds(left)) + " left", weight: 2))
      }
      Notice.redraw(BarLine(label: label, share: state.share, numbers: numbers).text(columns: terminal.columns - 1))
    }
  }

  private func rate(_ perSecond: Double) -> String {
    NumberText.fixed(perSecond, decimals: perSecond < 10 ? 1 : 0) + " \(nouns)/s"
  }
}

/// Calls something every quarter of a second until it is stopped, so that a line moves while nothing comes.
struct Ticker: Sendable {
  private static let interval = Duration.milliseconds(250)

  private let task: Task<Void, Never>

  init(_ tick: @escaping @Sendable () -> Void) {
    task = Task.detached {
      while true {
        try? await Task.sleep(for: Self.interval)
        if Task.isCancelled { return }
        tick()
      }
    }
  }

  func stop() {
    task.cancel()
  }
}
