import Extraction

/// A text of Office Open XML: paragraphs, headings by their styles, tables a row a line, and footnotes.
enum WordReader {
  static func read(_ bytes: [UInt8]) throws(ReadingError) -> ExtractedText {
    let archive = ZipArchive(bytes)
    let document = try Relations.main(of: archive, usual: "word/document.xml")
    let targets = try Relations(of: document, in: archive)
    let styles = try archive.part(targets.first("styles") ?? "word/styles.xml").map { bytes throws(ReadingError) in
      try WordStyles(bytes)
    }
    let handler = WordHandler(styles ?? WordStyles())
    try XMLEvents.read(try archive.required(document), document, handler)
    for kind in ["footnotes", "endnotes"] {
      let notes = targets.first(kind) ?? "word/\(kind).xml"
      if let bytes = try archive.part(notes) { try XMLEvents.read(bytes, notes, handler) }
    }
    return try handler.builder.text()
  }
}

/// What the styles of a text say of its paragraphs, by their ids.
private struct WordStyles {
  /// Levels of headings: by the style's outline level, by its name, or by those that it is based on.
  var levels: [String: Int] = [:]
  /// Items of lists.
  var lists: Set<String> = []

  init() {}

  init(_ bytes: [UInt8]) throws(ReadingError) {
    var bases: [String: String] = [:]
    var style: String?
    for (name, attributes) in try XMLList.read(bytes, "word/styles.xml").elements {
      switch name {
      case "style": style = attributes["styleId"]
      case "name":
        guard let style, let name = attributes["val"]?.lowercased() else { break }
        if name == "title" { levels[style] = 0 }
        if name.hasPrefix("heading "), let level = Int(name.dropFirst(8)) { levels[style] = level }
      case "numPr": if let style { lists.insert(style) }
      case "basedOn": if let style { bases[style] = attributes["val"] }
      case "outlineLvl":
        if let style, let level = attributes["val"].flatMap({ Int($0) }), level < 9 { levels[style] = level + 1 }
      default: break
      }
    }
    for style in bases.keys where levels[style] == nil {
      var next = bases[style]
      for _ in 0..<10 {
        guard let base = next else { break }
        if let level = levels[base] {
          levels[style] = level
          break
        }
        next = bases[base]
      }
    }
  }
}

/// The main part of a text, or its notes.
private final class WordHandler: XMLHandler {
  var builder = TextBuilder()
  private let styles: WordStyles
  private var text = ""
  private var isText = false
  private var isHidden = false
  private var level: Int?
  private var isListItem = false
  private var rows = 0
  private var cells: [String] = []
  /// Elements that are left out, within each other: what was deleted, how something was before a change, and the second way of showing it.
  private var skipped = 0
  /// Paragraphs in which a box with a text stands.
  private var around: [(text: String, level: Int?, isListItem: Bool)] = []

  init(_ styles: WordStyles) {
    self.styles = styles
  }

  func start(_ name: String, _ attributes: [String: String]) {
    if skipped > 0 || ["Fallback", "del", "moveFrom"].contains(name) || name.hasSuffix("PrChange") {
      skipped += 1
      return
    }
    switch name {
    case "r": isHidden = false
    case "vanish": isHidden = attributes["val"].map { !["0", "false", "off"].contains($0) } ?? true
    case "t": isText = !isHidden
    case "tab": text += "\t"
    case "br", "cr": text += " "
    case "noBreakHyphen": text += "-"
    case "pStyle":
      guard let style = attributes["val"] else { break }
      level = styles.levels[style]
      isListItem = isListItem || styles.lists.contains(style)
    case "outlineLvl": if let value = attributes["val"].flatMap({ Int($0) }), value < 9 { level = value + 1 }
    case "numPr": isListItem = true
    case "txbxContent":
      around.append((text, level, isListItem))
      (text, level, isListItem) = ("", nil, false)
    case "tr":
      rows += 1
      if rows == 1 { cells = [] }
    case "tbl": if rows == 0 { builder.separate() }
    case "tc": if rows == 1 { cells.append("") }
    default: break
    }
  }

  func end(_ name: String) throws(ReadingError) {
    if skipped > 0 {
      skipped -= 1
      return
    }
    switch name {
    case "t": isText = false
    case "p": try endParagraph()
    case "txbxContent": (text, level, isListItem) = around.popLast() ?? ("", nil, false)
    case "tr":
      rows -= 1
      if rows == 0 {
        try builder.line(cells.filter { !$0.isEmpty }.joined(separator: " | "))
        cells = []
      }
    case "tbl": if rows == 0 { builder.separate() }
    default: break
    }
  }

  func characters(_ text: String) {
    if isText, skipped == 0 { self.text += text }
  }

  private func endParagraph() throws(ReadingError) {
    defer {
      text = ""
      level = nil
      isListItem = false
    }
    if rows > 0 {
      let text = TextBuilder.joined(text)
      if !text.isEmpty { TextBuilder.add(text, toLastOf: &cells) }
    } else if let level {
      try builder.heading(text, level: level)
    } else if isListItem {
      try builder.line("- " + text)
    } else {
      try builder.paragraph(text)
    }
  }
}
