/// The kinds of files whose text has to be taken out of them before it can be searched.
public enum DocumentFormat: String, Sendable, CaseIterable {
  /// Portable Document Format: ISO 32000.
  case pdf
  /// A page of the web: html.spec.whatwg.org.
  case html
  /// A Jupyter notebook: nbformat.readthedocs.io.
  case notebook
  /// A text, a presentation or a sheet of OpenDocument: ISO 26300.
  case openDocument
  /// A text of Office Open XML: ECMA-376.
  case docx
  /// A presentation of Office Open XML.
  case pptx
  /// Sheets of Office Open XML.
  case xlsx
  /// A book: w3.org/TR/epub-33.
  case epub
  /// Rich Text Format 1.9.1.
  case rtf
  /// One message of electronic mail: RFC 5322, RFC 2045.
  case message
  /// Many messages in one file: RFC 4155.
  case mailbox
  /// What is said in a film: SubRip, WebVTT, SubStation Alpha.
  case subtitles

  /// Grows with every change of what is taken out of the same bytes: files are read again then.
  public static let version = 3

  private static let endings: [String: DocumentFormat] = [
    "pdf": .pdf, "html": .html, "htm": .html, "xhtml": .html, "ipynb": .notebook, "odt": .openDocument,
    "ott": .openDocument, "odp": .openDocument, "ods": .openDocument, "docx": .docx, "docm": .docx, "dotx": .docx,
    "pptx": .pptx, "pptm": .pptx, "ppsx": .pptx, "xlsx": .xlsx, "xlsm": .xlsx, "epub": .epub, "rtf": .rtf,
    "eml": .message, "mbox": .mailbox, "srt": .subtitles,
    "vtt": .subtitles, "ass": .subtitles, "ssa": .subtitles,
  ]

  /// The endings of names, sorted, for people.
  public static var allEndings: String { endings.keys.sorted().joined(separator: ", ") }

  /// The format of a file by its name, or of a message by its folder (maildir: `cur`, `new`); nil where its bytes are the text,
  /// or nobody knows.
  /// - Parameter path: with `/`.
  public init?(path: String) {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"))
    guard let name = parts.last else { return nil }
    if let dot = name.lastIndex(of: UInt8(ascii: ".")),
      let format = Self.endings[String(decoding: name[name.index(after: dot)...], as: UTF8.self).lowercased()]
    {
      self = format
      return
    }
    guard parts.count > 1, ["cur", "new"].contains(String(decoding: parts[parts.count - 2], as: UTF8.self)),
      Self.isOfMaildir(name)
    else { return nil }
    self = .message
  }

  /// Seconds since 1970, a dot, and whatever makes the name unique: cr.yp.to/proto/maildir.html.
  private static func isOfMaildir(_ name: Substring.UTF8View) -> Bool {
    let digits = name.prefix { (0x30...0x39).contains($0) }
    return (9...11).contains(digits.count) && name.dropFirst(digits.count).first == UInt8(ascii: ".")
  }

  /// What a person calls one.
  public var name: String {
    switch self {
    case .pdf: "PDF"
    case .html: "web page"
    case .notebook: "notebook"
    case .openDocument: "OpenDocument file"
    case .docx: "Word document"
    case .pptx: "presentation"
    case .xlsx: "spreadsheet"
    case .epub: "book"
    case .rtf: "RTF file"
    case .message: "message"
    case .mailbox: "mailbox"
    case .subtitles: "subtitle file"
    }
  }

  /// What documents of the format have as their language.
  public var language: String {
    switch self {
    case .pdf, .html, .docx, .pptx, .xlsx, .epub, .rtf, .subtitles: rawValue
    case .notebook: "jupyter"
    case .openDocument: "odf"
    case .message, .mailbox: "email"
    }
  }

  /// Whether the file's bytes are a text that can be searched as it is, less well.
  public var isText: Bool { [.html, .notebook, .message, .subtitles].contains(self) }

  /// The program that a file of the format is read with, where the system has it; nil where Akin reads it by itself.
  public var program: SystemProgram? { self == .pdf ? .pdfText : nil }
}
