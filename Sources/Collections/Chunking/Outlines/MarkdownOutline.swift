import CCommonMark

/// Markdown as CommonMark reads it (spec.commonmark.org), by cmark, its reference parser: fences in lists, setext headings, blocks
/// of HTML. What stands between `---` or `+++` at the very start is front matter, which CommonMark does not know.
enum MarkdownOutline {
  static func outline(of lines: TextLines) -> Outline {
    var outline = Outline(lineCount: lines.count)
    let front = frontMatter(lines)
    outline.addLiteral(front)
    var bytes = lines.bytes
    // Lines keep their numbers.
    for index in lines.bytes(of: front) where bytes[index] != 0x0A && bytes[index] != 0x0D { bytes[index] = 0x20 }
    bytes.withUnsafeBytes { buffer in
      guard
        let root = cmark_parse_document(
          buffer.assumingMemoryBound(to: CChar.self).baseAddress, buffer.count, CMARK_OPT_DEFAULT)
      else { return }
      defer { cmark_node_free(root) }
      var node = cmark_node_first_child(root)
      while let block = node {
        add(block, &outline)
        node = cmark_node_next(block)
      }
      addLiteralBlocks(root, &outline)
    }
    return outline
  }

  /// A block of the document's own: headings in lists and quotes begin no section.
  private static func add(_ block: OpaquePointer, _ outline: inout Outline) {
    let line = Int(cmark_node_get_start_line(block)) - 1
    switch cmark_node_get_type(block) {
    case CMARK_NODE_HEADING:
      outline.addHeading(line, level: Int(cmark_node_get_heading_level(block)), title: text(block))
    case CMARK_NODE_HTML_BLOCK:
      guard let literal = cmark_node_get_literal(block),
        let (level, title) = HTMLHeading.first(of: String(cString: literal))
      else { return }
      outline.addHeading(line, level: level, title: title)
    default: break
    }
  }

  private static func addLiteralBlocks(_ root: OpaquePointer, _ outline: inout Outline) {
    guard let iterator = cmark_iter_new(root) else { return }
    defer { cmark_iter_free(iterator) }
    while true {
      let event = cmark_iter_next(iterator)
      if event == CMARK_EVENT_DONE { return }
      guard event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(iterator) else { continue }
      let type = cmark_node_get_type(node)
      guard type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_HTML_BLOCK else { continue }
      let start = Int(cmark_node_get_start_line(node)) - 1
      let end = Int(cmark_node_get_end_line(node))
      if start < end { outline.addLiteral(start..<end) }
    }
  }

  /// What is read of a block, without its marks.
  private static func text(_ block: OpaquePointer) -> String {
    guard let iterator = cmark_iter_new(block) else { return "" }
    defer { cmark_iter_free(iterator) }
    var text = ""
    while true {
      let event = cmark_iter_next(iterator)
      if event == CMARK_EVENT_DONE { return text }
      guard event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(iterator) else { continue }
      switch cmark_node_get_type(node) {
      case CMARK_NODE_TEXT, CMARK_NODE_CODE: text += cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
      case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: text += " "
      default: break
      }
    }
  }

  private static let longestFrontMatter = 2000

  /// The lines of YAML or TOML before the text; none where what follows the first line is no key.
  private static func frontMatter(_ lines: TextLines) -> Range<Int> {
    guard lines.count > 2 else { return 0..<0 }
    let mark = lines.trimmedText(0)
    guard mark == "---" || mark == "+++", lines.indentation(0) == 0 else { return 0..<0 }
    let first = lines.trimmedText(1)
    let key = first.utf8.prefix { $0 > 0x20 && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "=") }
    let rest = first.utf8.dropFirst(key.count).drop { $0 == 0x20 }
    let isEmpty = first == mark
    guard isEmpty || first.hasPrefix("#") || !key.isEmpty && rest.first == UInt8(ascii: mark == "---" ? ":" : "=")
    else {
      return 0..<0
    }
    let end = (1..<min(lines.count, longestFrontMatter)).first { line in
      let text = lines.trimmedText(line)
      return lines.indentation(line) == 0 && (text == mark || mark == "---" && text == "...")
    }
    return 0..<(end.map { $0 + 1 } ?? 0)
  }
}

/// Headings that stand as HTML in Markdown, at the top of many a README.
enum HTMLHeading {
  /// The first heading of a block of HTML that begins with one, or with an element around it; nil where there is none.
  static func first(of html: String) -> (level: Int, title: String)? {
    let bytes = Array(html.utf8)
    var index = 0
    while index + 3 < bytes.count {
      defer { index += 1 }
      guard bytes[index] == UInt8(ascii: "<"), bytes[index + 1] | 0x20 == UInt8(ascii: "h"),
        (0x31...0x36).contains(bytes[index + 2]), bytes[index + 3] == UInt8(ascii: ">") || bytes[index + 3] <= 0x20
      else { continue }
      let level = Int(bytes[index + 2] - 0x30)
      let title = text(bytes[index...])
      return title.isEmpty ? nil : (level, title)
    }
    return nil
  }

  /// What stands between the tags up to the end of the heading.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    var text: [UInt8] = []
    var rest = bytes
    while let byte = rest.first {
      if byte == UInt8(ascii: "<") {
        if text.contains(where: { $0 > 0x20 }),
          rest.dropFirst().starts(with: "/h".utf8) || rest.dropFirst().starts(with: "/H".utf8)
        {
          break
        }
        rest = rest.drop { $0 != UInt8(ascii: ">") }.dropFirst()
      } else {
        text.append(byte <= 0x20 ? 0x20 : byte)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: text, as: UTF8.self).split(separator: " ").joined(separator: " ")
  }
}
