import AkinProtocol
import AkinTestSupport
import Foundation
import JSON
import Testing

/// protocol/openrpc.json says what the types of this room do.
@Suite struct OpenRPCTests {
  private let document: JSONField

  init() throws {
    let file = try Data(contentsOf: URL(fileURLWithPath: Fixtures.repository + "/protocol/openrpc.json"))
    document = JSONField(try JSONValue.parse([UInt8](file)), path: "openrpc")
  }

  private func method(_ name: String) throws -> JSONField {
    try #require(try document["methods"].array().first { try $0["name"].string() == name }, "\(name)")
  }

  @Test func theProgramCarriesTheSameDocument() throws {
    let carried = try JSONValue.parse(Array(OpenRPCDocument.text.utf8))
    #expect(carried == document.value, "run protocol/generate.py")
  }

  @Test func itListsEveryMethodAndNoOther() throws {
    let names = try document["methods"].array().map { try $0["name"].string() }
    let types = ProtocolMethods.requests.map { $0.name } + ProtocolMethods.clientNotifications.map { $0.name }
    #expect(Set(names) == Set(types) && names.count == types.count)
    let sent = try document["x-server-notifications"].array().map { try $0["name"].string() }
    #expect(sent == ProtocolMethods.serverNotifications.map { $0.name })
    let asked = try document["x-server-requests"].array().map { try $0["name"].string() }
    let requests = [
      RegisterCapabilityRequest.name, WorkDoneProgressCreateRequest.name, ShowMessageRequest.name,
      ShowDocumentRequest.name,
    ]
    #expect(asked == requests)
  }

