import AkinCollections
import AkinProtocol
import AkinServer
import AkinTestSupport
import JSON
import Testing

/// Every integer that openrpc.json says a client may send, at and beside the edges where numbers go wrong: one answer each,
/// never a defect of the server, and the server goes on. A new integer is covered as soon as it is documented.
@Suite(.timeLimit(.minutes(30))) struct IntegerFuzzTests {
  /// As JSON, since some of them are no integers of 64 bits.
  private static let numbers: [String] = {
    var numbers = ["0", "-0", "1", "-1", "2", "0.5", "1e308", "-1e308"]
    for power in [31, 32, 53, 62, 63] {
      for offset in [-1, 0, 1] {
        // 2^63 is the first that an Int does not hold.
        let value = UInt64(1) << UInt64(power) &+ UInt64(bitPattern: Int64(offset))
        numbers += ["\(value)", "-\(value)"]
      }
    }
    return numbers
  }()

  /// Puts an integer in its place.
  private typealias Builder = (JSONValue) -> JSONValue

  /// A method with the places of its integers, each in parameters that are good otherwise.
  private struct Target {
    let method: String
    let isNotification: Bool
    let builders: [Builder]
  }

  private let document: JSONField

  init() throws {
    document = JSONField(try JSONValue.parse(Array(OpenRPCDocument.text.utf8)), path: "openrpc")
  }

  // MARK: Places

  private func resolved(_ schema: JSONField) throws -> JSONField {
    guard let reference = schema["$ref"].ifPresent else { return schema }
    return try resolved(try reference.string().dropFirst(2).split(separator: "/").reduce(document) { $0[String($1)] })
  }

  /// The ways to put an integer into a value of a schema.
  private func builders(_ schema: JSONField, depth: Int = 0) throws -> [Builder] {
    guard depth < 12 else { return [] }
    let schema = try resolved(schema)
    var builders: [Builder] = []
    for name in ["oneOf", "anyOf", "allOf"] where schema[name].isPresent {
      for branch in try schema[name].array() { builders += try self.builders(branch, depth: depth + 1) }
    }
    let types = (try? schema["type"].strings()) ?? [(try? schema["type"].string()) ?? ""]
    if types.contains("integer") { builders.append { $0 } }
    let items = (schema["items"].isPresent ? [schema["items"]] : []) + ((try? schema["prefixItems"].array()) ?? [])
    for item in items {
      builders += try self.builders(item, depth: depth + 1).map { build in { [build($0)] } }
    }
    guard schema["properties"].isPresent else { return builders }
    let required = try sample(schema)
    for name in try schema["properties"].object().keys {
      builders += try self.builders(schema["properties"][name], depth: depth + 1).map { build in
        { number in
          guard case .object(var object) = required else { return build(number) }
          object[name] = build(number)
          return .object(object)
        }
      }
    }
    return builders
  }

  /// The least that a schema lets through.
  private func sample(_ schema: JSONField, depth: Int = 0) throws -> JSONValue {
    let schema = try resolved(schema)
    guard depth < 12 else { return .null }
    for name in ["const", "default"] { if let value = schema[name].value { return value } }
    if let first = (try? schema["enum"].array())?.first?.value { return first }
    for name in ["oneOf", "anyOf"] where schema[name].isPresent {
      if let first = try schema[name].array().first { return try sample(first, depth: depth + 1) }
    }
    switch (try? schema["type"].string()) ?? (try? schema["type"].strings().first) ?? "object" {
    case "string": return "a"
    case "integer", "number": return try schema["minimum"].ifPresent.map { .number(try $0.double()) } ?? 0
    case "boolean": return true
    case "array": return schema["items"].isPresent ? [try sample(schema["items"], depth: depth + 1)] : []
    default:
      var object = JSONObject()
      for name in (try? schema["required"].strings()) ?? [] {
        object[name] = try sample(schema["properties"][name], depth: depth + 1)
      }
      return .object(object)
    }
  }

  /// Parameters that are good, with an integer of the method somewhere in them.
  private func targets() throws -> [Target] {
    try document["methods"].array().compactMap { method in
      let name = try method["name"].string()
      guard !["shutdown", "exit"].contains(name) else { return nil }
      let bases = try Self.examples(of: method)
      var builders: [Builder] = []
      for parameter in try method["params"].array() {
        let place = try parameter["name"].string()
        for build in try self.builders(parameter["schema"]) {
          for base in bases {
            builders.append { number in
              var object = base
              object[place] = build(number)
              return .object(object)
            }
          }
        }
      }
      return builders.isEmpty
        ? nil : Target(method: name, isNotification: !method["result"].isPresent, builders: builders)
    }
  }

  /// The examples, in a collection that is there.
  private static func examples(of method: JSONField) throws -> [JSONObject] {
    let examples = (try? method["examples"].array()) ?? []
    let given = try examples.map { example in
      var object = JSONObject()
      for parameter in try example["params"].array() {
        let name = try parameter["name"].string()
        object[name] = name == "collection" ? "fuzz" : parameter["value"].value
      }
      object["folder"] = nil
      return object
    }
    guard try method["name"].string() == "search" else { return given.isEmpty ? [[:]] : given }
    return given
      + ["semantic", "keyword", "hybrid"].map { ["query": "a fox", "collection": "fuzz", "mode": .string($0)] }
      + [["similarTo": ["id": "a"], "collection": ["fuzz"]]]
  }

  // MARK: Sessions

  private func session(_ data: TemporaryFolder) throws -> ServerSession {
    try ServerSession { $0.collections = SQLiteCatalog(folder: data.path) }
  }

  /// The next message but progress, which integers of some requests ask for.
  @inline(never)
  private func answer(
    _ session: ServerSession, _ method: String, _ params: JSONValue?, id: Int
  ) async throws -> JSONField {
    try session.send(method, params, id: id)
    while let message = await session.receive() {
      if message["id"] != nil { return JSONField(message, path: "answer") }
    }
    throw NoAnswer()
  }

  @Test func everyIntegerHasOneAnswerOfTheProtocol() async throws {
    let data = try TemporaryFolder()
    let session = try session(data)
    let documents: JSONValue = [["id": "a", "text": "A fox sleeps."], ["id": "b", "text": "A dog barks."]]
    _ = try await session.result(IndexAddMethod.self, ["collection": "fuzz", "documents": documents])
    let targets = try targets()
    #expect(Set(targets.map(\.method)).isSuperset(of: ["search", "tokenize", "detokenize", "embed", "index/list"]))
    let codes = Set(AkinErrorCode.allCases.map(\.rawValue))
    var inputs = 0
    for target in targets where target.method != InitializeMethod.name {
      for build in target.builders {
        for number in Self.numbers {
          inputs += 1
          let params = build(.serialized(Array(number.utf8)))
          if target.isNotification {
            try session.send(target.method, params)
            let status = try await answer(session, "server/status", nil, id: inputs)
            #expect(status["result"].isPresent, "\(target.method) \(params)")
            continue
          }
          let answer = try await answer(session, target.method, params, id: inputs)
          #expect(try answer["id"].int() == inputs)
          guard answer["error"].isPresent else { continue }
          let code = try answer["error"]["code"].int()
          #expect(
            codes.contains(code) && code != AkinErrorCode.internalError.rawValue,
            "\(target.method) \(params): \(answer.value ?? .null)")
        }
      }
    }
    Fuzzing.report("integers", inputs: inputs)
  }

  @Test func everyIntegerOfInitializeIsTakenOrLeft() async throws {
    let data = try TemporaryFolder()
    let target = try #require(try targets().first { $0.method == InitializeMethod.name })
    for build in target.builders {
      // A process that is there, or none at all: another's number may be anyone's.
      for number in Self.numbers {
        let session = try session(data)
        #expect(try await session.call("initialize", build(.serialized(Array(number.utf8))))["result"].isPresent)
        try session.closeInput()
      }
    }
  }
}
