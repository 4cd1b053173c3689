import Synchronization

/// How a message has come, and so where what it asks for is answered.
enum MessageOrigin: Sendable {
  /// By itself.
  case stream
  /// In a batch, which is answered as one.
  case batch(BatchAnswer)
  /// From one who waits for this answer.
  case caller(CallerAnswer)

  /// The place of the answer, which will be given.
  var destination: AnswerDestination {
    switch self {
    case .stream: .stream
    case .batch(let batch): .batch(batch, slot: batch.open())
    case .caller(let answer): .caller(answer)
    }
  }
}

/// Where the answer of one request goes.
enum AnswerDestination: Sendable {
  /// Out, as a message of its own.
  case stream
  /// Into a batch, at this place.
  case batch(BatchAnswer, slot: Int)
  /// To the one who waits for it.
  case caller(CallerAnswer)
}

/// The answers of one batch, which go out together in the order of the requests once the last is there.
final class BatchAnswer: Sendable {
  private struct State {
    /// nil while missing, and for good where the request was withdrawn.
    var answers: [[UInt8]?] = []
    var missing = 0
    /// All elements have been read.
    var isSealed = false
  }

  private let state = Mutex(State())

  /// Makes a place for one more answer.
  func open() -> Int {
    state.withLock { state in
      state.answers.append(nil)
      state.missing += 1
      return state.answers.count - 1
    }
  }

  /// Fills a place.
  /// - Returns: the whole batch, if this was the last answer.
  func fill(_ slot: Int, _ answer: [UInt8]) -> [UInt8]? {
    state.withLock { state in
      state.answers[slot] = answer
      state.missing -= 1
      return Self.joined(state)
    }
  }

  /// Gives up a place: no answer will come.
  /// - Returns: the whole batch, if nothing else is missing and there are any answers.
  func close(_ slot: Int) -> [UInt8]? {
    state.withLock { state in
      state.missing -= 1
      return Self.joined(state)
    }
  }

  /// Says that no more places will be made.
  /// - Returns: the whole batch, if all answers are there and there are any.
  func seal() -> [UInt8]? {
    state.withLock { state in
      state.isSealed = true
      return Self.joined(state)
    }
  }

  private static func joined(_ state: State) -> [UInt8]? {
    let answers = state.answers.compactMap(\.self)
    guard state.isSealed, state.missing == 0, !answers.isEmpty else { return nil }
    var bytes = [UInt8(ascii: "[")]
    for answer in answers {
      if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: answer)
    }
    bytes.append(UInt8(ascii: "]"))
    return bytes
  }
}