  @Test func requestsHaveResultsAndNotificationsNone() throws {
    for type in ProtocolMethods.requests { #expect(try method(type.name)["result"].isPresent, "\(type.name)") }
    for type in ProtocolMethods.clientNotifications { #expect(try !method(type.name)["result"].isPresent) }
  }

  @Test func parametersAreThoseOfTheTypes() throws {
    for type in ProtocolMethods.requests {
      let documented = try method(type.name)["params"].array().map { try $0["name"].string() }
      #expect(Set(documented) == Set(parameterNames(type)), "\(type.name)")
      #expect(try method(type.name)["paramStructure"].string() == "by-name")
    }
  }

  private func parameterNames<M: RequestMethod>(_ method: M.Type) -> [String] { M.Parameters.names }

  /// An absent parameter means its documented default, for every method that can be called with the examples.
  @Test func defaultsAreThoseOfTheTypes() throws {
    for type in ProtocolMethods.requests {
      let parameters = try method(type.name)["params"].array()
      for example in try examples(type.name) {
        for parameter in parameters {
          guard let value = parameter["schema"]["default"].value else { continue }
          let name = try parameter["name"].string()
          guard example.parameters[name] == nil else { continue }
          var explicit = example.parameters
          explicit[name] = value
          #expect(try isSame(type, example.parameters, explicit), "\(type.name) \(name)")
        }
      }
    }
  }

  private func isSame<M: RequestMethod>(_ type: M.Type, _ left: JSONObject, _ right: JSONObject) throws -> Bool {
    let path = "params"
    return try M.Parameters(JSONField(.object(left), path: path)) == M.Parameters(JSONField(.object(right), path: path))
  }

  @Test func everyListedChoiceIsAccepted() throws {
    for type in ProtocolMethods.requests {
      let example = try examples(type.name).first
      for parameter in try method(type.name)["params"].array() {
        guard let choices = try? parameter["schema"]["enum"].strings(), var object = example?.parameters else {
          continue
        }
        let name = try parameter["name"].string()
        for choice in choices {
          object[name] = .string(choice)
          // Sparse vectors are not cut.
          if choice == EmbedMethod.Output.sparse.rawValue { object["dimensions"] = nil }
          #expect(throws: Never.self, "\(type.name) \(name) \(choice)") { try isSame(type, object, object) }
        }
      }
    }
  }

  private struct Example {
    let parameters: JSONObject
    let result: JSONField
  }

  private func examples(_ name: String) throws -> [Example] {
    guard let list = try? method(name)["examples"].array() else { return [] }
    return try list.map { example in
      var parameters = JSONObject()
      for parameter in try example["params"].array() {
        parameters[try parameter["name"].string()] = parameter["value"].value
      }
      return Example(parameters: parameters, result: example["result"]["value"])
    }
  }

  @Test func examplesAreReadAndWrittenUnchanged() throws {
    for type in ProtocolMethods.requests where type.name != DiscoverMethod.name {
      let examples = try examples(type.name)
      #expect(!examples.isEmpty, "\(type.name)")
      for example in examples { try check(type, example) }
    }
  }

  private func check<M: RequestMethod>(_ type: M.Type, _ example: Example) throws {
    _ = try M.Parameters(JSONField(.object(example.parameters), path: "params"))
    let written = try M.Result(example.result).json
    let keys = try JSONField(written, path: "result").members().map(Set.init)
    #expect(keys == (try example.result.members().map(Set.init)), "\(M.name)")
  }

  /// The schema of all parameters has each parameter's own schema, and takes null for those that may be absent.
  @Test func schemasOfAllParametersAreThoseOfTheParameters() throws {
    // LSP's own messages may have members that nobody knows yet.
    let ofLSP = [
      InitializeMethod.name, WorkspaceSymbolMethod.name, ExecuteCommandMethod.name, CodeActionMethod.name,
      HoverMethod.name, WillRenameFilesMethod.name,
    ]
    for type in ProtocolMethods.requests where !ofLSP.contains(type.name) {
      let method = try method(type.name)
      let whole = method["x-params-schema"]
      let schema = whole["properties"].isPresent ? whole : try whole["anyOf"].array()[0]
      #expect(schema["additionalProperties"].value == false, "\(type.name)")
      var expected = Set(parameterNames(type))
      expected.insert("_meta")
      #expect(try Set(schema["properties"].object().keys) == expected, "\(type.name)")
      for parameter in try method["params"].array() {
        let name = try parameter["name"].string()
        let own = schema["properties"][name]
        let isRequired = parameter["required"].value == true
        #expect(isRequired == (try schema["required"].ifPresent?.strings().contains(name) ?? false))
        let expected =
          isRequired ? parameter["schema"].value : ["anyOf": [parameter["schema"].value ?? .null, ["type": "null"]]]
        #expect(own.value == expected, "\(type.name) \(name)")
      }
    }
  }

  @Test func theVersionIsThatOfTheProtocol() throws {
    #expect(try document["info"]["version"].string() == ProtocolVersion.current + ".0")
    #expect(try document["x-protocol-version"].string() == ProtocolVersion.current)
  }

  @Test func limitsAreThoseOfTheTypes() throws {
    let properties = document["components"]["schemas"]["ServerLimits"]["properties"]
    #expect(Set(try properties.object().keys) == Set(ServerLimits.names))
    for limit in ServerLimit.all {
      let schema = properties[limit.name]
      #expect(try schema["default"].int() == limit.preset, "\(limit.name)")
      #expect(try schema["description"].string() == limit.summary + ".", "\(limit.name)")
      #expect(try schema["x-unit"].string() == limit.unit && schema["x-code"].int() == limit.code.rawValue)
      #expect(try (schema["maximum"].ifPresent?.int() ?? .max) == limit.greatest, "\(limit.name)")
    }
  }

  /// README and the specification have one row a limit, as the table of limits has them.
  @Test func pagesListTheLimitsOfTheTypes() throws {
    func page(_ name: String) throws -> [Substring] {
      let file = try Data(contentsOf: URL(fileURLWithPath: "\(Fixtures.repository)/\(name)"))
      return String(decoding: file, as: UTF8.self).split(separator: "\n")
    }
    let (readme, specification) = (try page("README.md"), try page("protocol/specification.md"))
    for limit in ServerLimit.all {
      let grouped = limit.preset.formatted(.number.locale(Locale(identifier: "en_US")))
      #expect(readme.contains("| \(limit.summary) | \(grouped) | `\(limit.flag)` |"), "run protocol/generate.py")
      let row = "| `\(limit.name)` | \(limit.preset) | \(limit.summary) | \(limit.code.rawValue) |"
      #expect(specification.contains(Substring(row)), "run protocol/generate.py")
    }
    #expect(readme.count { $0.contains("| `--max-") } == ServerLimit.all.count)
    #expect(specification.count { $0.contains(/^\| `max\w+` \| \d+ \|/) } == ServerLimit.all.count)
  }

  @Test func errorsAreThoseOfTheTypes() throws {
    let errors = document["components"]["errors"]
    var documented: [Int: String] = [:]
    for key in try errors.object().keys {
      documented[try errors[key]["code"].int()] = try errors[key]["data"]["kind"].string()
      #expect(try errors[key]["data"]["kind"].string().lowercased() == key.lowercased())
    }
    let types = Dictionary(uniqueKeysWithValues: AkinErrorCode.allCases.map { ($0.rawValue, $0.kind) })
    #expect(documented == types)
    #expect(!types.keys.contains(-32002))
  }

  /// Every component is used.
  @Test func componentsAreUsed() throws {
    let text = OpenRPCDocument.text
    for kind in ["schemas", "errors"] {
      for name in try document["components"][kind].object().keys {
        #expect(text.contains("\"#/components/\(kind)/\(name)\""), "\(kind) \(name)")
      }
    }
  }

  /// Every `$ref` leads somewhere.
  @Test func referencesResolve() throws {
    var missing: [String] = []
    func visit(_ value: JSONValue) {
      switch value {
      case .array(let items): items.forEach(visit)
      case .object(let object):
        if case .string(let reference)? = object["$ref"] {
          let path = reference.dropFirst(2).split(separator: "/").map(String.init)
          if path.reduce(document, { $0[$1] }).value == nil { missing.append(reference) }
        }
        object.forEach { visit($0.value) }
      default: break
      }
    }
    visit(try #require(document.value))
    #expect(missing.isEmpty)
  }
}

extension JSONField {
  /// The keys of an object; nil for another value.
  fileprivate func members() throws -> [String]? {
    if case .object(let object)? = value { return object.keys }
    return nil
  }
}
