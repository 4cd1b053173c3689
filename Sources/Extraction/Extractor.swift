import JSON

/// Takes the text out of documents, each in a process of its own that can do nothing else: a file that makes a parser crash,
/// loop or grow costs that file alone.
public struct Extractor: Sendable {
  /// The command of the program that is the child.
  public static let command = "extraction-process"
  /// The command of the program that becomes another one.
  public static let confinedCommand = "confined-process"

  /// What one document may cost.
  public enum Limit {
    /// Bytes of its text.
    public static let textBytes = 16 << 20
    /// Bytes that the parts of an archive may have when they are unpacked.
    public static let unpackedBytes = 256 << 20
    /// Seconds of CPU time, and half as many again of a clock's.
    public static let seconds = 20
    /// Bytes of address space.
    public static let memoryBytes = 1 << 30
  }

  /// An absolute path of the program.
  private let program: String

  /// - Parameter program: of Akin, which the child is.
  public init(program: String) {
    self.program = program
  }

  /// The text of a document. Blocks.
  /// - Parameter bytes: of the file; of a web page as UTF-8.
  public func text(of bytes: [UInt8], format: DocumentFormat) -> Result<ExtractedText, ExtractionFailure> {
    if let needed = format.program, needed.path == nil { return .failure(.missing(needed)) }
    // An answer is at most as long as its text with every byte escaped; what is longer is no answer to that text.
    let child = ChildProgram(
      program, [Self.command, format.rawValue], longestOutput: Limit.textBytes * 2, seconds: Limit.seconds * 3 / 2)
    switch child.run(input: bytes) {
    case .done(let answer): return ExtractedText.read(answer: answer)
    case .failed(let status): return .failure(.refused("reading it as a \(format.name) failed (status \(status))"))
    case .killed(let signal): return .failure(.refused("reading it as a \(format.name) \(Self.end(by: signal))"))
    case .tooLong: return .failure(.refused("its text is larger than \(Limit.textBytes >> 20) MB"))
    case .late: return .failure(.refused("reading it takes longer than \(Limit.seconds) s"))
    case .cancelled: return .failure(.notDone("interrupted"))
    case .notStarted(let number): return .failure(.notDone("\(program) cannot be started (error \(number))"))
    }
  }

  /// A program of the system that reads nothing but what it is told of, starts nothing but the system's programs, and has no network: a
  /// child of Akin gives up all else, and becomes it.
  /// - Parameters:
  ///   - path: absolute.
  ///   - paths: files, and folders with what is in them.
  ///   - longestOutput: bytes.
  ///   - seconds: of a clock.
  public func confined(
    _ path: String, _ arguments: [String], reading paths: [String], longestOutput: Int, seconds: Int,
    environment: [String]
  ) -> ChildProgram {
    ChildProgram(
      program, [Self.confinedCommand] + paths + ["--", path] + arguments, longestOutput: longestOutput,
      seconds: seconds,
      environment: environment)
  }

  /// What holds the child on this machine, told by one that reads a small page.
  public func confinement() -> Result<[String], ExtractionFailure> {
    let child = ChildProgram(
      program, [Self.command, DocumentFormat.html.rawValue], longestOutput: 1 << 16, seconds: Limit.seconds)
    guard case .done(let answer) = child.run(input: Array("<p>page</p>".utf8)),
      let held = try? JSONField(try JSONValue.parse(answer), path: "answer")["held"].strings()
    else { return .failure(.notDone("\(program) \(Self.command) does not answer")) }
    return .success(held)
  }

  /// What a signal means: 24 is SIGXCPU and 9 what comes a second later.
  private static func end(by signal: Int32) -> String {
    switch signal {
    case 24, 9: "takes longer than \(Limit.seconds) s"
    default: "ends the reader (signal \(signal)): it is damaged, or needs more than \(Limit.memoryBytes >> 30) GB"
    }
  }
}
