import Platform

/// The one door for text that goes to a person, on both streams: control characters become harmless there, but for the
/// sequences that this program writes itself.
///
/// These are written with a mark in place of the escape character, which is drawn anew in each process, so that no text
/// from outside can hold it.
enum ScreenText {
  /// Four characters for private use that stand for the escape character.
  private static let mark: String = {
    let scalars = (0..<4).map { _ in Unicode.Scalar(UInt32.random(in: 0x10_0000...0x10_FFFD)) ?? "\u{F8FF}" }
    return String(String.UnicodeScalarView(scalars))
  }()
  private static let markBytes = Array(mark.utf8)

  /// An escape sequence of this program's own.
  /// - Parameter body: what follows the escape character.
  static func sequence(_ body: String) -> String { mark + body }

  /// Clears from the cursor to the end of its line (ECMA-48, 8.3.41: EL).
  static var clearToEnd: String { sequence("[K") }

  /// What is written: harmless text with this program's own sequences.
  static func written(_ text: String) -> [UInt8] {
    let bytes = Array(TerminalText.harmless(text).utf8)
    guard bytes.contains(markBytes[0]) else { return bytes }
    var result: [UInt8] = []
    var rest = bytes[...]
    // By bytes: characters before the mark may combine with it.
    while let first = rest.first {
      if first == markBytes[0], rest.starts(with: markBytes) {
        result.append(0x1B)
        rest = rest.dropFirst(markBytes.count)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }
}
