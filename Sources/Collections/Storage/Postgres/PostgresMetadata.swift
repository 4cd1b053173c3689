import JSON

/// A document's metadata as `jsonb`, whose texts are as ``PostgresText`` stores them.
enum PostgresMetadata {
  static func stored(_ metadata: [String: MetadataValue]) -> [UInt8] {
    var object = JSONObject()
    for (key, value) in metadata { object[PostgresText.stored(key)] = json(value) }
    return JSONValue.object(object).serialized()
  }

  static func json(_ value: MetadataValue) -> JSONValue {
    switch value {
    case .string(let text): .string(PostgresText.stored(text))
    case .number(let number): .number(number)
    case .bool(let bool): .bool(bool)
    }
  }

  /// - Throws: `damaged` where it is none.
  static func read(_ text: [UInt8]) throws -> [String: MetadataValue] {
    // Most documents have none.
    guard text != Array("{}".utf8) else { return [:] }
    guard case .object(let object)? = try? JSONValue.parse(text) else {
      throw CollectionError(.damaged, detail: "a document's metadata is no object")
    }
    var metadata: [String: MetadataValue] = [:]
    for (key, value) in object {
      let key = PostgresText.read(key)
      switch value {
      case .string(let text): metadata[key] = .string(PostgresText.read(text))
      case .bool(let bool): metadata[key] = .bool(bool)
      case .integer(let number): metadata[key] = .number(Double(number))
      case .number(let number): metadata[key] = .number(number)
      default: continue
      }
    }
    return metadata
  }
}
