import Extraction

/// Sheets of Office Open XML, a row a line.
enum SheetReader {
  static func read(_ bytes: [UInt8]) throws(ReadingError) -> ExtractedText {
    let archive = ZipArchive(bytes)
    let workbook = try Relations.main(of: archive, usual: "xl/workbook.xml")
    let targets = try Relations(of: workbook, in: archive)
    let book = try XMLList.read(try archive.required(workbook), workbook)
    let shared = SharedStrings()
    let strings = targets.first("sharedStrings") ?? "xl/sharedStrings.xml"
    if let part = try archive.part(strings) { try XMLEvents.read(part, strings, shared) }
    let styles = targets.first("styles") ?? "xl/styles.xml"
    let formats = SheetFormats(
      try archive.part(styles).map { bytes throws(ReadingError) in try XMLList.read(bytes, styles) },
      countsFrom1904: book.all("workbookPr").contains { ["1", "true"].contains($0["date1904"]) })
    var builder = TextBuilder()
    // Of a hidden sheet no program can show the place.
    for sheet in book.all("sheet") where ["visible", nil].contains(sheet["state"]) {
      guard let path = sheet["r:id"].flatMap({ targets[$0] }), let part = try archive.part(path),
        let name = sheet["name"]
      else { continue }
      builder.place(name + "!A1")
      try builder.heading(name, level: 1)
      let handler = SheetHandler(name: name, shared: shared.texts, formats, builder)
      try XMLEvents.read(part, path, handler)
      builder = handler.builder
    }
    return try builder.text()
  }
}

/// The texts that cells have by their numbers.
private final class SharedStrings: XMLHandler {
  private(set) var texts: [String] = []
  private var text = ""
  private var isText = false
  private var isPhonetic = false

  func start(_ name: String, _ attributes: [String: String]) {
    switch name {
    case "si": text = ""
    case "rPh": isPhonetic = true
    case "t": isText = !isPhonetic
    default: break
    }
  }

  func end(_ name: String) {
    switch name {
    case "si": texts.append(text)
    case "rPh": isPhonetic = false
    case "t": isText = false
    default: break
    }
  }

  func characters(_ text: String) {
    if isText { self.text += text }
  }
}

private final class SheetHandler: XMLHandler {
  private(set) var builder: TextBuilder
  private let name: String
  private let shared: [String]
  private let formats: SheetFormats
  private var style = 0
  private var cells: [String] = []
  private var row = 0
  private var kind = ""
  private var text = ""
  private var isValue = false
  private var formula = ""
  private var isFormula = false

  init(name: String, shared: [String], _ formats: SheetFormats, _ builder: TextBuilder) {
    self.name = name
    self.formats = formats
    self.shared = shared
    self.builder = builder
  }

  func start(_ name: String, _ attributes: [String: String]) {
    switch name {
    case "row":
      row = attributes["r"].flatMap { Int($0) } ?? row + 1
      cells = []
    case "c":
      kind = attributes["t"] ?? ""
      style = attributes["s"].flatMap { Int($0) } ?? 0
      text = ""
      formula = ""
    case "v", "t": isValue = true
    case "f": isFormula = true
    default: break
    }
  }

  func end(_ name: String) throws(ReadingError) {
    switch name {
    case "v", "t": isValue = false
    case "f": isFormula = false
    case "c":
      switch kind {
      // No program has computed it yet.
      case _ where text.isEmpty && !formula.isEmpty: text = "=" + formula
      case "s": text = Int(text).flatMap { shared.indices.contains($0) ? shared[$0] : nil } ?? ""
      case "b": text = text == "1" ? "TRUE" : text == "0" ? "FALSE" : text
      case "", "n": text = formats.shown(text, style: style)
      default: break
      }
      let cell = TextBuilder.joined(text)
      if !cell.isEmpty { cells.append(cell) }
    case "row":
      guard !cells.isEmpty else { break }
      builder.place("\(self.name)!A\(row)")
      try builder.line(cells.joined(separator: " | "))
    default: break
    }
  }

  func characters(_ text: String) {
    if isValue { self.text += text }
    if isFormula { formula += text }
  }
}
