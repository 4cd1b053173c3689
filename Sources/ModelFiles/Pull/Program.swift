import Platform
import Subprocess

/// Runs the two programs that a pull is made of, curl and python3. They bring the system's proxies and certificates.
///
/// A hub or an index may answer without an end in ways that they take as it comes (headers, a list of files, what is packed):
/// so they run under limits of ulimit(1) on what they hold and write.
///
/// They run in a folder of the pull's own, and are looked for in folders that PATH names from the root: the folder that a
/// person happens to be in has no say.
struct Program {
  /// Variables that are set over the process's own.
  let environment: [String: String]
  /// The programs' working folder, which is there; nil for the root.
  var folder: String?
  /// Whether it runs under limits: all that reads what strangers answer does.
  var isBounded = true

  /// What a program left behind.
  struct Outcome {
    let status: TerminationStatus
    let output: [UInt8]
    let errors: String
  }

  private static let longestErrors = 1 << 20
  /// Sets bounds: blocks of a file that it writes (of 512 bytes, in some shells 1024), KiB of memory, seconds of CPU.
  private static let bounds = "ulimit -f $0 2>/dev/null; ulimit -v 2097152 2>/dev/null; ulimit -t 1800 2>/dev/null; "
  /// Takes a file for its input, which is nowhere then.
  private static let takeInput = "exec <\"$1\" || exit 126; rm -f -- \"$1\"; shift; "
  /// And then is the program.
  private static let become = "exec \"$@\""
  /// Of a wheel, and of what curl writes into a file by itself, the answers' headers.
  private static let blocks = ["python3": 524_288, "curl": 2048]

  /// What is started for a program. The shell is named by its whole path, so that nothing comes before it.
  private func bounded(_ name: String, _ arguments: [String], input: String?) -> (Executable, Arguments) {
    let script = (isBounded ? Self.bounds : "") + (input == nil ? "" : Self.takeInput) + Self.become
    let words = ["-c", script, "\(Self.blocks[name] ?? 0)"] + (input.map { [$0] } ?? []) + [name] + arguments
    return (.path("/bin/sh"), Arguments(words))
  }

  /// A file of its owner's with what a program is to read. Not a pipe: the end of a program that has not read all would be
  /// the end of this process too.
  /// - Returns: nil where there is nothing to read.
  private func file(with input: String) throws(SourceError) -> String? {
    guard !input.isEmpty else { return nil }
    let place = folder ?? environment["TMPDIR"] ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let path = Files.absolute(place) + "/akin-input.\(getpid()).\(UInt64.random(in: 0...UInt64.max))"
    do throws(ModelFileError) {
      try AtomicFile.write(to: path, mode: 0o600) { append throws(ModelFileError) in try append(Array(input.utf8)) }
    } catch {
      throw SourceError(error)
    }
    return path
  }

  private var merged: Environment {
    var variables = environment
    let path = variables["PATH"] ?? getenv("PATH").map { String(cString: $0) } ?? ""
    variables["PATH"] = path.split(separator: ":").filter { $0.hasPrefix("/") }.joined(separator: ":")
    return .inherit.updating(
      Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) }))
  }

  /// Runs a program to its end and collects what it writes.
  /// - Parameter limit: of its output, in bytes; more is an error.
  func run(
    _ name: String, _ arguments: [String], input: String = "", limit: Int = 16 << 20
  ) async throws(SourceError) -> Outcome {
    let given = try file(with: input)
    defer { if let given { unlink(given) } }
    do {
      let (shell, arguments) = bounded(name, arguments, input: given)
      let result = try await Subprocess.run(
        shell, arguments: arguments, environment: merged, workingDirectory: .init(folder ?? "/"),
        input: .none, output: .bytes(limit: limit), error: .string(limit: Self.longestErrors))
      guard !Task.isCancelled else { throw SourceError.cancelled }
      try Self.checkFound(name, result.terminationStatus)
      return Outcome(status: result.terminationStatus, output: result.standardOutput, errors: result.standardError)
    } catch {
      throw Self.sourceError(error, program: name)
    }
  }

  /// Runs a program to its end, which must come within some time.
  func run(_ name: String, _ arguments: [String], within patience: Duration) async throws(SourceError) -> Outcome {
    do {
      return try await withThrowingTaskGroup(of: Outcome?.self) { group in
        group.addTask { try await run(name, arguments) }
        group.addTask {
          try await Task.sleep(for: patience)
          return nil
        }
        defer { group.cancelAll() }
        guard let outcome = try await group.next() ?? nil else {
          throw SourceError.failed("\(name): not done after \(patience.components.seconds) s")
        }
        return outcome
      }
    } catch {
      throw Self.sourceError(error, program: name)
    }
  }

  /// Runs a program and hands over its output piece by piece. Where `onOutput` throws, the program is ended.
  func run(
    _ name: String, _ arguments: [String], input: String, onOutput: (UnsafeRawBufferPointer) throws -> Void
  ) async throws(SourceError) -> Outcome {
    let given = try file(with: input)
    defer { if let given { unlink(given) } }
    do {
      let (shell, arguments) = bounded(name, arguments, input: given)
      let configuration = Configuration(
        executable: shell, arguments: arguments, environment: merged,
        workingDirectory: .init(folder ?? "/"))
      let result = try await Subprocess.run(
        configuration, input: .none, output: .sequence, error: .string(limit: Self.longestErrors)
      ) { execution in
        do {
          for try await piece in execution.standardOutput { try piece.withUnsafeBytes(onOutput) }
        } catch {
          // What it still has to say is of no use.
          try? execution.send(signal: .terminate)
          throw error
        }
      }
      guard !Task.isCancelled else { throw SourceError.cancelled }
      try Self.checkFound(name, result.terminationStatus)
      return Outcome(status: result.terminationStatus, output: [], errors: result.standardError)
    } catch {
      throw Self.sourceError(error, program: name)
    }
  }

  /// The shell's word for a program that is not there.
  private static func checkFound(_ program: String, _ status: TerminationStatus) throws(SourceError) {
    if case .exited(127) = status { throw .failed("the program '\(program)' is not installed") }
  }

  private static func sourceError(_ error: any Error, program: String) -> SourceError {
    if Task.isCancelled || error is CancellationError { return .cancelled }
    switch error {
    case let error as SourceError: return error
    case let error as ModelFileError: return SourceError(error)
    default: return .failed("\(program): \(error)")
    }
  }
}
