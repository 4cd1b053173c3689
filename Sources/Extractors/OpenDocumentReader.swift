import Extraction

/// A text, slides or sheets of OpenDocument.
enum OpenDocumentReader {
  static func read(_ bytes: [UInt8]) throws(ReadingError) -> ExtractedText {
    let archive = ZipArchive(bytes)
    if let manifest = try archive.part("META-INF/manifest.xml"), manifest[...].contains("encryption-data") {
      throw .locked
    }
    let handler = OpenDocumentHandler()
    try XMLEvents.read(try archive.required("content.xml"), "content.xml", handler)
    return try handler.builder.text()
  }
}

private final class OpenDocumentHandler: XMLHandler {
  var builder = TextBuilder()
  /// The texts of the paragraphs that are open: a note is inside of another one.
  private var texts: [String] = []
  private var level: Int?
  private var list = 0
  private var rows = 0
  private var cells: [String] = []
  private var skipped = 0
  private var slide = 0
  private var sheet: String?
  private var row = 0
  private var isSpreadsheet = false

  private static let left: Set<String> = [
    "tracked-changes", "annotation", "automatic-styles", "font-face-decls", "scripts", "forms", "note-citation",
    "sequence-decls", "variable-decls",
  ]

  /// Styles of text that is not shown, and the one that is declared now.
  private var hidden: Set<String> = []
  private var style: String?

  private func isHidden(_ name: String, _ attributes: [String: String]) -> Bool {
    switch name {
    case "style": style = attributes["name"]
    case "text-properties": if attributes["display"] == "none", let style { hidden.insert(style) }
    case "section": return attributes["display"] == "none"
    case "hidden-text", "hidden-paragraph": return attributes["is-hidden"] == "true"
    case "span", "p", "h": return attributes["style-name"].map(hidden.contains) ?? false
    default: break
    }
    return false
  }

  func start(_ name: String, _ attributes: [String: String]) throws(ReadingError) {
    if isHidden(name, attributes) || skipped > 0 || Self.left.contains(name) {
      skipped += 1
      return
    }
    switch name {
    case "h":
      level = attributes["outline-level"].flatMap { Int($0) }.map { min(max($0, 1), 10) } ?? 1
      texts.append("")
    case "p": texts.append("")
    case "s": add(String(repeating: " ", count: min(attributes["c"].flatMap { Int($0) } ?? 1, 100)))
    case "tab", "line-break": add(" ")
    case "list": list += 1
    case "spreadsheet": isSpreadsheet = true
    case "page":
      slide += 1
      builder.place("slide=\(slide)")
      try builder.heading(attributes["name"].flatMap { $0.hasPrefix("page") ? nil : $0 } ?? "Slide \(slide)", level: 1)
    case "table":
      guard rows == 0 else { break }
      builder.separate()
      row = 0
      guard isSpreadsheet, let name = attributes["name"] else { break }
      sheet = name
      builder.place(name + "!A1")
      try builder.heading(name, level: 1)
    case "table-row":
      rows += 1
      guard rows == 1 else { break }
      cells = []
      if let sheet { builder.place(sheet + "!A\(row + 1)") }
      row += attributes["number-rows-repeated"].flatMap { Int($0) } ?? 1
    case "table-cell", "covered-table-cell": if rows == 1 { cells.append("") }
    default: break
    }
  }

  func end(_ name: String) throws(ReadingError) {
    if skipped > 0 {
      skipped -= 1
      return
    }
    switch name {
    case "h":
      try builder.heading(texts.popLast() ?? "", level: slide > 0 ? 2 : level ?? 1)
      level = nil
    case "p": try endParagraph(texts.popLast() ?? "")
    case "list": list -= 1
    case "table-row":
      rows -= 1
      if rows == 0 { try builder.line(cells.filter { !$0.isEmpty }.joined(separator: " | ")) }
    case "table": if rows == 0 { builder.separate() }
    default: break
    }
  }

  func characters(_ text: String) {
    if skipped == 0 { add(text) }
  }

  private func add(_ text: String) {
    guard !texts.isEmpty else { return }
    texts[texts.count - 1] += text
  }

  private func endParagraph(_ text: String) throws(ReadingError) {
    let text = TextBuilder.joined(text)
    guard !text.isEmpty else { return }
    if !texts.isEmpty {
      // A note stands where it is called.
      add(" (" + text + ")")
    } else if rows > 0, !cells.isEmpty {
      TextBuilder.add(text, toLastOf: &cells)
    } else if list > 0 {
      try builder.line("- " + text)
    } else {
      try builder.paragraph(text)
    }
  }
}
