import AkinTestSupport
import Foundation
import Testing

/// `akin setup`, in a home of its own, and models as files.
@Suite(.timeLimit(.minutes(10))) struct SetupCommandTests {
  private let folder: TemporaryFolder
  private let environment: [String: String?]

  init() throws {
    folder = try TemporaryFolder()
    environment = [
      "HOME": folder.path, "XDG_CONFIG_HOME": nil, "XDG_DATA_HOME": nil, "AKIN_SHARE": folder.file("share"),
    ]
  }

  @Test func nothingIsWrittenWithoutAYes() throws {
    let path = try folder.write(Array("{}".utf8), to: ".cursor/mcp.json")
    for arguments in [["setup"], ["setup", "--print"], ["setup", "--print", "--yes"]] {
      let run = try Akin.run(arguments, environment: environment)
      #expect(run.status == 0 && run.output.contains("Cursor: \(path)") && run.output.contains("\"akin\""))
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "{}")
    }
  }

  @Test func writtenAndTakenOut() throws {
    let path = try folder.write(Array("{\n  // mine\n  \"a\": 1\n}\n".utf8), to: ".cursor/mcp.json")
    try folder.write(Array("{".utf8), to: ".gemini/settings.json")
    let run = try Akin.run(["setup", "--yes"], environment: environment)
    #expect(run.status == 1 && run.output.contains("cannot be understood"))
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains(Akin.binary))
    #expect(try Akin.run(["setup", "--yes"], environment: environment).output.contains("has it already"))
    #expect(try Akin.run(["setup", "--undo"], environment: environment).status == 0)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "{\n  // mine\n  \"a\": 1\n}\n")
    #expect(try Akin.run(["setup", "--undo"], environment: environment).output.contains("Nothing was written"))
  }

  @Test func unknownProgramsAreNamed() throws {
    let run = try Akin.run(["setup", "--only", "notepad"], environment: environment)
    #expect(run.status == 64 && run.errors.contains("notepad") && run.errors.contains("cursor"))
  }

  @Test func aModelGoesToAnotherCacheAsAFile() throws {
    let file = folder.file("model.tar")
    #expect(try Akin.run("models", "export", "--output", file).status == 0)
    let other: [String: String?] = ["AKIN_CACHE": folder.file("cache"), "HF_HOME": folder.file("cache")]
    let pulled = try Akin.run(["pull", "--from", file], environment: other)
    #expect(pulled.status == 0 && pulled.lines.first?.hasSuffix("sentence-transformers/all-MiniLM-L6-v2") == true)
    let vector = try Akin.run(["embed", "hello"], environment: other)
    #expect(vector.status == 0)
    #expect(try vector.output == Akin.run("embed", "hello").output)
    let text = try folder.write(Array("no archive".utf8), to: "text")
    let refused = try Akin.run(["pull", "--from", text], environment: other)
    #expect(refused.status != 0 && refused.errors.contains("tar"))
  }
}
