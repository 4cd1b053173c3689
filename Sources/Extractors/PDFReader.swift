import Extraction

/// Pages of a PDF by Poppler's pdftotext, which the system has or has not.
enum PDFReader {
  /// Of the text as pdftotext writes it, with what repeats on every page.
  private static let longest = Extractor.Limit.textBytes * 3 / 2

  static func read(_ bytes: [UInt8]) throws(ReadingError) -> ExtractedText {
    guard bytes.prefix(1024).starts(with: "%PDF".utf8) || bytes.prefix(1024).contains("%PDF-") else {
      throw ReadingError("it is no PDF")
    }
    guard let program = SystemProgram.pdfText.path else {
      throw ReadingError(ExtractionFailure.missing(.pdfText).description)
    }
    // In the order of reading, columns one after the other; -layout would put them side by side.
    let child = ChildProgram(
      program, ["-enc", "UTF-8", "-eol", "unix", "-", "-"], longestOutput: longest, seconds: Extractor.Limit.seconds)
    switch child.run(input: bytes) {
    case .done(let output):
      guard output.contains(where: { $0 > 0x20 }) else {
        throw ReadingError("there is no text on its pages: they may be pictures, which OCR (ocrmypdf) reads")
      }
      return try PageText(String(decoding: output, as: UTF8.self)).text()
    // Poppler's own: 1 an error in opening, 3 one of permissions.
    case .failed(let status):
      let isLocked = bytes[...].contains("/Encrypt")
      throw status == 3 || isLocked ? .locked : ReadingError("it is damaged: pdftotext cannot open it")
    case .killed(let signal): throw ReadingError("pdftotext ends on it (signal \(signal)): it is damaged, or too large")
    case .tooLong: throw .tooLong
    case .late, .cancelled: throw ReadingError("reading it takes longer than \(Extractor.Limit.seconds) s")
    case .notStarted(let number): throw ReadingError("pdftotext cannot be started (error \(number))")
    }
  }
}

extension ArraySlice<UInt8> {
  /// Whether a text stands somewhere in them.
  func contains(_ text: String) -> Bool {
    let text = Array(text.utf8)
    var rest = self
    while let index = rest.firstIndex(of: text[0]) {
      if rest[index...].starts(with: text) { return true }
      rest = rest[(index + 1)...]
    }
    return false
  }
}
