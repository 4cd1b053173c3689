import Extraction
import GRDB

extension SQLiteCollection {
  /// The files that need not be read again while they stay as they were, by their paths from the folder.
  public func unreadFiles() async throws(CollectionError) -> [String: UnreadFile] {
    try await reading { database in
      var files: [String: UnreadFile] = [:]
      let rows = try Row.fetchCursor(
        database, sql: "SELECT CAST(path AS BLOB), size, modified, CAST(reason AS BLOB) FROM unread WHERE policy = ?",
        arguments: [FilePolicy.version])
      while let row = try rows.next() {
        guard let reason = SkipReason(contentReason: try row.text(3)) else { continue }
        files[try row.text(0)] = UnreadFile(size: try row.integer(1), stamp: try row.integer(2), reason: reason)
      }
      return files
    }
  }
}

extension CollectionWriter {
  /// Remembers a file that was left out for what is in it; nil forgets it.
  func setUnread(_ file: UnreadFile?, at path: String) throws {
    guard let file, let reason = file.reason.contentReason else {
      try database.cachedStatement(sql: "DELETE FROM unread WHERE path = CAST(? AS TEXT)")
        .execute(arguments: [Blob.text(path)])
      return
    }
    try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO unread (path, size, modified, reason, policy) VALUES (CAST(? AS TEXT), ?, ?, ?, ?)"
    ).execute(arguments: [Blob.text(path), file.size, file.stamp, reason, FilePolicy.version])
  }
}

extension SkipReason {
  /// What a collection stores of a reason that lies in a file's bytes; nil for the others, which cost nothing to find.
  var contentReason: String? {
    switch self {
    case .binary: "binary"
    case .minified: "minified"
    case .empty: "empty"
    case .secret: "secret"
    case .unknownEncoding: "encoding"
    case .notMounted: "mounted"
    case .missingProgram(let program, let format): "\(Self.programPrefix)\(program.name) \(format.rawValue)"
    case .notExtracted(let reason): Self.extractionPrefix + reason
    case .hidden, .ignored, .project, .lockFile, .editorsCopy, .overLarge, .symbolicLink, .notAFile, .nameNotText,
      .tooDeep, .unreadable:
      nil
    }
  }

  private static let programPrefix = "program "
  private static let extractionPrefix = "document "

  /// Nil too for a document whose program has come: it is looked at again.
  init?(contentReason: String) {
    switch contentReason {
    case "binary": self = .binary
    case "minified": self = .minified
    case "empty": self = .empty
    case "secret": self = .secret
    case "encoding": self = .unknownEncoding
    case "mounted": self = .notMounted
    default:
      let words = contentReason.split(separator: " ").map(String.init)
      if contentReason.hasPrefix(Self.extractionPrefix) {
        self = .notExtracted(String(contentReason.dropFirst(Self.extractionPrefix.count)))
      } else if contentReason.hasPrefix(Self.programPrefix), words.count == 3,
        let program = SystemProgram.all.first(where: { $0.name == words[1] }), program.path == nil,
        let format = DocumentFormat(rawValue: words[2])
      {
        self = .missingProgram(program, of: format)
      } else {
        return nil
      }
    }
  }
}
