/// Names of files on a screen: as they are, so that they can be copied and opened, and in the quotation marks of a shell where
/// characters are in them that a screen must not see.
enum FileName {
  static func shown(_ path: String) -> String {
    guard path.unicodeScalars.contains(where: isHarmful) else { return path }
    var quoted = "$'"
    for scalar in path.unicodeScalars {
      switch scalar {
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "'", "\\": quoted += "\\\(scalar)"
      case _ where isHarmful(scalar): for byte in UTF8.encode(scalar) ?? .init() { quoted += "\\x" + hexadecimal(byte) }
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "'"
  }

  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    case .format: true
    default: false
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
  }
}
