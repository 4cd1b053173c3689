extension JSONValue {
  /// The value as compact JSON on one line, UTF-8.
  public func serialized() -> [UInt8] {
    var bytes: [UInt8] = []
    write(into: &bytes)
    return bytes
  }

  /// Appends the value as compact JSON on one line, UTF-8.
  ///
  /// Numbers are the shortest text that reads back as the same value, non-finite ones `null`, which is what JSON
  /// leaves for them. Strings escape what RFC 8259 demands and nothing else.
  public func write(into bytes: inout [UInt8]) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): bytes.append(contentsOf: value.description.utf8)
    case .number(let value): bytes.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
    case .string(let text): Self.write(text, into: &bytes)
    case .array(let elements): Self.write(elements, into: &bytes)
    case .object(let object): Self.write(object, into: &bytes)
    case .float32s(let values): Self.write(values, into: &bytes)
    case .serialized(let text): bytes.append(contentsOf: text)
    }
  }

  private static func write(_ elements: [JSONValue], into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      element.write(into: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private static func write(_ object: JSONObject, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    var isFirst = true
    for member in object {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      write(member.key, into: &bytes)
      bytes.append(UInt8(ascii: ":"))
      member.value.write(into: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  /// Numbers are written side by side and appended together, some hundred at a time.
  private static func write(_ values: [Float], into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "["))
    var start = 0
    while start < values.count {
      let part = values[start..<min(start + 512, values.count)]
      withUnsafeTemporaryAllocation(byteCount: part.count * DecimalFloat.room, alignment: 1) { room in
        var end = 0
        for value in part { end += DecimalFloat.writeElement(value, to: room, at: end) }
        // The comma behind the last of all is none.
        bytes.append(contentsOf: room[..<(part.endIndex == values.count ? end - 1 : end)])
      }
      start = part.endIndex
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private static func write(_ text: String, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    if text.utf8.contains(where: needsEscape) {
      for byte in text.utf8 {
        if needsEscape(byte) { writeEscape(of: byte, into: &bytes) } else { bytes.append(byte) }
      }
    } else {
      bytes.append(contentsOf: text.utf8)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private static func writeEscape(of byte: UInt8, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    default:
      bytes.append(contentsOf: (byte < 0x10 ? "u000" : "u00").utf8)
      bytes.append(contentsOf: String(byte, radix: 16).utf8)
    }
  }
}
