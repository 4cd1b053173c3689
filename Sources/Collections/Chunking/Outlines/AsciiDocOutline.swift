/// AsciiDoc's titles (docs.asciidoctor.org/asciidoc), on one line or underlined, outside of the blocks whose content is literal.
enum AsciiDocOutline {
  /// What opens and closes a block in which no section begins: listing, literal, passthrough and comment, example, sidebar and quote; four
  /// or more.
  private static let fences: [UInt8] = Array("-.+/=*_".utf8)
  private static let underlines: [UInt8] = Array("=-~^+".utf8)

  static func outline(of lines: TextLines) -> Outline {
    var outline = Outline(lineCount: lines.count)
    let closers = lines.lastClosers { closer($0).map { Array($0) } }
    var line = 0
    while line < lines.count {
      defer { line += 1 }
      let content = lines.bytes[lines.content(line)]
      guard !content.isEmpty, lines.indentation(line) == 0 else { continue }
      if let title = title(content) {
        outline.addHeading(line, level: title.level, title: title.text)
      } else if let level = underlined(line, content, lines) {
        outline.addHeading(line, level: level, title: lines.trimmedText(line))
        line += 1
      } else if let closer = opener(content), let last = closers[Array(closer)], last > line,
        let end = (line + 1...last).first(where: { lines.bytes[lines.content($0)].elementsEqual(closer) })
      {
        outline.addLiteral(line..<end + 1)
        line = end
      }
    }
    return outline
  }

  private static let backticks: ArraySlice<UInt8> = [0x60, 0x60, 0x60]

  /// What closes the block that a line opens.
  private static func opener(_ content: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    isFence(content) ? content : content.starts(with: backticks) ? backticks : nil
  }

  private static func closer(_ content: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    isFence(content) || content == backticks ? content : nil
  }

  private static func isFence(_ content: ArraySlice<UInt8>) -> Bool {
    guard let byte = content.first, content.count >= 4, fences.contains(byte) else { return false }
    return content.allSatisfy { $0 == byte }
  }

  /// `== Title`, and Markdown's `## Title`.
  private static func title(_ content: ArraySlice<UInt8>) -> (level: Int, text: String)? {
    guard let byte = content.first, byte == UInt8(ascii: "=") || byte == UInt8(ascii: "#") else { return nil }
    let level = content.prefix { $0 == byte }.count
    guard level <= 6, content.dropFirst(level).first == 0x20 else { return nil }
    let text = String(decoding: content.dropFirst(level), as: UTF8.self).trimmingBlanks
    let marks = String(repeating: Character(Unicode.Scalar(byte)), count: level)
    return (level, text.hasSuffix(" " + marks) ? text.dropLast(level).trimmingBlanks : text)
  }

  /// The level of a line of text with a line below it that is as long, to a character: after a blank line, or an attribute.
  private static func underlined(_ line: Int, _ content: ArraySlice<UInt8>, _ lines: TextLines) -> Int? {
    guard line + 1 < lines.count, line == 0 || lines.isBlank(line - 1) || lines.trimmedText(line - 1).hasSuffix("]")
    else {
      return nil
    }
    let below = lines.bytes[lines.content(line + 1)]
    guard let mark = below.first, let level = underlines.firstIndex(of: mark), below.count >= 2,
      below.allSatisfy({ $0 == mark }), let first = content.first, !".[|/:".utf8.contains(first), !isFence(content)
    else { return nil }
    let length = String(decoding: content, as: UTF8.self).count
    return abs(length - below.count) <= 1 ? level + 1 : nil
  }
}
