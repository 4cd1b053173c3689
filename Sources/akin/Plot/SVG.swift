import Platform

/// A picture as SVG 1.1, which every browser shows and every editor of documents takes. PNG would need a library.
struct SVG {
  private(set) var width: Double
  private(set) var height: Double
  private var elements: [String] = []
  /// What it shows, for those who hear it.
  let title: String

  /// Columns of a letter of text of size 12, on average.
  static let letter = 6.6, boldLetter = 7.2

  init(width: Double, height: Double, title: String) {
    (self.width, self.height, self.title) = (width, height, title)
  }

  /// - Parameters:
  ///   - color: as CSS has it.
  ///   - tip: shown where the pointer is over it.
  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, color: String, tip: String? = nil
  ) {
    let shape =
      "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" "
      + "fill=\"\(color)\""
    elements.append(tip.map { "<rect \(shape)><title>\(Self.escaped($0))</title></rect>" } ?? "<rect \(shape)/>")
  }

  /// Where a text begins, is, or ends.
  enum Anchor: String {
    case start, middle, end
  }

  /// - Parameters:
  ///   - y: of its middle.
  ///   - color: nil for that of the page's text.
  ///   - turned: degrees against the clock.
  mutating func text(
    _ text: String, x: Double, y: Double, anchor: Anchor = .start, color: String? = nil, turned: Double = 0,
    isBold: Bool = false
  ) {
    var attributes = "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" text-anchor=\"\(anchor.rawValue)\""
    if let color { attributes += " style=\"fill:\(color)\"" }
    if isBold { attributes += " font-weight=\"600\"" }
    if turned != 0 {
      attributes += " transform=\"rotate(\(Self.number(-turned)) \(Self.number(x)) \(Self.number(y)))\""
    }
    elements.append("<text \(attributes)>\(Self.escaped(text))</text>")
  }

  /// The file.
  var bytes: [UInt8] {
    let size = "\(Self.number(width)) \(Self.number(height))"
    let head = """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" width="\(Self.number(width))" \
      height="\(Self.number(height))" role="img">
      <title>\(Self.escaped(title))</title>
      <style>
      svg { background: #fff; font: 12px sans-serif; }
      text { fill: #1c1e21; dominant-baseline: central; unicode-bidi: plaintext; }
      @media (prefers-color-scheme: dark) { svg { background: #131417; } text { fill: #e7e9ec; } }
      </style>

      """
    return Array((head + elements.joined(separator: "\n") + "\n</svg>\n").utf8)
  }

  /// `text` on one line in at most so many letters.
  static func shortened(_ text: String, to letters: Int) -> String {
    TextWidth.clipped(TextWidth.printable(text), to: letters)
  }

  /// The end of `text` on one line in at most so many letters: what a path ends in tells more than where it begins.
  static func ending(_ text: String, in letters: Int) -> String {
    let line = TextWidth.printable(text)
    return line.count > letters ? "…" + line.suffix(letters - 1) : line
  }

  private static func number(_ value: Double) -> String {
    let text = NumberText.fixed(value, decimals: 2)
    return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
  }

  /// Text as XML 1.0 takes it: no markup, and none of the characters that no XML may hold.
  private static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in TerminalText.harmless(text).unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "\u{FFFE}", "\u{FFFF}": result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

/// The viridis map as CSS colours: dark for little, bright for much, in even steps also where colours are not seen.
enum Viridis {
  private static let anchors: [(Double, Double, Double)] = [
    (68, 1, 84), (72, 36, 117), (65, 68, 135), (53, 95, 141), (42, 120, 142), (33, 145, 140), (34, 168, 132),
    (68, 191, 112),
    (122, 209, 81), (189, 223, 38), (253, 231, 37),
  ]

  /// - Parameter share: 0 to 1; what is beyond counts as that.
  static func color(_ share: Double) -> String {
    let place = max(0, min(1, share.isFinite ? share : 0)) * Double(anchors.count - 1)
    let first = min(Int(place), anchors.count - 2)
    let (from, to, rest) = (anchors[first], anchors[first + 1], place - Double(first))
    let parts = [(from.0, to.0), (from.1, to.1), (from.2, to.2)].map { Int(($0 + ($1 - $0) * rest).rounded()) }
    return "rgb(\(parts[0]),\(parts[1]),\(parts[2]))"
  }

  /// The colour of text on it.
  static func textColor(_ share: Double) -> String { share > 0.6 ? "#000" : "#fff" }
}
