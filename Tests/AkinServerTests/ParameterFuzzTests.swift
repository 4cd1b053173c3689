import AkinCollections
import AkinProtocol
import AkinServer
import AkinTestSupport
import Foundation
import JSON
import Testing

/// The examples of openrpc.json with something wrong in each: always one answer, with a code of the protocol, and never
/// a defect of the server.
@Suite(.timeLimit(.minutes(30))) struct ParameterFuzzTests {
  private struct Call {
    let method: String
    let params: JSONObject
  }

  private static func examples() throws -> [Call] {
    let document = JSONField(try JSONValue.parse(Array(OpenRPCDocument.text.utf8)), path: "openrpc")
    var calls: [Call] = []
    for method in try document["methods"].array() where method["result"].isPresent {
      let name = try method["name"].string()
      // These change the session, or walk whatever folder they are told to.
      guard !["initialize", "shutdown", "rpc.discover", "index/add"].contains(name) else { continue }
      for example in try method["examples"].array() {
        var params = JSONObject()
        for parameter in try example["params"].array() {
          params[try parameter["name"].string()] = parameter["value"].value
        }
        // Every parameter that the method has may be given, with or without a sense.
        for parameter in try method["params"].array() {
          let name = try parameter["name"].string()
          if params[name] == nil, let value = parameter["schema"]["default"].value { params[name] = value }
        }
        calls.append(Call(method: name, params: params))
      }
    }
    return calls
  }

  private static let values: [JSONValue] = [
    nil, true, false, 0, -1, 1.5, .integer(.max), .integer(.min), .number(1e308), "", "x", "é\u{0}😀", [], [:], [[]],
    [nil], [0], [1e39], ["a", 7], ["a": ["b": []]], ["base64": "AACAPw=="], ["base64": "!"], ["text": "t"], "cosine",
    ["start": ["line": 1, "character": 2], "end": ["line": 0, "character": -3]], "file:///%", "/",
    ["id": "a", "uri": "b"],
  ]

  /// One value somewhere inside becomes another, or a member is renamed or left out.
  private static func distort(_ value: JSONValue, _ random: inout SeededRandom) -> JSONValue {
    switch value {
    case .array(var items) where !items.isEmpty && Bool.random(using: &random):
      let index = items.indices.randomElement(using: &random) ?? 0
      switch Int.random(in: 0..<4, using: &random) {
      case 0: items.remove(at: index)
      case 1: items.insert(items[index], at: index)
      default: items[index] = distort(items[index], &random)
      }
      return .array(items)
    case .object(var object) where !object.isEmpty && Int.random(in: 0..<8, using: &random) > 0:
      let key = object.keys.randomElement(using: &random) ?? ""
      switch Int.random(in: 0..<6, using: &random) {
      case 0: object[key] = nil
      case 1: object[key + "s"] = object[key]
      default: object[key] = distort(object[key] ?? nil, &random)
      }
      return .object(object)
    default:
      return values.randomElement(using: &random) ?? nil
    }
  }

  @Test func everyCallHasOneAnswerOfTheProtocol() async throws {
    let data = try TemporaryFolder()
    let session = try ServerSession(model: "none") { $0.collections = SQLiteCatalog(folder: data.path) }
    let examples = try Self.examples()
    #expect(examples.count >= 8)
    var random = SeededRandom(seed: Fuzzing.seed)
    let codes = Set(AkinErrorCode.allCases.map(\.rawValue))
    let rounds = Fuzzing.count(4000)
    var succeeded = 0
    for round in 0..<rounds {
      let call = try #require(examples.randomElement(using: &random))
      var params = JSONValue.object(call.params)
      for _ in 0..<Int.random(in: 1...2, using: &random) { params = Self.distort(params, &random) }
      var answer = try await session.call(call.method, params, id: round)
      // A command may tell the person of something before it is answered.
      while answer["method"].isPresent { answer = JSONField(await session.receive(), path: "answer") }
      #expect(try answer["id"].int() == round)
      guard answer["error"].isPresent else {
        succeeded += 1
        continue
      }
      let code = try answer["error"]["code"].int()
      #expect(
        codes.contains(code) && code != AkinErrorCode.internalError.rawValue, "\(call.method) \(params): \(answer)")
    }
    #expect(succeeded > rounds / 100, "too few calls were good for the others to mean anything")
    Fuzzing.report("parameters", inputs: rounds)
  }
}
