import Extraction

/// A file that is worth indexing.
struct FileContent {
  /// Of the bytes on the disk, and of the way in which the text was taken out of a document.
  let hash: TextHash
  let text: String
  let language: Language
  /// What is known of the places of a document whose bytes are not its text.
  var document: ExtractedText?

  /// Reads a file, or takes the text out of a document. Blocks.
  /// - Parameters:
  ///   - extractor: takes the text out of documents; without one those are read that are text themselves.
  ///   - known: a hash of which nothing but the hash is wanted.
  static func read(
    _ path: String, policy: FilePolicy, isAskedFor: Bool = false, by extractor: Extractor? = nil,
    unless known: TextHash? = nil
  ) -> Result<FileContent, SkippedRead> {
    guard let format = DocumentFormat(path: path) else { return plain(path, policy, isAskedFor) }
    guard let extractor else {
      return format.isText ? plain(path, policy, isAskedFor) : .failure(SkippedRead(reason: .binary))
    }
    if let program = format.program, program.path == nil {
      return .failure(SkippedRead(reason: .missingProgram(program, of: format), isByContent: true))
    }
    return SourceFile.bytes(path, limit: policy.largestDocument).flatMap { bytes in
      let hash = Self.hash(of: bytes, as: format)
      if hash == known { return .success(FileContent(hash: hash, text: "", language: .plainText)) }
      switch text(of: bytes, format, extractor) {
      case .success(let document):
        let bytes = Array(document.text.utf8)
        if let reason = policy.reason(bytes: bytes, language: .plainText, isAskedFor: isAskedFor) {
          return .failure(SkippedRead(reason: reason, isByContent: true))
        }
        let language = Language.named(format.language) ?? .plainText
        return .success(FileContent(hash: hash, text: document.text, language: language, document: document))
      case .failure(.notDone(let reason)): return .failure(SkippedRead(reason: .unreadable(reason)))
      case .failure where format.isText:
        // Searched as the text that it is, as far as that is one.
        guard bytes.count <= policy.largestFile else {
          return .failure(SkippedRead(reason: .overLarge(bytes: bytes.count, limit: policy.largestFile)))
        }
        return plain(bytes, hash, path, policy, isAskedFor)
      case .failure(.missing(let program)):
        return .failure(SkippedRead(reason: .missingProgram(program, of: format), isByContent: true))
      case .failure(.refused(let reason)):
        return .failure(SkippedRead(reason: .notExtracted(reason), isByContent: true))
      }
    }
  }

  private static func hash(of bytes: [UInt8], as format: DocumentFormat) -> TextHash {
    TextHash(utf8: bytes + "\0\(format.rawValue) \(DocumentFormat.version)".utf8)
  }

  /// Whether the bytes of a file are those that a hash is of.
  static func isSame(_ bytes: [UInt8], _ path: String, as hash: TextHash) -> Bool {
    if TextHash(utf8: bytes) == hash { return true }
    return DocumentFormat(path: path).map { Self.hash(of: bytes, as: $0) == hash } ?? false
  }

  /// The text of a document. A page of the web and subtitles, which may be in any encoding, are handed over in UTF-8; a page that a program
  /// fills in is a program's text.
  static func text(
    of bytes: [UInt8], _ format: DocumentFormat, _ extractor: Extractor
  ) -> Result<ExtractedText, ExtractionFailure> {
    guard format == .html || format == .subtitles else { return extractor.text(of: bytes, format: format) }
    guard let text = TextEncoding.decode(bytes)?.text else { return .failure(.refused("it is no text")) }
    let letters = Array(text.utf8)
    if format == .html, isTemplate(letters) { return .failure(.refused("it is a template")) }
    return extractor.text(of: letters, format: format)
  }

  /// Whether the marks of Jinja, Handlebars, Vue, ERB, JSP or PHP are in it.
  private static func isTemplate(_ bytes: [UInt8]) -> Bool {
    zip(bytes, bytes.dropFirst()).contains { first, second in
      switch (first, second) {
      case (UInt8(ascii: "{"), UInt8(ascii: "{")), (UInt8(ascii: "{"), UInt8(ascii: "%")),
        (UInt8(ascii: "<"), UInt8(ascii: "%")), (UInt8(ascii: "<"), UInt8(ascii: "?")):
        true
      default: false
      }
    } && !bytes.starts(with: "<?xml".utf8)
  }

  private static func plain(
    _ path: String, _ policy: FilePolicy, _ isAskedFor: Bool
  ) -> Result<FileContent, SkippedRead> {
    SourceFile.bytes(path, limit: policy.largestFile).flatMap { bytes in
      plain(bytes, TextHash(utf8: bytes), path, policy, isAskedFor)
    }
  }

  private static func plain(
    _ bytes: [UInt8], _ hash: TextHash, _ path: String, _ policy: FilePolicy, _ isAskedFor: Bool
  ) -> Result<FileContent, SkippedRead> {
    guard let decoded = TextEncoding.decode(bytes) else {
      return .failure(
        SkippedRead(reason: FilePolicy.isBinary(bytes) ? .binary : .unknownEncoding, isByContent: true))
    }
    let language = Language.of(path: path, text: decoded.text)
    if let reason = policy.reason(bytes: Array(decoded.text.utf8), language: language, isAskedFor: isAskedFor) {
      return .failure(SkippedRead(reason: reason, isByContent: true))
    }
    // Programs write letters beyond ASCII as escapes, in which nobody finds a word.
    let text = language.id == "jsonl" ? JSONLetters.readable(decoded.text) : decoded.text
    return .success(FileContent(hash: hash, text: text, language: language))
  }
}
