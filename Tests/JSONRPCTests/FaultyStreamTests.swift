import AkinTestSupport
import Foundation
import JSONRPC
import Synchronization
import Testing

/// Reads and writes that are interrupted, come back empty-handed or do a part of their work; and input cut anywhere.
@Suite struct FaultyStreamTests {
  init() {
    signal(SIGPIPE, SIG_IGN)
  }

  /// A session with everything in it, whose answers are known whatever the order.
  private static func session(_ style: MessageFraming.Style) -> [UInt8] {
    let messages = [
      #"{"jsonrpc":"2.0","id":1,"method":"echo","params":["é😀"]}"#,
      #"{"jsonrpc":"2.0","method":"update","params":[1]}"#,
      #"[{"jsonrpc":"2.0","id":"a","method":"ping"},{"jsonrpc":"2.0","id":2.0,"method":"subtract","params":[5,3]},7]"#,
      #"{"id":1,"#,
      #"{"jsonrpc":"2.0","id":3,"method":"progress","params":{"workDoneToken":"t"}}"#,
      #"{"jsonrpc":"2.0","id":4,"method":"nobody"}"#,
    ]
    return messages.flatMap { MessageFraming.frame(Array($0.utf8), style) }
  }

  @Test(arguments: [MessageFraming.Style.lines, .headers])
  func cutAtEveryOffset(style: MessageFraming.Style) async throws {
    let session = Self.session(style)
    let whole = try await exchange(session, style)
    #expect(whole.answers.count == 8)
    for cut in 1..<session.count {
      // The first reads get what stands before the cut and not a byte more.
      let taken = Mutex(0)
      let calls = StreamCalls(
        read: { descriptor, buffer in
          let left = cut - taken.withLock { $0 }
          let room = left > 0 ? UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(left, buffer.count)]) : buffer
          let count = StreamCalls.system.read(descriptor, room)
          taken.withLock { $0 += max(0, count) }
          return count
        }, write: StreamCalls.system.write)
      let (answers, end) = try await exchange(session, style, calls: calls)
      #expect(answers.sorted() == whole.answers.sorted(), "cut at \(cut)")
      #expect(end == .endOfInput, "cut at \(cut)")
    }
  }

  /// Calls that fail or fall short as often as not.
  private static func faulty(seed: UInt64) -> (calls: StreamCalls, faults: Faults) {
    let faults = Faults(seed: seed)
    let calls = StreamCalls(
      read: { descriptor, buffer in
        guard let share = faults.next(of: buffer.count) else { return -1 }
        return StreamCalls.system.read(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[..<share]))
      },
      write: { descriptor, buffer in
        guard let share = faults.next(of: buffer.count) else { return -1 }
        return StreamCalls.system.write(descriptor, UnsafeRawBufferPointer(rebasing: buffer[..<share]))
      })
    return (calls, faults)
  }

  /// The faults of both ends of a connection, and how many there were.
  private final class Faults: Sendable {
    private let state: Mutex<(random: SeededRandom, count: Int)>

    init(seed: UInt64) {
      state = Mutex((SeededRandom(seed: seed), 0))
    }

    var count: Int { state.withLock { $0.count } }

    /// How many bytes a call may do; nil for one that fails, whose `errno` is then set.
    func next(of count: Int) -> Int? {
      state.withLock { state in
        state.count += 1
        switch Int.random(in: 0..<6, using: &state.random) {
        case 0, 1: errno = EINTR
        case 2: errno = EAGAIN
        default: return Int.random(in: 1...min(count, 13), using: &state.random)
        }
        return nil
      }
    }
  }

  @Test(arguments: [MessageFraming.Style.lines, .headers])
  func interruptedAndShortCallsLoseNothing(style: MessageFraming.Style) async throws {
    let session = Self.session(style)
    let whole = try await exchange(session, style)
    let rounds = Fuzzing.count(100)
    var faultCount = 0
    for round in 0..<rounds {
      let (calls, faults) = Self.faulty(seed: Fuzzing.seed + UInt64(round))
      let (answers, end) = try await exchange(session, style, calls: calls)
      #expect(answers.sorted() == whole.answers.sorted(), "round \(round)")
      #expect(end == .endOfInput, "round \(round)")
      faultCount += faults.count
    }
    #expect(faultCount > 10 * rounds)
    Fuzzing.report("interrupted and short calls, \(style)", inputs: faultCount)
  }
}
