import JSON

/// What was written where, in a file of one JSON value a line.
struct Journal: Sendable {
  struct Entry: Sendable, Equatable {
    let path: String
    /// Whether the file was not there before.
    var isNew: Bool
    /// nil for a link.
    var insertion: Insertion?
    /// Where a link leads.
    var target: String?
    /// The folders that were made for it, the outermost first.
    var folders: [String] = []
    /// Whether it is the hook of a file that may have a server's entry too.
    var isHook = false

    /// The same, where its bytes stand elsewhere now.
    func moved(to insertion: Insertion) -> Entry {
      var entry = self
      entry.insertion = insertion
      return entry
    }

    /// The same, where this has come to be what made its file.
    /// - Parameter folders: what was made for the file; nil where another entry answers for it.
    func making(_ folders: [String]?) -> Entry {
      guard let folders else { return self }
      var entry = self
      entry.isNew = true
      entry.folders = folders + entry.folders.filter { !folders.contains($0) }
      return entry
    }
  }

  let path: String

  /// Runs `body`, which reads and changes files and the journal, while no other process does.
  func locked<Value>(_ body: () throws(SetupError) -> Value) throws(SetupError) -> Value {
    try UserFile.locked(path, body)
  }

  func entries() throws(SetupError) -> [Entry] {
    guard let bytes = try UserFile.bytes(of: path) else { return [] }
    return try bytes.split(separator: UInt8(ascii: "\n")).map { line throws(SetupError) in
      do {
        let field = JSONField(try JSONValue.parse(Array(line)), path: "")
        let text = try field["bytes"].ifPresent?.string()
        let offset = try field["offset"].ifPresent?.int(in: 0...Int.max) ?? 0
        return Entry(
          path: try field["path"].string(), isNew: try field["new"].bool(),
          insertion: text.map { Insertion(offset: offset, bytes: Array($0.utf8)) },
          target: try field["target"].ifPresent?.string(), folders: try field["folders"].ifPresent?.strings() ?? [],
          isHook: try field["hook"].ifPresent?.bool() ?? false)
      } catch {
        throw .broken("\(error)")
      }
    }
  }

  /// The last that was written for a program to its file.
  func entry(of assistant: Assistant) throws(SetupError) -> Entry? {
    try entries().last { $0.path == assistant.path && $0.isHook == assistant.isHook }
  }

  func add(_ entry: Entry) throws(SetupError) {
    try replace(try entries().filter { $0 != entry } + [entry])
  }

  /// All others of its file and kind are no more.
  func settle(_ entry: Entry) throws(SetupError) {
    try replace(try entries().filter { $0.path != entry.path || $0.isHook != entry.isHook } + [entry])
  }

  /// All of a file's, in the order in which they stand on each other.
  func settle(_ path: String, _ file: [Entry]) throws(SetupError) {
    try replace(try entries().filter { $0.path != path } + file)
  }

  func forget(_ entry: Entry) throws(SetupError) {
    try replace(try entries().filter { $0 != entry })
  }

  func replace(_ entries: [Entry]) throws(SetupError) {
    guard !entries.isEmpty else { return try UserFile.remove(path) }
    let lines = entries.map { entry -> JSONValue in
      var members: JSONObject = ["path": .string(entry.path), "new": .bool(entry.isNew)]
      if let insertion = entry.insertion {
        members["offset"] = JSONValue(insertion.offset)
        members["bytes"] = .string(String(decoding: insertion.bytes, as: UTF8.self))
      }
      if let target = entry.target { members["target"] = .string(target) }
      if entry.isHook { members["hook"] = .bool(true) }
      if !entry.folders.isEmpty { members["folders"] = .array(entry.folders.map { .string($0) }) }
      return .object(members)
    }
    try UserFile.makeFolders(for: path)
    try UserFile.write(lines.flatMap { $0.serialized() + [UInt8(ascii: "\n")] }, to: path)
  }
}
