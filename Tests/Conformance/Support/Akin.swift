import AkinTestSupport
import Foundation
import JSON

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The built program, run as a user runs it.
enum Akin {
  /// The program's path.
  static let binary = BuiltProgram.akin

  /// What one run did.
  struct Run {
    let end: ChildProcess.End
    let outputBytes: [UInt8]
    let errors: String

    var status: Int32? { end.status }
    var output: String { String(decoding: outputBytes, as: UTF8.self) }
    /// Lines of standard output.
    var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }

    /// Standard output as one JSON value a line.
    func jsonLines() throws -> [JSONValue] {
      try outputBytes.split(separator: UInt8(ascii: "\n")).map { try JSONValue.parse(Array($0)) }
    }
  }

  /// The test's own environment, without what changes how output looks.
  static func environment(_ changes: [String: String?] = [:]) -> [String: String] {
    var environment = ProcessInfo.processInfo.environment
    for name in ["NO_COLOR", "COLUMNS", "AKIN_KERNELS"] { environment[name] = nil }
    environment["TERM"] = "xterm-256color"
    for (name, value) in changes { environment[name] = value }
    return environment
  }

  /// Runs the program with pipes on all three streams.
  static func run(
    _ arguments: String..., input: String = "", environment changes: [String: String?] = [:]
  ) throws -> Run {
    try run(arguments, input: Array(input.utf8), environment: changes)
  }

  /// Runs the program with pipes on all three streams.
  static func run(
    _ arguments: [String], input: [UInt8] = [], environment changes: [String: String?] = [:]
  ) throws -> Run {
    let (inputRead, inputWrite) = try Descriptors.pipe()
    let (outputRead, outputWrite) = try Descriptors.pipe()
    let (errorRead, errorWrite) = try Descriptors.pipe()
    let child = try ChildProcess.spawn(
      binary, arguments, environment: environment(changes), streams: [inputRead, outputWrite, errorWrite])
    for end in [inputRead, outputWrite, errorWrite] { close(end) }
    var conversation = Conversation(input: (inputWrite, input), outputs: [outputRead, errorRead])
    let results = try conversation.run()
    return Run(
      end: try child.wait(), outputBytes: results[0], errors: String(decoding: results[1], as: UTF8.self))
  }

  /// Runs the program with a terminal on standard output and standard error, and on standard input where none is given.
  /// - Returns: `output` is what the terminal shows, with plain line ends; `errors` is empty.
  static func runOnTerminal(
    _ arguments: String..., columns: Int = 80
  ) throws -> Run {
    try runOnTerminal(arguments, columns: columns)
  }

  /// Runs the program with a terminal on standard output and standard error, and on standard input where none is given.
  /// - Returns: `output` is what the terminal shows, with plain line ends; `errors` is empty.
  static func runOnTerminal(
    _ arguments: [String], columns: Int = 80, input: [UInt8]? = nil, environment changes: [String: String?] = [:]
  ) throws -> Run {
    let (test, child) = try Descriptors.terminal(columns: columns, rows: 50)
    var feed: (descriptor: Int32, bytes: [UInt8])?
    var standardInput = child
    if let input {
      let (read, write) = try Descriptors.pipe()
      standardInput = read
      feed = (write, input)
    }
    let process = try ChildProcess.spawn(
      binary, arguments, environment: environment(changes), streams: [standardInput, child, child])
    close(child)
    if standardInput != child { close(standardInput) }
    var conversation = Conversation(input: feed, outputs: [test])
    let shown = try conversation.run()[0].filter { $0 != UInt8(ascii: "\r") }
    return Run(end: try process.wait(), outputBytes: shown, errors: "")
  }

  /// Runs the program with standard output going where `output` says; the descriptor is closed here.
  static func run(_ arguments: [String], input: String = "", output descriptor: Int32) throws -> Run {
    let (inputRead, inputWrite) = try Descriptors.pipe()
    let (errorRead, errorWrite) = try Descriptors.pipe()
    let child = try ChildProcess.spawn(
      binary, arguments, environment: environment(), streams: [inputRead, descriptor, errorWrite])
    for end in [inputRead, descriptor, errorWrite] { close(end) }
    var conversation = Conversation(input: (inputWrite, Array(input.utf8)), outputs: [errorRead])
    let errors = try conversation.run()[0]
    return Run(end: try child.wait(), outputBytes: [], errors: String(decoding: errors, as: UTF8.self))
  }
}
