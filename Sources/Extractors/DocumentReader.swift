import Extraction

/// The text of a document's bytes, in the process that has given up everything else.
public enum DocumentReader {
  /// Reads a document. Gives up the process's rights first, for good.
  /// - Parameters:
  ///   - bytes: of the file; of a web page as UTF-8.
  /// - Returns: also what holds of the confinement.
  public static func text(
    of bytes: [UInt8], format: DocumentFormat
  ) -> (result: Result<ExtractedText, ExtractionFailure>, held: [String]) {
    let held = Confinement.begin(scope(of: format), .document)
    do throws(ReadingError) {
      return (.success(try read(bytes, format)), held)
    } catch {
      return (.failure(.refused(error.description)), held)
    }
  }

  private static func scope(of format: DocumentFormat) -> Confinement.Scope {
    switch format {
    case .pdf: .programs
    // The C library loads its converters of encodings.
    case .message, .mailbox, .rtf, .subtitles: .libraries
    case .html, .notebook, .openDocument, .docx, .pptx, .xlsx, .epub: .nothing
    }
  }

  package static func read(_ bytes: [UInt8], _ format: DocumentFormat) throws(ReadingError) -> ExtractedText {
    switch format {
    case .pdf: try PDFReader.read(bytes)
    case .html: try HTMLReader.read(bytes)
    case .notebook: try NotebookReader.read(bytes)
    case .openDocument: try OpenDocumentReader.read(bytes)
    case .docx: try WordReader.read(bytes)
    case .pptx: try SlideReader.read(bytes)
    case .xlsx: try SheetReader.read(bytes)
    case .epub: try BookReader.read(bytes)
    case .rtf: try RichTextReader.read(bytes)
    case .message: try MessageReader.read(bytes)
    case .mailbox: try MailboxReader.read(bytes)
    case .subtitles: try SubtitleReader.read(bytes)
    }
  }
}

/// Why a document cannot be read.
package struct ReadingError: Error, Equatable, CustomStringConvertible {
  /// A few words.
  package let description: String

  init(_ description: String) {
    self.description = description
  }

  static let locked = ReadingError("it is protected by a password")
  static let tooLong = ReadingError("its text is larger than \(Extractor.Limit.textBytes >> 20) MB")
}
