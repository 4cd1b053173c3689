import AkinClient
import AkinTestSupport
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension ServerCommand {
  /// The built program.
  static var built: ServerCommand { ServerCommand(program: BuiltProgram.akin, arguments: ["serve"]) }

  /// A shell's script in place of a server; `$0` is the built program.
  static func script(_ text: String) -> ServerCommand {
    ServerCommand(program: "/bin/sh", arguments: ["-c", text, BuiltProgram.akin])
  }
}

/// Runs `body` with a client and closes that.
func withClient(
  _ command: ServerCommand = .built, _ body: (AkinClient) async throws -> Void
) async throws {
  let client = AkinClient(command)
  do {
    try await body(client)
    await client.close()
  } catch {
    await client.close()
    throw error
  }
}

/// Whether the process runs, having given it ten seconds to end.
func isAliveAfterPatience(_ process: Int32) async throws -> Bool {
  for _ in 0..<1000 {
    guard kill(process, 0) == 0 else { return false }
    try await Task.sleep(for: .milliseconds(10))
  }
  return true
}

/// A value that tasks change.
final class Shared<Value: Sendable>: Sendable {
  private let storage: Mutex<Value>

  init(_ value: Value) {
    storage = Mutex(value)
  }

  var value: Value { storage.withLock { $0 } }

  func change(_ body: (inout Value) -> Void) {
    storage.withLock { body(&$0) }
  }
}
