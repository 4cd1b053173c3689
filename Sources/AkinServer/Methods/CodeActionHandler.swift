import AkinProtocol
import JSON

/// `textDocument/codeAction`: to find what is like the lines of the selection.
struct CodeActionHandler: MethodHandler {
  typealias Method = CodeActionMethod
  /// LSP's kind; what it leads to changes nothing.
  private static let kind = "source.akin.similar"

  func answer(_ parameters: CodeActionMethod.Parameters, _ call: Call) async throws -> CodeActionMethod.Result {
    // A kind stands for all that begin with it and a dot.
    let isWanted = parameters.only?.contains { Self.kind == $0 || Self.kind.hasPrefix($0 + ".") } ?? true
    guard isWanted else { return CodeActionMethod.Result(actions: []) }
    let title = "Akin: find similar passages"
    let command: JSONValue = [
      "title": .string(title), "command": .string(ExecuteCommandMethod.Command.similar.rawValue),
      "arguments": [.string(parameters.uri), parameters.range.json],
    ]
    return CodeActionMethod.Result(actions: [["title": .string(title), "kind": .string(Self.kind), "command": command]])
  }
}
