import AkinTestSupport
import Foundation
import JSON
import Testing

/// `akin pull` from a hub on this machine (scripts/hub-server.py).
@Suite(.timeLimit(.minutes(10))) struct PullTests {
  private let folder: TemporaryFolder
  private let environment: [String: String?]
  private let hub: ChildProcess
  /// The hub ends when this is closed.
  private let hubInput: Int32

  private static let files = [
    "config.json": #"{"model_type": "bert"}"#,
    "vocab.txt": "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n",
    "model.safetensors": String(repeating: "weights ", count: 50_000),
  ]

  init() throws {
    folder = try TemporaryFolder()
    for (name, text) in Self.files { try folder.write(text.utf8, to: "hub/somebody/small/\(name)") }
    let (inputRead, inputWrite) = try Descriptors.pipe()
    let (outputRead, outputWrite) = try Descriptors.pipe()
    let errors = try Descriptors.open("/dev/null", O_WRONLY)
    hub = try ChildProcess.spawn(
      "/usr/bin/env", ["python3", Fixtures.repository + "/scripts/hub-server.py", folder.file("hub")],
      environment: Akin.environment(), streams: [inputRead, outputWrite, errors])
    for end in [inputRead, outputWrite, errors] { close(end) }
    hubInput = inputWrite
    let ports = try JSONValue.parse(Array(try Descriptors.line(outputRead).utf8))
    close(outputRead)
    environment = [
      "AKIN_CACHE": folder.file("cache"), "HF_HOME": folder.file("huggingface"), "HF_HUB_CACHE": nil, "HF_TOKEN": nil,
      "HF_ENDPOINT": "http://127.0.0.1:\(ports.integer("hub") ?? 0)", "http_proxy": nil, "all_proxy": nil,
      "ALL_PROXY": nil,
    ]
  }

  /// Ends the hub and waits for it, so that no test leaves a process behind.
  private func stopHub() throws {
    close(hubInput)
    _ = try hub.wait()
  }

  @Test func personSeesABarAFile() throws {
    let run = try Akin.runOnTerminal(["pull", "somebody/small"], columns: 100, environment: environment)
    try stopHub()
    #expect(run.status == 0)
    // What a terminal keeps of a line that is drawn over and over is its last drawing.
    let shown = run.output.replacing("\u{1B}[K", with: "")
    for (name, text) in Self.files {
      let size = text.utf8.count < 1024 ? "\(text.utf8.count) B" : "391 KiB"
      let line = try #require(shown.split(separator: "\n").first { $0.hasPrefix(name) })
      #expect(line.contains("█") && line.hasSuffix("100 %  \(size)"), "\(line)")
    }
    #expect(run.lines.last == "somebody/small is ready in \(folder.file("cache/models/somebody/small"))")
  }

  @Test func pipeGetsPlainLinesAndTheFolder() throws {
    let run = try Akin.run(["pull", "somebody/small"], environment: environment)
    let again = try Akin.run(["pull", "somebody/small"], environment: environment)
    try stopHub()
    #expect(run.status == 0)
    #expect(run.output == folder.file("cache/models/somebody/small") + "\n")
    #expect(
      Set(run.errors.split(separator: "\n")) == [
        "config.json  100 %  22 B", "vocab.txt  100 %  31 B", "model.safetensors  100 %  391 KiB",
      ])
    #expect(again.output == run.output && again.errors.isEmpty)
    let pulled = try Data(
      contentsOf: URL(fileURLWithPath: folder.file("cache/models/somebody/small/model.safetensors")))
    #expect(pulled == Data((Self.files["model.safetensors"] ?? "").utf8))
  }

  @Test func quietIsQuiet() throws {
    let run = try Akin.run(["pull", "-q", "somebody/small"], environment: environment)
    try stopHub()
    #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
  }
}
