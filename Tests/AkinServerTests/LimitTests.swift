import AkinProtocol
import JSON
import Testing

/// What `initialize` states as limits is refused beyond them, by path, and the server goes on.
@Suite(.timeLimit(.minutes(2))) struct LimitTests {
  /// A call that goes beyond a limit.
  struct Excess: Sendable {
    let method: String
    let params: JSONValue
    let path: String

    init(_ method: String, _ params: JSONValue, _ path: String) {
      self.method = method
      self.params = params
      self.path = "params." + path
    }
  }

  private static let four: JSONValue = ["a", "b", "c", "d"]
  private static let three: JSONValue = ["a", "b", "c"]
  private static let two: JSONValue = ["a", "b"]
  private static let long = JSONValue.string(String(repeating: "é", count: 21))

  private static let excesses = [
    Excess("embed", ["input": four], "input"),
    Excess("embed", ["input": ["a", long]], "input[1]"),
    Excess("embed", ["input": long], "input"),
    Excess("embed", ["input": ["one two", "three four", "five"], "output": "tokens"], "input"),
    Excess("tokenize", ["input": four], "input"),
    Excess("tokenize", ["input": "a", "pair": long], "pair"),
    Excess("tokenize", ["input": "a b c d e f g"], "input"),
    Excess("detokenize", ["ids": [[], [], [], []]], "ids"),
    Excess("detokenize", ["ids": [1, 2, 3, 4, 5, 6, 7, 8, 9]], "ids"),
    Excess("similarity", ["left": four], "left"),
    Excess("similarity", ["left": "a", "right": long], "right"),
    Excess("similarity", ["left": three], "left"),
    Excess("similarity", ["left": two, "right": three], "right"),
    Excess("search", ["query": long, "documents": []], "query"),
    Excess("search", ["query": "a", "documents": four], "documents"),
    Excess("search", ["query": "a", "documents": ["b", ["text": long]]], "documents[1].text"),
    Excess("search", ["query": two, "documents": three], "documents"),
  ]

  private func session() throws -> ServerSession {
    try ServerSession { options in
      options.limits[.maxInputs] = 3
      options.limits[.maxTextCharacters] = 20
      options.limits[.maxAnswerTokens] = 8
      options.limits[.maxScores] = 4
    }
  }

  @Test(arguments: excesses)
  func anExcessIsRefused(_ excess: Excess) async throws {
    let session = try session()
    let error = try await session.error(excess.method, excess.params)
    #expect(error.code == -32008)
    #expect(error.data.kind == "limitExceeded")
    #expect(error.data.path == excess.path)
    #expect(try await session.call("server/status")["result"].isPresent)
  }

  @Test func whatIsWithinTheLimitsIsAnswered() async throws {
    let result = try await session().result(TokenizeMethod.self, ["input": ["a b", ""]])
    #expect(result.encodings.map(\.total) == [4, 2])
  }
}
