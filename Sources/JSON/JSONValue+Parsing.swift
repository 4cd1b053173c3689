import CJansson

extension JSONValue {
  /// Reads one JSON text.
  ///
  /// The text is RFC 8259 to the letter: no byte order mark, comments or trailing commas. Of duplicate names the last
  /// value stands. A lone surrogate escape becomes U+FFFD and an integer beyond 64 bits the nearest float64, where
  /// jansson alone would refuse the whole document. An integer `-0` loses its sign.
  /// - Parameters:
  ///   - bytes: the text, UTF-8.
  ///   - limits: length and nesting; stack use grows with the nesting only.
  /// - Throws: what is wrong with the text and where. `JSONParseError.isGrammatical` tells valid JSON that cannot be
  ///   held (1e400, `\u0000` in a name) from what is not JSON.
  public static func parse(
    _ bytes: [UInt8], limits: JSONLimits = JSONLimits()
  ) throws(JSONParseError) -> JSONValue {
    try bytes.withUnsafeBufferPointer { buffer throws(JSONParseError) in
      try parse(UnsafeRawBufferPointer(buffer), limits: limits)
    }
  }

  /// The value of a file that a person's editor has written, maybe with a byte order mark.
  public static func parse(file bytes: [UInt8]) throws(JSONParseError) -> JSONValue {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return try parse(bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes)
  }

  /// Reads one JSON text that lies in memory the caller owns, such as a mapped file. Nothing of it is kept.
  package static func parse(
    _ bytes: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()
  ) throws(JSONParseError) -> JSONValue {
    let text = bytes.bindMemory(to: UInt8.self)
    let outline = try JSONScanner.scan(text.span, limits: limits, detail: .verdict)
    if let error = outline.unrepresentable { throw error }
    guard outline.repairs.isEmpty else {
      return try repaired(text.span, outline.repairs).withUnsafeBufferPointer { buffer throws(JSONParseError) in
        try Jansson.parse(buffer)
      }
    }
    return try Jansson.parse(text)
  }

  /// A copy of `text` with `repairs` applied, which are in the order of the text.
  private static func repaired(_ text: Span<UInt8>, _ repairs: [JSONOutline.Repair]) -> [UInt8] {
    var copy: [UInt8] = []
    copy.reserveCapacity(text.count + 2 * repairs.count)
    var position = 0
    for repair in repairs {
      switch repair {
      case .replaceSurrogate(let offset):
        for index in position..<offset { copy.append(text[index]) }
        copy.append(contentsOf: "\\ufffd".utf8)
        position = offset + 6
      case .widenInteger(let offset):
        for index in position..<offset { copy.append(text[index]) }
        copy.append(contentsOf: "e0".utf8)
        position = offset
      }
    }
    for index in position..<text.count { copy.append(text[index]) }
    return copy
  }
}

/// The one place that calls jansson. Its trees do not outlive a call: `parse` owns the reference that `json_loadb`
/// returns and releases it before it returns; every pointer below it is borrowed from that tree.
private enum Jansson {
  /// Reading a first object draws jansson's hash seed, and that must happen once, before threads do
  /// (jansson manual, "Thread safety").
  static let seeded: Void = json_object_seed(0)

  static func parse(_ text: UnsafeBufferPointer<UInt8>) throws(JSONParseError) -> JSONValue {
    _ = seeded
    var error = json_error_t()
    let flags = Int(JSON_DECODE_ANY | JSON_ALLOW_NUL)
    let root = text.withMemoryRebound(to: CChar.self) {
      json_loadb($0.baseAddress, $0.count, flags, &error)
    }
    guard let root else {
      let code = Int(json_error_code(&error).rawValue)
      throw JSONParseError(.parser(code: code), offset: max(0, Int(error.position)))
    }
    defer { json_decref(root) }
    return value(root)
  }

  /// The Swift value of `node` and all below it. Recursion is bounded by the depth the scanner let pass.
  private static func value(_ node: UnsafeMutablePointer<json_t>) -> JSONValue {
    switch cjansson_typeof(node) {
    case JSON_OBJECT: .object(object(node))
    case JSON_ARRAY: .array(array(node))
    case JSON_STRING: .string(string(json_string_value(node), count: json_string_length(node)))
    case JSON_INTEGER: .integer(Int64(json_integer_value(node)))
    case JSON_REAL: .number(json_real_value(node))
    case JSON_TRUE: .bool(true)
    case JSON_FALSE: .bool(false)
    default: .null
    }
  }

  private static func array(_ node: UnsafeMutablePointer<json_t>) -> [JSONValue] {
    let count = json_array_size(node)
    var elements: [JSONValue] = []
    elements.reserveCapacity(count)
    for index in 0..<count {
      guard let element = json_array_get(node, index) else { break }
      elements.append(value(element))
    }
    return elements
  }

  /// jansson keeps the order of the text and has already dropped all but the last of duplicate names.
  private static func object(_ node: UnsafeMutablePointer<json_t>) -> JSONObject {
    var members = JSONObject()
    members.reserveCapacity(json_object_size(node))
    var iterator = json_object_iter(node)
    while let current = iterator {
      // A name holds no NUL, which jansson refuses, so that its C string is the whole of it.
      if let name = json_object_iter_key(current), let member = json_object_iter_value(current) {
        members.append(String(cString: name), value(member))
      }
      iterator = json_object_iter_next(node, current)
    }
    return members
  }

  private static func string(_ characters: UnsafePointer<CChar>?, count: Int) -> String {
    let bytes = UnsafeRawBufferPointer(start: characters, count: characters == nil ? 0 : count)
    return String(decoding: bytes, as: UTF8.self)
  }
}
