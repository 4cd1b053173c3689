import JSON
import Testing

/// Typed access and the errors it gives.
@Suite struct JSONFieldTests {
  private enum Color: String, CaseIterable { case red, darkBlue = "dark-blue" }

  private let params = JSONField(
    [
      "text": "hello", "count": 3, "whole": 3.0, "part": 3.5, "flag": true, "nothing": nil, "color": "dark-blue",
      "list": ["a", 2, "c"], "texts": ["a", "b"], "vector": [1, 2.5, -3], "big": .number(1e300),
      "inner": ["deep": [["x": 1]]],
    ], path: "params")

  @Test func reading() throws {
    #expect(try params["text"].string() == "hello")
    #expect(try params["count"].int() == 3)
    #expect(try params["whole"].int() == 3)
    #expect(try params["flag"].bool())
    #expect(try params["count"].double() == 3)
    #expect(try params["part"].double() == 3.5)
    #expect(try params["texts"].strings() == ["a", "b"])
    #expect(try params["vector"].float32s() == [1, 2.5, -3])
    #expect(try params["color"].oneOf(Color.self) == .darkBlue)
    #expect(try params["inner"].object().count == 1)
    #expect(try params["inner"]["deep"].array()[0]["x"].int() == 1)
    #expect(try JSONField(.float32s([1, 2]), path: "v").array().map { try $0.double() } == [1, 2])
  }

  @Test func presence() throws {
    #expect(params["text"].isPresent && !params["nothing"].isPresent && !params["absent"].isPresent)
    #expect(params["nothing"].value == .null && params["absent"].value == nil)
    #expect(try params["count"].ifPresent?.int(in: 1...5) == 3)
    #expect(try params["nothing"].ifPresent?.int() == nil)
    #expect(try params["text"].optional { field throws(JSONFieldError) in try field.string() } == "hello")
    #expect(try params["absent"].optional { field throws(JSONFieldError) in try field.string() } == nil)
    #expect(throws: JSONFieldError.self) { try params["count"].ifPresent?.string() }
  }

  @Test func errorsSayWhereAndWhat() {
    expect("params.text", "true or false", "a string of 5 characters") { try $0["text"].bool() }
    expect("params.count", "a string", "number 3") { try $0["count"].string() }
    expect("params.absent", "a string", "nothing") { try $0["absent"].string() }
    expect("params.nothing", "an array", "null") { try $0["nothing"].array() }
    expect("params.count", "an integer from 5 to 9", "number 3") { try $0["count"].int(in: 5...9) }
    expect("params.count", "an integer of at least 5", "number 3") { try $0["count"].int(in: 5 ... .max) }
    expect("params.count", "an integer of at most 2", "number 3") { try $0["count"].int(in: .min...2) }
    expect("params.part", "an integer", "number 3.5") { try $0["part"].int() }
    expect("params.big", "an integer", "number 1e+300") { try $0["big"].int() }
    expect("params.list[1]", "a string", "number 2") { try $0["list"].strings() }
    expect("params.list[0]", "a number", "a string of 1 character") { try $0["list"].float32s() }
    expect("params.text", "an array of strings", "a string of 5 characters") { try $0["text"].strings() }
    expect("params.list", "an object", "an array of 3 values") { try $0["list"].object() }
    expect("params.text", "one of \"red\", \"dark-blue\"", "\"hello\"") { try $0["text"].oneOf(Color.self) }
    expect("params.inner.deep[0].x", "an array", "number 1") { try $0["inner"]["deep"].array()[0]["x"].array() }
    expect("params.text.x", "an object", "nothing") { try $0["text"]["x"].object() }
    expect("params[\"a b\"]", "a string", "nothing") { try $0["a b"].string() }
    #expect(throws: JSONFieldError(path: "v[1]", expected: "a number within float32", found: "number 1e+300")) {
      try JSONField([1, 1e300], path: "v").float32s()
    }
  }

  @Test func unknownMembersNameTheNearestKnownOne() throws {
    let known = ["query", "documents", "topK", "minScore"]
    let check = { (value: JSONValue?) throws in try JSONField(value, path: "params").allowOnly(known) }
    #expect(throws: Never.self) { try check(["query": 1, "topK": 2]) }
    #expect(throws: Never.self) { try check(nil) }
    #expect(throws: Never.self) { try check(.null) }
    #expect(throws: Never.self) { try check([]) }
    for (wrong, near) in [("topk", "topK"), ("tpoK", "topK"), ("document", "documents"), ("min_score", "minScore")] {
      #expect(
        throws: JSONFieldError(
          path: "params.\(wrong)", expected: "\"\(near)\"", found: "the unknown member \"\(wrong)\"", known: known)
      ) { try check([wrong: 1].asObject) }
    }
    #expect(
      throws: JSONFieldError(
        path: "params.xyz", expected: "one of query, documents, topK, minScore", found: "the unknown member \"xyz\"",
        known: known)
    ) { try check(["xyz": 1]) }
    #expect(throws: JSONFieldError(path: "params", expected: "an object", found: "an array of 1 value")) {
      try check([1])
    }
  }

  @Test func aHugeUnknownMemberIsCut() {
    let name = String(repeating: "n", count: 1_000_000)
    #expect {
      try JSONField(.object([name: 1]), path: "params").allowOnly(["query"])
    } throws: { error in
      "\(error)".utf8.count < 300
    }
  }

  @Test func objectsKeepOrderAndReplaceInPlace() {
    var object: JSONObject = ["a": 1, "b": 2, "a": 3]
    #expect(object.keys == ["a", "b"] && object["a"] == 3)
    object["b"] = nil
    object["c"] = 4
    object["absent"] = nil
    #expect(object.keys == ["a", "c"] && object.count == 2)
    #expect(object == ["c": 4, "a": 3])
    #expect(object != ["c": 4, "a": 3, "d": 1] && object != ["c": 4, "a": 4])
    for index in 0..<40 { object["k\(index)"] = JSONValue(index) }
    object["k0"] = nil
    #expect(object["k39"] == 39 && object["k0"] == nil && object.count == 41)
  }

  private func expect(
    _ path: String, _ expected: String, _ found: String, _ read: (JSONField) throws -> some Any
  ) {
    #expect(throws: JSONFieldError(path: path, expected: expected, found: found)) { try read(params) }
  }
}

extension Dictionary where Key == String, Value == JSONValue {
  fileprivate var asObject: JSONValue { .object(JSONObject(map { (key: $0.key, value: $0.value) })) }
}
