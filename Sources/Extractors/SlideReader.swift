import Extraction

/// Slides of Office Open XML in the order in which they are shown, their notes below them.
enum SlideReader {
  static func read(_ bytes: [UInt8]) throws(ReadingError) -> ExtractedText {
    let archive = ZipArchive(bytes)
    let presentation = try Relations.main(of: archive, usual: "ppt/presentation.xml")
    let targets = try Relations(of: presentation, in: archive)
    let order = try XMLList.read(try archive.required(presentation), presentation).all("sldId")
    var builder = TextBuilder()
    for (number, slide) in order.enumerated() {
      guard let path = slide["r:id"].flatMap({ targets[$0] }), let part = try archive.part(path) else {
        continue
      }
      let handler = SlideHandler()
      try XMLEvents.read(part, path, handler)
      builder.place("slide=\(number + 1)")
      try builder.heading(handler.title.isEmpty ? "Slide \(number + 1)" : handler.title, level: 1)
      for line in handler.lines { try builder.line(line) }
      guard let notes = try Relations(of: path, in: archive).first("notesSlide"),
        let bytes = try archive.part(notes)
      else { continue }
      let noteHandler = SlideHandler()
      try XMLEvents.read(bytes, notes, noteHandler)
      builder.separate()
      for line in noteHandler.lines { try builder.line(line) }
    }
    return try builder.text()
  }
}

private final class SlideHandler: XMLHandler {
  private(set) var title = ""
  private(set) var lines: [String] = []
  private var text = ""
  private var isText = false
  private var isTitle = false
  private var isField = false
  private var cells: [String]?
  private static let most = 100_000

  func start(_ name: String, _ attributes: [String: String]) {
    switch name {
    case "sp": isTitle = false
    case "ph": isTitle = attributes["type"] == "title" || attributes["type"] == "ctrTitle"
    case "fld": isField = attributes["type"] == "slidenum"
    case "t": isText = !isField
    case "br": text += " "
    case "tr": cells = []
    case "tc": cells?.append("")
    default: break
    }
  }

  func end(_ name: String) throws(ReadingError) {
    switch name {
    case "t": isText = false
    case "fld": isField = false
    case "p": endParagraph()
    case "tr":
      lines.append((cells ?? []).filter { !$0.isEmpty }.joined(separator: " | "))
      cells = nil
    default: break
    }
    if lines.count > Self.most { throw .tooLong }
  }

  func characters(_ text: String) {
    if isText { self.text += text }
  }

  private func endParagraph() {
    let line = TextBuilder.joined(text)
    text = ""
    guard !line.isEmpty else { return }
    if var row = cells {
      TextBuilder.add(line, toLastOf: &row)
      cells = row
    } else if isTitle {
      title += (title.isEmpty ? "" : " ") + line
    } else {
      lines.append(line)
    }
  }
}
