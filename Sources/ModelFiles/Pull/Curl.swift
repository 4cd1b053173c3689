import Subprocess

/// HTTP by the `curl` program. The address and the token go to its standard input, since a process's arguments can be
/// read by every user. curl itself keeps the token from other hosts on a redirect (since 7.58; other ports since 7.83).
struct Curl {
  let program: Program
  /// Sent as a bearer token to the hub.
  let token: String?

  /// What a request came to.
  struct Answer {
    /// curl's exit code (curl(1), "EXIT CODES"); 0 is success.
    let code: Int
    /// HTTP status of the last answer; 0 where there was none.
    let status: Int
    /// curl's own message.
    let message: String
    let body: [UInt8]

    /// The reason of a failure for a person.
    var reason: String {
      switch status {
      case 401, 403:
        "HTTP \(status): the model is private or gated, or does not exist; set HF_TOKEN to a token that may read it"
      case 404: "HTTP 404: no such model or file"
      case 429: "HTTP 429: too many requests; try again later"
      case 400...: "HTTP \(status)"
      case _ where code > 128: "curl was ended by signal \(code - 128): the answer takes more than one may"
      default: message.isEmpty ? "curl failed with code \(code)" : message
      }
    }

    /// The connection broke after it had begun: the rest may still be fetched (partial file, timeout, no answer, send
    /// and receive errors, HTTP/2 streams).
    var isCut: Bool {
      [18, 28, 52, 55, 56, 92].contains(code)
    }

    /// The server does not continue where it was asked to: curl's code for it, or an HTTP status.
    var refusesRange: Bool {
      code == 33 || status == 416
    }
  }

  /// Fetches a small document.
  func get(_ url: String) async throws(SourceError) -> Answer {
    var input = try configuration(url)
    input += "max-time = 120\n"
    let outcome = try await program.run("curl", Self.arguments, input: input)
    return Self.answer(outcome)
  }

  /// Fetches a file from `offset` on and hands over its bytes as they come.
  /// - Parameters:
  ///   - entityTag: continue only if the file still has this ETag (`If-Range`); otherwise the server sends the whole
  ///     file, which `Answer.refusesRange` tells.
  ///   - headers: a file that takes the answers' headers.
  func download(
    _ url: String, from offset: Int, entityTag: String?, headers: String,
    onBytes: (UnsafeRawBufferPointer) throws -> Void
  ) async throws(SourceError) -> Answer {
    var input = try configuration(url)
    input += "dump-header = \(try Self.quoted(headers))\n"
    if offset > 0 {
      input += "continue-at = \(offset)\n"
      if let entityTag { input += "header = \(try Self.quoted("If-Range: " + entityTag))\n" }
    }
    return Self.answer(try await program.run("curl", Self.arguments, input: input, onOutput: onBytes))
  }

  /// `--disable`: a personal .curlrc could change what is written to the output. An unreachable host fails after 5 s,
  /// a connection that moves less than 100 bytes a second for 30 s counts as cut.
  private static let arguments = [
    "--disable", "--silent", "--show-error", "--fail", "--location", "--max-redirs", "8", "--proto", "=http,https",
    "--connect-timeout", "5", "--speed-limit", "100", "--speed-time", "30", "--user-agent", "akin",
    "--write-out", "%{stderr}\n%{http_code}", "--config", "-",
  ]

  private func configuration(_ url: String) throws(SourceError) -> String {
    var text = "url = \(try Self.quoted(url))\n"
    // What begins under TLS stays there, wherever it is sent.
    if url.lowercased().hasPrefix("https:") { text += "proto = \"=https\"\nproto-redir = \"=https\"\n" }
    if let token { text += "header = \(try Self.quoted("Authorization: Bearer " + token))\n" }
    return text
  }

  /// A quoted value of a curl configuration file.
  private static func quoted(_ text: String) throws(SourceError) -> String {
    guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
      throw .failed("an address or token holds a control character")
    }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  private static func answer(_ outcome: Program.Outcome) -> Answer {
    let code: Int =
      switch outcome.status {
      case .exited(let code): Int(code)
      case .signaled(let signal): 128 + Int(signal)
      }
    let lines = outcome.errors.split(whereSeparator: \.isNewline)
    let status = lines.last.flatMap { Int($0) } ?? 0
    let message = lines.dropLast().joined(separator: " ")
    return Answer(code: code, status: status, message: message, body: outcome.output)
  }
}
