import AkinServer
import Synchronization
import Testing

/// One at a time, in the order of arrival, whoever is cancelled.
@Suite(.timeLimit(.minutes(1))) struct FairLockTests {
  private final class Inside: Sendable {
    let state = Mutex((now: 0, most: 0, order: [Int]()))

    func enter(_ number: Int) {
      state.withLock { state in
        state.now += 1
        state.most = max(state.most, state.now)
        state.order.append(number)
      }
    }

    func leave() {
      state.withLock { $0.now -= 1 }
    }
  }

  @Test func oneThatIsCancelledWhileItWaitsLetsNobodyPass() async throws {
    let lock = FairLock()
    let inside = Inside()
    let (ends, end) = AsyncStream<Void>.makeStream()
    let (starts, start) = AsyncStream<Void>.makeStream()
    let first = Task {
      try await lock.withLock {
        inside.enter(1)
        start.yield()
        for await _ in ends { break }
        inside.leave()
      }
    }
    for await _ in starts { break }
    for number in 2...40 {
      let waiting = Task { try await lock.withLock { inside.enter(number) } }
      // Some have begun to wait by then, and some have not.
      if number % 3 == 0 { await Task.yield() }
      waiting.cancel()
      await #expect(throws: CancellationError.self) { try await waiting.value }
    }
    let last = Task { try await lock.withLock { inside.enter(41) } }
    await Task.yield()
    #expect(inside.state.withLock { $0.order } == [1])
    end.yield()
    try await first.value
    try await last.value
    #expect(inside.state.withLock { $0.order } == [1, 41])
  }

  @Test func manyGoThroughOneByOne() async {
    let lock = FairLock()
    let inside = Inside()
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<400 {
        group.addTask {
          let task = Task {
            try await lock.withLock {
              inside.enter(number)
              await Task.yield()
              inside.leave()
            }
          }
          if number % 4 == 1 { task.cancel() }
          _ = try? await task.value
        }
      }
    }
    let state = inside.state.withLock { $0 }
    #expect(state.most == 1 && state.now == 0)
    #expect(Set(state.order).isSuperset(of: (0..<400).filter { $0 % 4 != 1 }))
    try? await lock.withLock { inside.enter(400) }
    #expect(inside.state.withLock { $0.order.last } == 400)
  }
}
