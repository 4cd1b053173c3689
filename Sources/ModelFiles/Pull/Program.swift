import Subprocess

/// Runs the two programs that a pull is made of, curl and python3. They bring the system's proxies and certificates.
struct Program {
  /// Variables that are set over the process's own.
  let environment: [String: String]

  /// What a program left behind.
  struct Outcome {
    let status: TerminationStatus
    let output: [UInt8]
    let errors: String
  }

  private static let longestErrors = 1 << 20

  private var merged: Environment {
    .inherit.updating(
      Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }))
  }

  /// Runs a program to its end and collects what it writes.
  /// - Parameter limit: of its output, in bytes; more is an error.
  func run(
    _ name: String, _ arguments: [String], input: String = "", limit: Int = 16 << 20
  ) async throws(SourceError) -> Outcome {
    do {
      let result = try await Subprocess.run(
        .name(name), arguments: Arguments(arguments), environment: merged, input: .string(input),
        output: .bytes(limit: limit), error: .string(limit: Self.longestErrors))
      guard !Task.isCancelled else { throw SourceError.cancelled }
      return Outcome(status: result.terminationStatus, output: result.standardOutput, errors: result.standardError)
    } catch {
      throw Self.sourceError(error, program: name)
    }
  }

  /// Runs a program and hands over its output piece by piece.
  func run(
    _ name: String, _ arguments: [String], input: String, onOutput: (UnsafeRawBufferPointer) throws -> Void
  ) async throws(SourceError) -> Outcome {
    do {
      let configuration = Configuration(executable: .name(name), arguments: Arguments(arguments), environment: merged)
      let result = try await Subprocess.run(
        configuration, input: .string(input), output: .sequence, error: .string(limit: Self.longestErrors)
      ) { execution in
        for try await piece in execution.standardOutput { try piece.withUnsafeBytes(onOutput) }
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
