import Documents
import Engine

/// Makes documents of commits: one of the message, and one of each file that a commit has changed, with the lines that it added.
struct HistoryDocuments {
  /// Grows with every change of what is made of the same commit: all are stored anew then.
  static let version = 1
  /// Bytes of added lines that are kept of a commit.
  private static let mostAdded = 64 << 10
  /// Tokens that are left for what stands before added lines.
  private static let leadTokens = 80
  private static let longestSubject = 96, longestPath = 96, longestNames = 80
  private static let mostNamedFiles = 24

  private let messages: Chunker
  private let lines: Chunker
  private let policy = FilePolicy()

  init(of engine: Engine) {
    messages = Chunker(of: engine)
    let length = min(engine.description.maxSequenceLength, Chunker.longestChunk)
    lines = Chunker(
      tokenizer: engine.tokenizer, modelLength: max(length - Self.leadTokens, min(length, 48)),
      prompt: engine.description.prompts["document"] ?? "")
  }

  /// What metadata of such documents is called.
  enum Key {
    static let commit = "commit", author = "author", time = "time", subject = "subject"
  }

  /// The documents of a commit, that of its message first.
  /// - Parameter note: what is said of it besides.
  func documents(_ commit: GitCommit, note: String? = nil) -> (documents: [StoredDocument], isCut: Bool) {
    let metadata: [String: MetadataValue] = [
      Key.commit: .string(commit.name), Key.author: .string(commit.author), Key.time: .number(Double(commit.time)),
      Key.subject: .string(commit.subject),
    ]
    var isCut = commit.changes.count > GitCommitReader.mostFiles
    var files: [StoredDocument] = []
    var symbols: [String] = []
    var left = Self.mostAdded
    for change in commit.changes.prefix(GitCommitReader.mostFiles) {
      let (document, names) = file(change, commit.subject, left: &left)
      isCut = isCut || change.isCut || left <= 0
      for name in names where !symbols.contains(name) && symbols.count < 48 { symbols.append(name) }
      var stored = StoredDocument(
        key: .id(commit.name + ":" + change.path), path: change.path, metadata: metadata, chunks: document.chunks)
      stored.language = document.language
      files.append(stored)
    }
    let text = message(commit, symbols, note)
    let first = StoredDocument(
      key: .id(commit.name), metadata: metadata, chunks: messages.chunks(of: text, language: .plainText))
    return ([first] + files, isCut)
  }

  private func message(_ commit: GitCommit, _ symbols: [String], _ note: String?) -> String {
    var parts = [commit.message.isEmpty ? "(no message)" : commit.message]
    if !symbols.isEmpty { parts.append("Changes " + symbols.joined(separator: ", ")) }
    let paths = commit.changes.map { change in
      change.oldPath.map { "\($0) -> \(change.path)" } ?? change.path
    }
    if !paths.isEmpty {
      let more = paths.count - Self.mostNamedFiles
      parts.append(
        "Files " + paths.prefix(Self.mostNamedFiles).joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""))
    }
    if let note { parts.append(note) }
    return parts.joined(separator: "\n\n")
  }

  private func file(
    _ change: GitChange, _ subject: String, left: inout Int
  ) -> (document: (chunks: [DocumentChunk], language: String?), symbols: [String]) {
    let added = change.added.prefix(max(0, left))
    left -= added.count
    let text = isWanted(change) ? TextEncoding.decode(Array(added))?.text ?? "" : ""
    let language = Language.of(path: change.path, text: text)
    let isText = !text.isEmpty && policy.reason(bytes: Array(text.utf8), language: language) == nil
    let symbols = isText || text.isEmpty ? names(change, text, language) : []
    var lead = Self.cut(subject, Self.longestSubject) + "\n" + Self.end(of: change.path, Self.longestPath)
    if !symbols.isEmpty { lead += ": " + Self.cut(symbols.joined(separator: ", "), Self.longestNames) }
    lead += "\n"
    let body = isText ? text : change.isBinary ? "\(change.summary), binary" : change.summary
    var chunks = lines.chunks(of: body, language: isText ? language : .plainText)
    for index in chunks.indices { chunks[index].lead = lead + chunks[index].lead }
    return ((chunks, language.id), symbols)
  }

  /// Whether the lines of a file are kept: secrets stay out of an index wherever they stand, and what no person has written.
  private func isWanted(_ change: GitChange) -> Bool {
    !change.isBinary && !change.added.isEmpty && policy.reason(path: change.path, size: 1) == nil
      && (change.oldPath.map { policy.reason(path: $0, size: 1) == nil } ?? true)
  }

  /// The names that changed lines declare, or stand below.
  private func names(_ change: GitChange, _ text: String, _ language: Language) -> [String] {
    guard case .blocks = language.structure else { return [] }
    let contexts = change.contexts.map { String(decoding: $0, as: UTF8.self) }
    let scanner = SymbolScanner(lines: TextLines((contexts + [text]).joined(separator: "\n")), language: language)
    var names: [String] = []
    for line in 0..<scanner.lines.count where !scanner.lines.isBlank(line) {
      guard let symbol = scanner.symbol(ofBlock: line..<line + 1, hasBody: line < contexts.count),
        symbol.kind.isContainer || symbol.kind.isFunction || symbol.kind == .type, !names.contains(symbol.name)
      else { continue }
      names.append(symbol.name)
      if names.count == 12 { break }
    }
    return names
  }

  private static func cut(_ text: String, _ bytes: Int) -> String {
    text.utf8.count <= bytes
      ? text : String(decoding: text.utf8.prefix(bytes).dropLast(3), as: UTF8.self).filter { $0 != "\u{FFFD}" } + "…"
  }

  private static func end(of text: String, _ bytes: Int) -> String {
    text.utf8.count <= bytes
      ? text : "…" + String(decoding: text.utf8.suffix(bytes), as: UTF8.self).filter { $0 != "\u{FFFD}" }
  }
}
