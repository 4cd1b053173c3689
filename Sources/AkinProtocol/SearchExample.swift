import Documents
import JSON

/// A stored text that others are compared with: a document, or a part of one.
public struct SearchExample: ProtocolValue {
  /// The document, in one of the collections that are searched.
  public var document: DocumentKey
  /// The part of it, in units of the session's position encoding; nil for all. Of a document by `uri` only.
  public var range: TextRange?

  private static let names = ["id", "uri", "range"]

  /// A document, or a part of one.
  public init(document: DocumentKey, range: TextRange? = nil) {
    self.document = document
    self.range = range
  }

  /// Reads an object with `id`, or with `uri` and maybe `range`.
  public init(_ field: JSONField) throws(JSONFieldError) {
    try field.allowOnly(Self.names)
    document = try DocumentKey(memberOf: field)
    range = try field["range"].optional(TextRange.init)
    if case .id = document, range != nil { throw field["range"].mismatch("none with id") }
  }

  /// The example as an object.
  public var json: JSONValue {
    var object = JSONObject()
    object[document.member.name] = document.member.value
    if let range { object["range"] = range.json }
    return .object(object)
  }
}
