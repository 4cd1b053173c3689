import AkinCollections
import AkinHTTP
import Engine
import ModelFiles
import SharedProcess

/// An error as a person meets it: one line, what to do about it, and the status to end with.
struct Failure: Error {
  let status: ExitStatus
  /// One line, without the program's name.
  let message: String
  /// What to do; several lines where there are several ways.
  let hint: String?

  init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
    self.status = status
    self.message = message
    self.hint = hint
  }

  /// There is nothing under a path, or nothing that an index can name.
  /// - Parameter what: `file`, `folder`.
  static func missing(_ what: String, _ path: String, hint: String? = nil) -> Failure {
    // What is not UTF-8 on the command line has come as a character that stands for it.
    path.contains("\u{FFFD}") || FilePath.exists(path)
      ? Failure(
        .inputMissing, "no index can name \(path): its whole path is not UTF-8, or longer than the system takes")
      : Failure(.inputMissing, "there is no \(what) \(path)", hint: hint)
  }

  /// Writes `akin: …` and the hint to standard error.
  func report(command: String?) {
    // The parser's messages repeat words of the command line.
    let message = message.replacing(#/(?<user>postgres(ql)?:\/\/[^:\/\s"']*):[^\s"']*@/#) { "\($0.output.user)@" }
    let seeHelp = status == .usage && hint == nil
    let shownHint = seeHelp ? command.map { "See 'akin \($0) --help'." } : hint
    Notice.write(message)
    if let shownHint { Notice.write(plain: shownHint) }
  }
}

/// Ends a command that has reported all by itself.
struct EarlyExit: Error {
  let status: ExitStatus
}

extension Failure {
  /// The failure that `error` means to a person; nil for the errors of the argument parser, which words its own.
  init?(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as EngineError: self.init(error)
    case let error as ModelFileError: self.init(.modelUnavailable, error.description)
    case let error as SharedProcessError: self.init(.modelUnavailable, error.description)
    case let error as HTTPServerError: self.init(.usage, error.description)
    case let error as CollectionError: self.init(error)
    case let error as PackError: self.init(error)
    case let error as HistoryError: self.init(.inputMissing, error.description)
    case let error as WalkError: self.init(.inputMissing, error.description)
    case let error as WriteError: self.init(.outputFailed, error.description)
    default: return nil
    }
  }

  private init(_ error: PackError) {
    switch error.kind {
    case .unreadable, .pointer: self.init(.inputMissing, error.description)
    case .unwritable, .notBrought: self.init(.outputFailed, error.description)
    case .nothingToVerify: self.init(.usage, error.description)
    default: self.init(.badData, error.description)
    }
  }

  private init(_ error: CollectionError) {
    switch error.kind {
    case .unknown: self.init(.inputMissing, error.description, hint: "'akin collections' lists what is stored.")
    case .busy: self.init(.outputFailed, error.description)
    case .damaged: self.init(.badData, error.description, hint: "'akin collections repair NAME' saves what can be.")
    case .newerVersion, .otherSpace: self.init(.badData, error.description)
    case .storageFailed: self.init(.outputFailed, error.description)
    case .cancelled: self.init(.internalError, error.description)
    case .invalid(let parameter, let expected, let found):
      self.init(.usage, "\(Self.option(parameter)): expected \(expected), found \(found)")
    }
  }

  /// The option of the command line that a parameter of the protocol is.
  private static func option(_ parameter: String) -> String {
    let letters = parameter.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }
    return ["query", "vectors", "documents", "texts"].contains(parameter) ? parameter : "--" + letters.joined()
  }

  /// The flags of the command line that values of the protocol's `output` are.
  private static func flags(_ text: String) -> String {
    text.replacing("output \"", with: "\"").replacing("\"sparse\"", with: "--sparse")
      .replacing("\"tokens\"", with: "--tokens").replacing("\"sentence\"", with: "one vector a text")
  }

  private init(_ error: EngineError) {
    switch error.kind {
    case .modelMissing:
      self.init(.modelUnavailable, error.description, hint: "'akin models' lists what is here.")
    case .modelUnusable:
      self.init(.modelUnavailable, error.description, hint: "'akin doctor' checks the installation and the model.")
    case .unknownPrompt(let name, let known):
      self.init(
        .usage, "--prompt-name: the model has no prompt named \"\(name)\"",
        hint: known.isEmpty ? "It has none." : "It has \(known.map { "\"\($0)\"" }.joined(separator: ", ")).")
    case .invalid("output", let expected, let found):
      self.init(.usage, "expected \(Self.flags(expected)), found \(Self.flags(found))")
    case .invalid(let parameter, let expected, let found):
      self.init(.usage, "\(Self.option(parameter)): expected \(Self.flags(expected)), found \(found)")
    case .tooLong:
      self.init(.badData, error.description)
    case .cancelled, .overloaded, .encoderFailed:
      self.init(.internalError, error.description)
    }
  }
}

/// The argument parser's own message ("Error: …", usage, "See …"), in this program's form.
struct UsageReport {
  let failure: Failure

  init(parserMessage: String) {
    let lines = parserMessage.split(separator: "\n")
    let first = lines.first.map(String.init) ?? "the arguments do not make sense"
    var message = first.hasPrefix("Error: ") ? String(first.dropFirst("Error: ".count)) : first
    if message.hasSuffix(":") {
      // A list follows, an item a line.
      let items = lines.dropFirst().prefix { $0.hasPrefix("  - ") }.map { $0.dropFirst("  - ".count) }
      message += " " + items.joined(separator: ", ")
    }
    if let command = UnknownCommand(message) {
      failure = command.failure
      return
    }
    if let habit = GrepHabit(message) {
      failure = habit.failure
      return
    }
    // No option has a blank in it.
    if message.wholeMatch(of: #/Unknown option '[^']*\s.*/#) != nil {
      failure = Failure(.usage, message, hint: "A text that begins with '-' stands behind '--'.")
      return
    }
    let help = lines.last { $0.contains("--help") }?.drop { $0 == " " }
    failure = Failure(.usage, message, hint: help.map(String.init) ?? "See 'akin --help'.")
  }
}
