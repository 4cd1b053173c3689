import Subprocess

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Runs the two programs that a pull is made of, curl and python3. They bring the system's proxies and certificates.
///
/// They run in a folder of the pull's own, and are looked for in folders that PATH names from the root: the folder that a
/// person happens to be in has no say.
struct Program {
  /// Variables that are set over the process's own.
  let environment: [String: String]
  /// The programs' working folder, which is there; nil for the root.
  var folder: String?

  /// What a program left behind.
  struct Outcome {
    let status: TerminationStatus
    let output: [UInt8]
    let errors: String
  }

  private static let longestErrors = 1 << 20

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
    do {
      let result = try await Subprocess.run(
        .name(name), arguments: Arguments(arguments), environment: merged, workingDirectory: .init(folder ?? "/"),
        input: .string(input), output: .bytes(limit: limit), error: .string(limit: Self.longestErrors))
      guard !Task.isCancelled else { throw SourceError.cancelled }
      return Outcome(status: result.terminationStatus, output: result.standardOutput, errors: result.standardError)
    } catch {
      throw Self.sourceError(error, program: name)
    }
  }

  /// Runs a program and hands over its output piece by piece. Where `onOutput` throws, the program is ended.
  func run(
    _ name: String, _ arguments: [String], input: String, onOutput: (UnsafeRawBufferPointer) throws -> Void
  ) async throws(SourceError) -> Outcome {
    do {
      let configuration = Configuration(
        executable: .name(name), arguments: Arguments(arguments), environment: merged,
        workingDirectory: .init(folder ?? "/"))
      let result = try await Subprocess.run(
        configuration, input: .string(input), output: .sequence, error: .string(limit: Self.longestErrors)
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
      return Outcome(status: result.terminationStatus, output: [], errors: result.standardError)
    } catch {
      throw Self.sourceError(error, program: name)
    }
  }

  private static func sourceError(_ error: any Error, program: String) -> SourceError {
    if Task.isCancelled || error is CancellationError { return .cancelled }
    switch error {
    case let error as SourceError: return error
    case let error as ModelFileError: return SourceError(error)
    case let error as SubprocessError where error.code == .executableNotFound:
      return .failed("the program '\(program)' is not installed")
    default: return .failed("\(program): \(error)")
    }
  }
}
