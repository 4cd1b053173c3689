/// A JSON value that is written into someone's file: compact, or on lines as the file has them.
package struct JSONLine: Equatable {
  package indirect enum Node: Equatable {
    case object([(name: String, value: Node)])
    case array([Node])
    case word(String)

    package static func == (one: Node, other: Node) -> Bool {
      one.text == other.text
    }

    var text: String {
      switch self {
      case .object(let members):
        "{" + members.map { "\(quoted($0.name)): \($0.value.text)" }.joined(separator: ", ") + "}"
      case .array(let items): "[" + items.map(\.text).joined(separator: ", ") + "]"
      case .word(let word): word
      }
    }
  }

  let node: Node

  package init(node: Node) {
    self.node = node
  }

  /// On one line.
  var text: String { node.text }

  package static func string(_ text: String) -> Node { .word(quoted(text)) }

  /// The value inside objects of one member each, but for the first of the names.
  static func nested(_ names: [String], _ value: JSONLine) -> JSONLine {
    names.reversed().reduce(value) { JSONLine(node: .object([($1, $0.node)])) }
  }

  /// Objects on lines, arrays of words on one.
  func indented(_ indentation: String, _ unit: String, _ newline: String) -> String {
    Self.indented(node, indentation, unit, newline)
  }

  private static func indented(_ node: Node, _ indentation: String, _ unit: String, _ newline: String) -> String {
    guard case .object(let members) = node, !members.isEmpty else { return node.text }
    let inner = indentation + unit
    let lines = members.map { "\(inner)\(quoted($0.name)): " + indented($0.value, inner, unit, newline) }
    return "{\(newline)" + lines.joined(separator: ",\(newline)") + "\(newline)\(indentation)}"
  }

  /// A value of a file with the blanks of `text`, so that the two can be compared.
  static func compact(_ bytes: some Sequence<UInt8>) -> String {
    var compact: [UInt8] = []
    var isInString = false
    var isEscaped = false
    for byte in bytes {
      if isInString {
        compact.append(byte)
        isInString = isEscaped || byte != UInt8(ascii: "\"")
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
      } else if ![0x20, 0x09, 0x0A, 0x0D].contains(byte) {
        compact.append(byte)
        if byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":") { compact.append(0x20) }
        isInString = byte == UInt8(ascii: "\"")
      }
    }
    return String(decoding: compact, as: UTF8.self)
  }
}

private func quoted(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": quoted += "\\\(scalar)"
    case "\u{0}"..."\u{1F}":
      let digits = String(scalar.value, radix: 16)
      quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}
