import AkinServer
import Synchronization
import Testing

/// Who waits for whom.
@Suite(.timeLimit(.minutes(10))) struct CollectionOrderTests {
  private let order = CollectionOrder()

  /// Whether a turn comes without anything else being finished: what waits is cancelled at once.
  private func comes(_ turn: Turn) async -> Bool {
    let wait = Task { try await turn.wait() }
    wait.cancel()
    return (try? await wait.value) != nil
  }

  @Test func searchesWaitForTheChangesOfTheirOwnSession() async throws {
    let change = order.change(["a"], session: 1)
    let search = order.read(["a"], session: 1)
    #expect(await comes(search) == false)
    #expect(await comes(order.read(["b"], session: 1)))
    #expect(await comes(order.read(["a"], session: 2)), "another's change may take minutes")
    change.finish()
    try await search.wait()
    #expect(await comes(order.read(["a"], session: 1)))
  }

  @Test func whatIsDoneIsForgotten() async throws {
    let change = order.change(["kept"])
    for number in 0..<2000 { order.change(["\(number)"]).finish() }
    #expect(order.count < 300)
    #expect(await comes(order.change(["kept"])) == false)
    change.finish()
  }

  @Test func changesWaitForEachOtherWhoeverAsked() async throws {
    let first = order.change(["a", "b"], session: 1)
    let second = order.change(["b"], session: 2)
    #expect(await comes(second) == false)
    first.finish()
    try await second.wait()
    #expect(await comes(order.read(["b"], session: 2)) == false)
    second.finish()
    #expect(await comes(order.read(["b"], session: 2)))
  }

  @Test func searchesOfAllWaitForWhatIsNobodys() async {
    let change = order.change(["a"])
    #expect(await comes(order.read(["a"], session: 1)) == false)
    change.finish()
  }
}
