import AkinTestSupport
import JSON

/// The reference implementation's vectors (Tests/Fixtures/embed.jsonl).
struct GoldenText {
  let text: String
  let embedding: [Float]

  static func all() throws -> [GoldenText] {
    try Fixtures.lines("embed.jsonl").map { line in
      let field = JSONField(try JSONValue.parse(line), path: "embed.jsonl")
      return GoldenText(
        text: try field["text"].string(), embedding: Fixtures.float32s(base64: try field["embedding"].string()))
    }
  }
}

extension JSONValue {
  /// The member as text; nil where it is none.
  func string(_ key: String) -> String? {
    guard case .string(let text)? = self[key] else { return nil }
    return text
  }

  /// The member as numbers; nil where it is no array of numbers.
  func floats(_ key: String) -> [Float]? {
    self[key].flatMap { try? JSONField($0, path: key).float32s() }
  }

  /// The member as a number.
  func float(_ key: String) -> Float? {
    self[key].flatMap { try? JSONField($0, path: key).double() }.map { Float($0) }
  }

  /// The member as an integer.
  func integer(_ key: String) -> Int? {
    self[key].flatMap { try? JSONField($0, path: key).int() }
  }

  /// The member as values; empty where it is no array.
  func items(_ key: String) -> [JSONValue] {
    guard case .array(let items)? = self[key] else { return [] }
    return items
  }
}

/// Cosine in float64.
func cosine(_ left: [Float], _ right: [Float]) -> Double {
  func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
  return dot(left, right) / (dot(left, left) * dot(right, right)).squareRoot()
}
