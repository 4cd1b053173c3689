import Documents
import JSON

extension DocumentKey {
  /// Reads the member `id` or `uri` of an object.
  /// - Throws: where neither or both are there, or the text is empty.
  init(memberOf object: JSONField) throws(JSONFieldError) {
    let id = object["id"]
    let uri = object["uri"]
    switch (id.isPresent, uri.isPresent) {
    case (true, false): self = .id(try Self.text(id))
    case (false, true): self = .uri(try Self.text(uri))
    case (true, true): throw uri.mismatch("either id or uri", found: "both")
    case (false, false): throw object.mismatch("an object with id or uri")
    }
  }

  private static func text(_ field: JSONField) throws(JSONFieldError) -> String {
    let text = try field.string()
    guard !text.isEmpty else { throw field.mismatch("a string that is not empty") }
    return text
  }

  /// The member's name and value.
  var member: (name: String, value: JSONValue) {
    switch self {
    case .id(let text): ("id", .string(text))
    case .uri(let text): ("uri", .string(text))
    }
  }
}
