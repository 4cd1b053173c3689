/// Texts as PostgreSQL takes them, which holds all of Unicode but U+0000: that is stored as U+10FFFD, the last character for private use, and
/// `0`, and U+10FFFD itself as that and `1`. Different texts stay different.
package enum PostgresText {
  private static let mark: Unicode.Scalar = "\u{10FFFD}"

  package static func stored(_ text: String) -> String {
    guard text.utf8.contains(0) || text.unicodeScalars.contains(mark) else { return text }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\0": scalars.append(contentsOf: [mark, "0"])
      case mark: scalars.append(contentsOf: [mark, "1"])
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  static func stored(_ text: String?) -> String? { text.map { stored($0) } }

  package static func read(_ text: String) -> String {
    // The mark's first byte in UTF-8 is rare.
    guard text.utf8.contains(0xF4), text.unicodeScalars.contains(mark) else { return text }
    var scalars = String.UnicodeScalarView()
    var isMarked = false
    for scalar in text.unicodeScalars {
      if isMarked {
        scalars.append(scalar == "0" ? "\0" : mark)
        isMarked = false
      } else if scalar == mark {
        isMarked = true
      } else {
        scalars.append(scalar)
      }
    }
    return String(scalars)
  }
}
