import Foundation
import Testing

/// The only files that start programs or open sockets, and what for: nothing else may, so that nothing that Akin reads can.
@Suite struct ProgramTests {
  static let starters = [
    "Sources/AkinClient/ServerProcess.swift": "the server of a client",
    "Sources/Extraction/ChildProgram.swift":
      "akin itself for a document, poppler from inside of that, and git for the objects of a history",
    "Sources/ModelFiles/Pull/Program.swift":
      "curl and python3, for akin pull, and the Python that a person names to akin doctor",
    "Sources/Platform/SpawnedProcess.swift":
      "what the others start programs by, and what a confined process becomes another one by",
    "Sources/SharedProcess/ChildProcess.swift": "akin itself, for serve --shared",
    "Sources/akin/Index/BackgroundEmbedding.swift": "akin itself, for what waits to be embedded",
  ]
  static let sockets = [
    "Sources/AkinHTTP/HTTPServer.swift": "akin serve --http",
    "Sources/Postgres/PostgresPool.swift": "the server that a person has named as the store, by libpq",
    "Sources/SharedProcess/UnixSocket.swift": "the shared process's own",
  ]

  @Test func programsAreStartedInFewPlaces() throws {
    let call = #/\b(Subprocess\.run|SpawnedProcess\.start|posix_spawnp?|v?fork|f?exec[lv]p?e?|popen|system)\(/#
    #expect(try files(that: call) == Set(Self.starters.keys))
  }

  @Test func socketsAreOpenedInFewPlaces() throws {
    let call = #/\b(socket|socketpair|getaddrinfo|gethostbyname|\w+Bootstrap|PostgresConnection)\(/#
    #expect(try files(that: call) == Set(Self.sockets.keys))
  }

  private func files(that call: some RegexComponent) throws -> Set<String> {
    var found: Set<String> = []
    for file in try SourceTree.files(under: "Sources", endings: ["swift", "c", "h", "cpp", "hpp"]) {
      let lines = try SourceTree.text(of: file).split(separator: "\n").filter { line in
        !line.drop { $0 == " " }.hasPrefix("//")
      }
      if lines.contains(where: { !$0.matches(of: call).isEmpty }) { found.insert(file) }
    }
    return found
  }
}
