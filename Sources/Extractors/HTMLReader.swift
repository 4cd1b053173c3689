import CGumbo
import Extraction

/// A page of the web by Gumbo, an HTML5 parser that takes whatever bytes there are.
enum HTMLReader {
  /// Elements within each other that are looked into.
  static let deepest = 400

  static func read(_ bytes: [UInt8]) throws(ReadingError) -> ExtractedText {
    var builder = TextBuilder()
    try read(bytes, into: &builder, isAlone: true)
    return try builder.text()
  }

  /// Puts the text of a page into a larger one.
  /// - Parameters:
  ///   - bytes: UTF-8; what is none becomes U+FFFD.
  ///   - file: stands before the anchors of the page, where the page is a part of a book.
  ///   - isAlone: whether its title is what it is about, where it has no heading.
  static func read(
    _ bytes: [UInt8], into builder: inout TextBuilder, file: String? = nil, isAlone: Bool = false
  ) throws(ReadingError) {
    let bytes = XHTML.isMeant(bytes) ? XHTML.withEndTags(bytes) : bytes
    var options = cgumbo_options()
    var walk = HTMLWalk(file: file)
    var failure: ReadingError?
    bytes.withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { text in
        // It is not taken apart again, which would go as deep as the page does: the process ends with it.
        guard let output = gumbo_parse_with_options(&options, text.baseAddress, text.count) else { return }
        do throws(ReadingError) {
          if let root = output.pointee.root?.pointee {
            if isAlone, let title = HTMLWalk.titleInPlaceOfHeadings(root) { try builder.heading(title, level: 0) }
            try walk.visit(root, depth: 0, &builder)
          }
          try walk.flush(&builder)
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
  }
}

/// Goes through the elements of a page in the order of the text.
private struct HTMLWalk {
  let file: String?
  private var text = ""
  private var level: Int?
  private var isLine = false
  /// Lists and tables within each other, which are a block together.
  private var tables = 0
  private var verbatim = 0
  /// Cells of a few words that are open: their paragraphs are no others of the text.
  private var cells = 0

  init(file: String?) {
    self.file = file
  }

  /// Elements that are no text of the page, or stand on every page of a site.
  private static let skipped: Set<UInt32> = Set(
    [
      GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE, GUMBO_TAG_TEMPLATE, GUMBO_TAG_NOSCRIPT, GUMBO_TAG_NAV, GUMBO_TAG_SVG,
      GUMBO_TAG_IFRAME, GUMBO_TAG_OBJECT, GUMBO_TAG_SELECT, GUMBO_TAG_BUTTON, GUMBO_TAG_TITLE, GUMBO_TAG_TEXTAREA,
      GUMBO_TAG_NOFRAMES,
    ].map(\.rawValue))
  /// Elements that stand in a line.
  private static let inline: Set<UInt32> = Set(
    [
      GUMBO_TAG_A, GUMBO_TAG_ABBR, GUMBO_TAG_B, GUMBO_TAG_BDI, GUMBO_TAG_BDO, GUMBO_TAG_CITE, GUMBO_TAG_CODE,
      GUMBO_TAG_DATA, GUMBO_TAG_DEL, GUMBO_TAG_DFN, GUMBO_TAG_EM, GUMBO_TAG_FONT, GUMBO_TAG_I, GUMBO_TAG_INS,
      GUMBO_TAG_KBD, GUMBO_TAG_LABEL, GUMBO_TAG_MARK, GUMBO_TAG_Q, GUMBO_TAG_RUBY, GUMBO_TAG_S, GUMBO_TAG_SAMP,
      GUMBO_TAG_SMALL, GUMBO_TAG_SPAN, GUMBO_TAG_STRONG, GUMBO_TAG_SUB, GUMBO_TAG_SUP, GUMBO_TAG_TIME, GUMBO_TAG_TT,
      GUMBO_TAG_U, GUMBO_TAG_VAR, GUMBO_TAG_WBR, GUMBO_TAG_BIG, GUMBO_TAG_STRIKE, GUMBO_TAG_ACRONYM, GUMBO_TAG_IMG,
      GUMBO_TAG_UNKNOWN,
    ].map(\.rawValue))
  /// Elements of lines.
  private static let tables: Set<UInt32> = Set(
    [GUMBO_TAG_UL, GUMBO_TAG_OL, GUMBO_TAG_DL, GUMBO_TAG_TABLE].map(\.rawValue))
  /// Elements that begin a line and no paragraph.
  private static let lines: Set<UInt32> = Set(
    [GUMBO_TAG_LI, GUMBO_TAG_TR, GUMBO_TAG_DT, GUMBO_TAG_DD, GUMBO_TAG_BR, GUMBO_TAG_OPTION].map(\.rawValue))

  mutating func visit(_ node: GumboNode, depth: Int, _ builder: inout TextBuilder) throws(ReadingError) {
    switch node.type {
    case GUMBO_NODE_TEXT, GUMBO_NODE_WHITESPACE, GUMBO_NODE_CDATA: text += String(cString: node.v.text.text)
    case GUMBO_NODE_ELEMENT: try element(node.v.element, depth: depth, &builder)
    case GUMBO_NODE_DOCUMENT: try children(node.v.document.children, depth: depth, &builder)
    default: break
    }
  }

  private mutating func children(
    _ children: GumboVector, depth: Int, _ builder: inout TextBuilder
  ) throws(ReadingError) {
    guard depth < HTMLReader.deepest else {
      // No page that people write is as deep: its text is enough.
      Self.descend(children) { node in
        if node.type == GUMBO_NODE_TEXT { text += String(cString: node.v.text.text) + " " }
        return node.type != GUMBO_NODE_ELEMENT || !Self.isLeftOut(node.v.element)
      }
      return
    }
    for index in 0..<Int(children.length) {
      guard let child = children.data[index] else { continue }
      try visit(child.assumingMemoryBound(to: GumboNode.self).pointee, depth: depth + 1, &builder)
    }
  }

  /// Goes through what is below, in the order of the text, without a call within another one.
  /// - Parameter body: tells whether to go into a node.
  private static func descend(_ children: GumboVector, _ body: (GumboNode) -> Bool) {
    var lists = [(children, 0)]
    while let (list, next) = lists.popLast() {
      guard next < Int(list.length) else { continue }
      lists.append((list, next + 1))
      guard let node = list.data[next]?.assumingMemoryBound(to: GumboNode.self).pointee, body(node),
        node.type == GUMBO_NODE_ELEMENT
      else { continue }
      lists.append((node.v.element.children, 0))
    }
  }

  /// The title of a page that has no heading; nil where it has one.
  static func titleInPlaceOfHeadings(_ root: GumboNode) -> String? {
    var (title, isTitle, hasHeading) = (nil as String?, false, false)
    descend(root.v.element.children) { node in
      if node.type == GUMBO_NODE_TEXT, isTitle, title == nil { title = String(cString: node.v.text.text) }
      isTitle = node.type == GUMBO_NODE_ELEMENT && node.v.element.tag == GUMBO_TAG_TITLE
      if node.type == GUMBO_NODE_ELEMENT {
        hasHeading = hasHeading || headings.contains(node.v.element.tag.rawValue)
        return !hasHeading && node.v.element.tag != GUMBO_TAG_SVG
      }
      return true
    }
    return hasHeading ? nil : title
  }

  /// Bytes of a cell that is a part of a line.
  private static let shortCell = 300

  /// Whether a cell has a few words, and nothing that has lines of its own.
  private static func isShort(_ cell: GumboElement) -> Bool {
    var (bytes, isPlain) = (0, true)
    descend(cell.children) { node in
      guard isPlain, bytes <= shortCell else { return false }
      if node.type == GUMBO_NODE_TEXT { bytes += String(cString: node.v.text.text).utf8.count }
      if node.type == GUMBO_NODE_ELEMENT {
        let tag = node.v.element.tag
        isPlain = !headings.contains(tag.rawValue) && tag != GUMBO_TAG_PRE && tag != GUMBO_TAG_TABLE
      }
      return isPlain
    }
    return isPlain && bytes <= shortCell
  }

  private static let headings = GUMBO_TAG_H1.rawValue...GUMBO_TAG_H6.rawValue

  private static func isLeftOut(_ element: GumboElement) -> Bool {
    skipped.contains(element.tag.rawValue) || isHidden(element)
  }

  private mutating func element(
    _ element: GumboElement, depth: Int, _ builder: inout TextBuilder
  ) throws(ReadingError) {
    let tag = element.tag.rawValue
    guard !Self.isLeftOut(element) else { return }
    if let anchor = Self.attribute("id", element)
      ?? (element.tag == GUMBO_TAG_A ? Self.attribute("name", element) : nil),
      verbatim == 0
    {
      try place(anchor, &builder)
    }
    if Self.headings.contains(tag) {
      try flush(&builder)
      level = Int(tag - Self.headings.lowerBound) + 1
      try children(element.children, depth: depth, &builder)
      try flush(&builder)
      level = nil
    } else if element.tag == GUMBO_TAG_PRE {
      try flush(&builder)
      verbatim += 1
      try children(element.children, depth: depth, &builder)
      verbatim -= 1
      if verbatim == 0 {
        try builder.verbatim(text)
        text = ""
      }
    } else if cells > 0, !Self.inline.contains(tag) {
      text += " "
      try children(element.children, depth: depth, &builder)
      text += " "
    } else if Self.inline.contains(tag) || level != nil || verbatim > 0 {
      if element.tag == GUMBO_TAG_IMG { text += Self.attribute("alt", element).map { " " + $0 + " " } ?? "" }
      if element.tag == GUMBO_TAG_BR { text += verbatim > 0 ? "\n" : " " }
      try children(element.children, depth: depth, &builder)
    } else if element.tag == GUMBO_TAG_TD || element.tag == GUMBO_TAG_TH {
      // Cells of a row are a line; where they lay out a page, their paragraphs are its own.
      if text.utf8.contains(where: { $0 > 0x20 }) { text += " | " }
      let isShort = Self.isShort(element)
      cells += isShort ? 1 : 0
      try children(element.children, depth: depth, &builder)
      cells -= isShort ? 1 : 0
    } else if Self.tables.contains(tag) {
      try flush(&builder)
      if tables == 0 { builder.separate() }
      tables += 1
      try children(element.children, depth: depth, &builder)
      try flush(&builder)
      tables -= 1
      if tables == 0 { builder.separate() }
      isLine = false
    } else {
      try flush(&builder)
      isLine = Self.lines.contains(tag)
      try children(element.children, depth: depth, &builder)
      try flush(&builder)
      isLine = element.tag == GUMBO_TAG_BR
    }
  }

  /// The text so far is before the anchor.
  private mutating func place(_ anchor: String, _ builder: inout TextBuilder) throws(ReadingError) {
    let isInLine = text.contains { !$0.isWhitespace }
    guard !isInLine else { return }
    builder.place(file.map { $0 + "#" + anchor } ?? anchor)
  }

  /// Writes the text so far.
  mutating func flush(_ builder: inout TextBuilder) throws(ReadingError) {
    defer { text = "" }
    guard text.utf8.contains(where: { $0 > 0x20 }) else { return }
    // Documentation has links to each heading, of a sign that nobody reads.
    if let level {
      try builder.heading(text.filter { $0 != "\u{B6}" && $0 != "\u{F0C1}" }, level: level)
    } else if isLine {
      try builder.line(text)
    } else {
      try builder.paragraph(text)
    }
  }

  private static func isHidden(_ element: GumboElement) -> Bool {
    attribute("hidden", element) != nil || attribute("aria-hidden", element) == "true"
      || attribute("role", element) == "navigation" || isUndisplayed(element)
  }

  /// Whether its own style hides it. Of the whole page that is said until a script shows it.
  private static func isUndisplayed(_ element: GumboElement) -> Bool {
    guard element.tag != GUMBO_TAG_BODY, element.tag != GUMBO_TAG_HTML, let style = attribute("style", element) else {
      return false
    }
    let declarations = style.lowercased().filter { !$0.isWhitespace }.split(separator: ";")
    return declarations.contains {
      ["display:none", "display:none!important", "visibility:hidden", "visibility:hidden!important"].contains($0)
    }
  }

  private static func attribute(_ name: String, _ element: GumboElement) -> String? {
    var attributes = element.attributes
    guard attributes.length > 0, let found = gumbo_get_attribute(&attributes, name) else { return nil }
    let value = String(cString: found.pointee.value)
    return value.utf8.count > 500 ? nil : value
  }
}
