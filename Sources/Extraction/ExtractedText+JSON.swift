import JSON

/// What the child writes and the parent reads: a text, or why there is none. The child may be in a stranger's hands, so nothing
/// of it is believed that is not checked.
extension ExtractedText {
  /// The child's answer.
  /// - Parameter held: what confined it, as ``Confinement`` has it.
  public static func answer(_ result: Result<ExtractedText, ExtractionFailure>, held: [String]) -> JSONValue {
    switch result {
    case .failure(let failure): ["error": .string(failure.description)]
    case .success(let text):
      [
        "held": .array(held.map { .string($0) }),
        "text": .string(text.text), "markdown": .bool(text.isMarkdown),
        "headings": .array(
          text.headings.map { .array([JSONValue($0.line), JSONValue($0.level), .string($0.title)]) }),
        "locations": .array(text.locations.map { .array([JSONValue($0.line), .string($0.fragment)]) }),
      ]
    }
  }

  private static let longestTitle = 1000

  /// Reads an answer.
  static func read(answer bytes: [UInt8]) -> Result<ExtractedText, ExtractionFailure> {
    do {
      let field = JSONField(try JSONValue.parse(bytes), path: "answer")
      if let error = try field["error"].ifPresent?.string() {
        return .failure(.refused(String(error.prefix(longestTitle))))
      }
      var text = ExtractedText(text: try field["text"].string())
      text.isMarkdown = try field["markdown"].bool()
      let lines = 0...text.text.utf8.count
      text.headings = try field["headings"].array().map { field in
        let parts = try parts(of: field, 3)
        return Heading(
          line: try parts[0].int(in: lines), level: try parts[1].int(in: 0...100),
          title: String(try parts[2].string().prefix(longestTitle)))
      }
      text.locations = try field["locations"].array().map { field in
        let parts = try parts(of: field, 2)
        return Location(
          line: try parts[0].int(in: lines), fragment: String(try parts[1].string().prefix(longestTitle)))
      }
      guard zip(text.headings, text.headings.dropFirst()).allSatisfy({ $0.line < $1.line }),
        zip(text.locations, text.locations.dropFirst()).allSatisfy({ $0.line <= $1.line })
      else { return .failure(.refused("its places are not in order")) }
      return .success(text)
    } catch {
      return .failure(.refused("no text could be taken out of it"))
    }
  }

  private static func parts(of field: JSONField, _ count: Int) throws -> [JSONField] {
    let parts = try field.array()
    guard parts.count == count else { throw field.mismatch("\(count) values") }
    return parts
  }
}
