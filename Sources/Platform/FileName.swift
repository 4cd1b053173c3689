/// Names of files in lines of text: as they are, so that they can be copied and opened, and as a shell's word (`$'a\nb'`) where
/// characters are in them that end a line, that a screen obeys, or that it does not show.
package enum FileName {
  /// On a screen, where what cannot be seen is told too.
  package static func shown(_ path: String) -> String {
    word(path) { isBreaking($0) || $0.properties.generalCategory == .format }
  }

  /// In a line that a program or a model reads: the invisible joints of scripts and emoji stay.
  package static func inLine(_ path: String) -> String {
    word(path, quoting: isBreaking)
  }

  private static func word(_ path: String, quoting isQuoted: (Unicode.Scalar) -> Bool) -> String {
    // A name that looks like such a word is one.
    guard path.utf8.starts(with: opening.utf8) || path.unicodeScalars.contains(where: isQuoted) else { return path }
    var quoted = opening
    for scalar in path.unicodeScalars {
      switch scalar {
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "'", "\\": quoted += "\\\(scalar)"
      case _ where isQuoted(scalar): for byte in UTF8.encode(scalar) ?? .init() { quoted += octal(byte) }
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "'"
  }

  private static let opening = "$'"

  private static func isBreaking(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: TerminalText.isBidirectionalControl(scalar.value)
    }
  }

  /// Three digits always: what follows in the name is none of them.
  private static func octal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 8)
    return "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
  }
}
