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
    guard case .array(let cells)? = notebook["cells"] ?? worksheet(notebook) else {
      throw ReadingError("it has no cells")
    }
    let language = text(notebook["metadata"]?["kernelspec"]?["language"])
    let name = language ?? text(notebook["metadata"]?["language_info"]?["name"]) ?? ""
    var builder = TextBuilder()
    for (number, cell) in cells.enumerated() {
      builder.place("cell=\(number + 1)")
      guard let source = text(cell["source"] ?? cell["input"]) else { continue }
      switch text(cell["cell_type"]) {
      case "code": try builder.verbatim(fenced(source, name))
      case "heading": try builder.verbatim("# " + source)
      default: try builder.verbatim(source)
      }
    }
    return try builder.text(isMarkdown: true)
  }

  /// The cells of the third format.
  private static func worksheet(_ notebook: JSONValue) -> JSONValue? {
    guard case .array(let sheets)? = notebook["worksheets"] else { return nil }
    return sheets.first?["cells"]
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
