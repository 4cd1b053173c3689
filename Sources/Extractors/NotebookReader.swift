import Extraction
import JSON

/// A notebook as Markdown: its texts as they are, its code in fences.
enum NotebookReader {
  static func read(_ bytes: [UInt8]) throws(ReadingError) -> ExtractedText {
    let notebook: JSONValue
    do {
      notebook = try JSONValue.parse(bytes)
    } catch {
      throw ReadingError("it is no JSON: \(error)")
    }
    guard let cells = cells(notebook) else { throw ReadingError("it has no cells") }
    let language = text(notebook["metadata"]?["kernelspec"]?["language"])
    let name = language ?? text(notebook["metadata"]?["language_info"]?["name"]) ?? ""
    var builder = TextBuilder()
    for (number, cell) in cells.enumerated() {
      builder.place("cell=\(number + 1)")
      guard let source = text(cell["source"] ?? cell["input"]) else { continue }
      switch text(cell["cell_type"]) {
      case "code":
        try builder.verbatim(fenced(source, text(cell["language"]) ?? name))
        try builder.verbatim(fenced(outputs(cell["outputs"]), ""))
      case "heading":
        var level = 1
        if case .integer(let number)? = cell["level"] { level = Int(min(max(number, 1), 6)) }
        try builder.verbatim(String(repeating: "#", count: level) + " " + source)
      default: try builder.verbatim(source)
      }
    }
    return try builder.text(isMarkdown: true)
  }

  /// The cells, which the third format has in worksheets.
  private static func cells(_ notebook: JSONValue) -> [JSONValue]? {
    if case .array(let cells)? = notebook["cells"] { return cells }
    guard case .array(let sheets)? = notebook["worksheets"] else { return nil }
    return sheets.flatMap { sheet in
      guard case .array(let cells)? = sheet["cells"] else { return [JSONValue]() }
      return cells
    }
  }

  /// Bytes of what a cell has printed, from its beginning: tables of results are as long as they like.
  private static let longestOutput = 2000

  /// What a cell has printed as text; what was shown as a picture is told by none.
  private static func outputs(_ outputs: JSONValue?) -> String {
    guard case .array(let outputs)? = outputs else { return "" }
    let texts = outputs.compactMap { output -> String? in
      if let name = text(output["ename"]) { return name + ": " + (text(output["evalue"]) ?? "") }
      guard let data = output["data"] else { return text(output["text"]) }
      guard case .object(let kinds) = data, !kinds.contains(where: { $0.key.hasPrefix("image/") }) else { return nil }
      return text(data["text/plain"])
    }
    let whole = texts.joined(separator: "\n")
    guard whole.utf8.count > longestOutput else { return whole }
    return String(String.UnicodeScalarView(whole.unicodeScalars.prefix(longestOutput)))
  }

  /// A string, or one in lines.
  private static func text(_ value: JSONValue?) -> String? {
    switch value {
    case .string(let text)?: text
    case .array(let lines)?: lines.compactMap { text($0) }.joined()
    default: nil
    }
  }

  /// Nothing for blank code; else in a fence that is longer than any in it.
  private static func fenced(_ source: String, _ language: String) -> String {
    guard !source.allSatisfy(\.isWhitespace) else { return "" }
    var longest = 2
    var run = 0
    for byte in source.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    let word = language.allSatisfy { $0.isLetter || $0.isNumber } ? language : ""
    return "\(fence)\(word)\n\(source)\n\(fence)"
  }
}
