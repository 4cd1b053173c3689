import JSON
import JSONRPC
import Platform
import Subprocess
import Synchronization

/// One running server: messages go in by a queue that never waits, and come out one after the other.
final class ServerProcess: Sendable {
  /// How it ended.
  enum End: Sendable {
    case programNotFound(String)
    case unexpectedAnswer(String)
    case ended(String)
  }

  private static let keptErrorBytes = 4096
  private static let exitPatience = Duration.seconds(5)

  private let outgoing: AsyncStream<[UInt8]>.Continuation
  private let identifier = Mutex<pid_t?>(nil)
  private let run: Task<Void, Never>

  /// - Parameters:
  ///   - command: what is started, at once.
  ///   - received: gets every message, each after the one before has been dealt with.
  ///   - ended: called once, after the last message.
  init(
    _ command: ServerCommand, received: @escaping @Sendable (JSONValue) async -> Void,
    ended: @escaping @Sendable (ServerProcess, End) async -> Void
  ) {
    // A write to a server that has just died is an error to be handled, not the end of this process.
    signal(SIGPIPE, SIG_IGN)
    let (messages, outgoing) = AsyncStream<[UInt8]>.makeStream()
    self.outgoing = outgoing
    let (started, starting) = AsyncStream<ServerProcess>.makeStream()
    run = Task {
      for await process in started {
        let end = await process.serve(command, messages, received)
        await ended(process, end)
      }
    }
    starting.yield(self)
    starting.finish()
  }

  /// The process id, once it runs.
  var processIdentifier: pid_t? { identifier.withLock { $0 } }

  /// Sends a message; lost where the server has ended.
  func send(_ message: JSONValue) {
    outgoing.yield(MessageFraming.frame(message.serialized(), .headers))
  }

  /// Ends the server's input without waiting.
  func finish() {
    outgoing.finish()
  }

  /// Ends the server's input and waits for its end; kills it where that takes longer than five seconds.
  func close() async {
    finish()
    let reaper = Task {
      try await Task.sleep(for: Self.exitPatience)
      if let processIdentifier { kill(processIdentifier, SIGKILL) }
    }
    await run.value
    reaper.cancel()
  }

  private func serve(
    _ command: ServerCommand, _ messages: AsyncStream<[UInt8]>,
    _ received: @escaping @Sendable (JSONValue) async -> Void
  ) async -> End {
    var platform = PlatformOptions()
    // An interrupt at the terminal is not for the server.
    platform.createSession = true
    let configuration = Configuration(
      executable: command.program.contains("/") ? .path(.init(command.program)) : .name(command.program),
      arguments: Arguments(command.arguments), platformOptions: platform)
    do {
      let result = try await Subprocess.run(configuration, input: .inputWriter, output: .sequence, error: .sequence) {
        execution in
        identifier.withLock { $0 = execution.processIdentifier.value }
        async let errors = Self.lastBytes(of: execution.standardError)
        let writing = Task { await Self.write(messages, to: execution.standardInputWriter) }
        let nonsense = try await Self.read(execution.standardOutput, received)
        if nonsense != nil { kill(execution.processIdentifier.value, SIGKILL) }
        writing.cancel()
        await writing.value
        return (nonsense: nonsense, errors: try await errors)
      }
      identifier.withLock { $0 = nil }
      let (nonsense, errors) = result.closureResult
      if let nonsense { return .unexpectedAnswer(nonsense) }
      return .ended("\(result.terminationStatus)" + (errors.isEmpty ? "" : " and said: \(errors)"))
    } catch let error as SubprocessError where error.code == .executableNotFound || error.code == .spawnFailed {
      return .programNotFound("'\(command.program)' is not a program. \(Self.advice)")
    } catch {
      return .ended("cannot be spoken to: \(error)")
    }
  }

  private static let advice =
    "Build and install it with `make install` in Akin's repository, or set AKIN to the program's path."

  /// Writes until the messages end or the server no longer reads.
  private static func write(_ messages: AsyncStream<[UInt8]>, to writer: StandardInputWriter) async {
    for await message in messages {
      var rest = message[...]
      while !rest.isEmpty {
        guard let count = try? await writer.write(Array(rest)), count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }
    try? await writer.finish()
  }

  /// Reads until the server's last message.
  /// - Returns: the first thing that was no message.
  private static func read(
    _ output: SubprocessOutputSequence, _ received: @Sendable (JSONValue) async -> Void
  ) async throws -> String? {
    var framing = MessageFraming(limit: .max)
    for try await piece in output {
      for event in piece.withUnsafeBytes({ framing.feed(Array($0)) }) {
        guard framing.style == .headers, case .message(let text) = event,
          let message = try? JSONValue.parse(text, limits: .none)
        else {
          return "the program is no Akin server"
        }
        await received(message)
      }
    }
    return nil
  }

  private static func lastBytes(of errors: SubprocessOutputSequence) async throws -> String {
    var kept: [UInt8] = []
    for try await piece in errors {
      kept += piece.withUnsafeBytes { Array($0) }
      kept.removeFirst(max(0, kept.count - keptErrorBytes))
    }
    return String(decoding: kept, as: UTF8.self)
  }
}
