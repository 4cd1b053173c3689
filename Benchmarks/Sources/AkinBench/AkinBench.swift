import Encoder
import Engine
import ModelFiles
import Tokenizers

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// `akin-bench MODEL THREADS [q8_0|f32]`: holds an engine and times its bare calls, a command a line on standard input, an answer in
/// JSON a line on standard output. The texts of a FILE are its lines.
///
///     run FILE TIMES        embeds all texts in one call, so many times        {"seconds": [...]}
///     each FILE TIMES       embeds the texts one after another, so many times  {"seconds": [...]}, one a call
///     tokenize FILE TIMES [JSON]   ids of all texts by the model's tokenizer, or by that of a
///                                  tokenizer.json, in CPU time of one thread   {"seconds": [...], "tokens": n}
///     save FILE TARGET      writes the vectors, float32 row by row             {"rows": n}
@main
struct AkinBench {
  let engine: Engine

  static func main() async {
    let arguments = CommandLine.arguments
    guard (3...4).contains(arguments.count), let threads = Int(arguments[2]),
      let precision = arguments.count == 4 ? Precision(rawValue: arguments[3]) : .q8
    else { fail("usage: akin-bench MODEL THREADS [q8_0|f32]") }
    var options = EngineOptions()
    options.precision = precision
    options.model = arguments[1]
    options.threads = threads
    do {
      let bench = AkinBench(engine: try Engine.load(options, store: ModelStore(environment: environment())))
      _ = try await bench.embed(["first"])
      answer("{\"ready\": true}")
      while let line = readLine() {
        answer(try await bench.answer(to: line.split(separator: " ").map(String.init)))
      }
    } catch {
      fail("\(error)")
    }
  }

  private func answer(to command: [String]) async throws -> String {
    guard command.count == 3 || command.count == 4 && command[0] == "tokenize" else {
      Self.fail("a command has three words")
    }
    let texts = try lines(of: command[1])
    if command[0] == "save" {
      try save(try await embed(texts), to: command[2])
      return "{\"rows\": \(texts.count)}"
    }
    guard let times = Int(command[2]) else { Self.fail("how many times? \(command[2])") }
    switch command[0] {
    case "run":
      return Self.json(try await timed(times, [texts]))
    case "each":
      return Self.json(try await timed(times, texts.map { [$0] }))
    case "tokenize":
      let tokenizer =
        command.count == 4 ? try Tokenizer(TokenizerDefinition(tokenizerJSON: command[3])) : engine.tokenizer
      return Self.tokenize(texts, times: times, tokenizer)
    default:
      Self.fail("no such command: \(command[0])")
    }
  }

  /// Seconds of every call, all requests `times` times.
  private func timed(_ times: Int, _ requests: [[String]]) async throws -> [Double] {
    var seconds: [Double] = []
    for _ in 0..<times {
      for texts in requests {
        let start = ContinuousClock.now
        _ = try await embed(texts)
        seconds.append((ContinuousClock.now - start) / .seconds(1))
      }
    }
    return seconds
  }

  private func embed(_ texts: [String]) async throws -> [[Float]] {
    var request = EmbedRequest(texts: texts)
    request.priority = texts.count > 1 ? .bulk : .interactive
    return try await engine.embed(request).vectors
  }

  private static func tokenize(_ texts: [String], times: Int, _ tokenizer: Tokenizer) -> String {
    var seconds: [Double] = []
    var tokens = 0
    for _ in 0..<times {
      let start = threadSeconds()
      tokens = texts.reduce(0) { $0 + tokenizer.ids($1, maxLength: nil).ids.count }
      seconds.append(threadSeconds() - start)
    }
    return "{\"seconds\": \(seconds), \"tokens\": \(tokens)}"
  }

  private static func json(_ seconds: [Double]) -> String { "{\"seconds\": \(seconds)}" }

  private static func answer(_ line: String) {
    print(line)
    fflush(nil)
  }

  private static func fail(_ message: String) -> Never {
    let line = Array("akin-bench: \(message)\n".utf8)
    write(STDERR_FILENO, line, line.count)
    exit(1)
  }
}
