/// What a commit says and changes.
struct GitCommit: Sendable, Equatable {
  /// The name of the object.
  var name: String
  var parents: [String]
  /// `Ann <ann@example.org>`
  var author: String
  /// Seconds since 1970 of the author's time.
  var time: Int
  /// The whole message; empty where it is in no encoding that is known.
  var message: String
  var changes: [GitChange] = []

  /// The message's first line.
  var subject: String { String((message.split(whereSeparator: \.isNewline).first ?? "").prefix(200)) }
}

/// What a commit does to a file.
struct GitChange: Sendable, Equatable {
  /// Git's letter: A, M, D, R, C, T.
  var status: UInt8
  var path: String
  /// What it was called before, where it was renamed or copied.
  var oldPath: String?
  /// The lines that were added, with their ends.
  var added: [UInt8] = []
  /// The lines before changes that begin as declarations do, without their ends.
  var contexts: [[UInt8]] = []
  /// Whether the file is no text.
  var isBinary = false
  /// Whether more lines were added than are kept.
  var isCut = false

  /// What happened, where no line tells.
  var summary: String {
    switch status {
    case UInt8(ascii: "A"): "added"
    case UInt8(ascii: "D"): "removed"
    case UInt8(ascii: "R"): "renamed from \(oldPath ?? "")"
    case UInt8(ascii: "C"): "copied from \(oldPath ?? "")"
    case UInt8(ascii: "T"): "another kind of file"
    default: "changed"
    }
  }
}

/// Reads what `git diff-tree` has written of commits. Whatever the bytes are, it gives what can be read of them.
struct GitCommitReader {
  /// Bytes of lines that are kept of one file of a commit.
  static let mostAdded = 4096
  /// Files of a commit that are kept.
  static let mostFiles = 100
  private static let mostContexts = 16
  /// Bytes of a message and of a name that are kept.
  private static let longestMessage = 16 << 10, longestName = 256

  private(set) var commits: [GitCommit] = []

  /// - Parameter mark: what each commit begins with, which nothing in a repository can hold.
  init(mark: String, _ output: [UInt8]) {
    let mark = Array(mark.utf8) + [0]
    var start = Self.find(mark, output, from: 0)
    while let found = start {
      let next = Self.find(mark, output, from: found + mark.count)
      read(output[(found + mark.count)..<(next ?? output.count)])
      start = next
    }
  }

  private static func find(_ mark: [UInt8], _ bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    while index + mark.count <= bytes.count {
      // The mark begins with a letter; most bytes are others.
      guard let candidate = bytes[index...].firstIndex(of: mark[0]), candidate + mark.count <= bytes.count else {
        return nil
      }
      if bytes[candidate..<candidate + mark.count].elementsEqual(mark) { return candidate }
      index = candidate + 1
    }
    return nil
  }

  private mutating func read(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    func field() -> ArraySlice<UInt8> {
      let field = rest.prefix { $0 != 0 }
      rest = rest[field.endIndex...].dropFirst()
      return field
    }
    let name = String(decoding: field(), as: UTF8.self)
    let parents = String(decoding: field(), as: UTF8.self).split(separator: " ").map(String.init)
    let person = Self.text(Self.whole(field(), Self.longestName))
    let address = Self.text(Self.whole(field(), Self.longestName))
    let time = Int(String(decoding: field(), as: UTF8.self)) ?? 0
    let message = Self.text(Self.whole(field(), Self.longestMessage))
    guard !name.isEmpty else { return }
    var commit = GitCommit(
      name: name, parents: parents, author: "\(person) <\(address)>", time: time, message: message)
    if rest.first == UInt8(ascii: "\n") { rest = rest.dropFirst() }
    while rest.first == UInt8(ascii: ":") {
      let status = field().split(separator: UInt8(ascii: " ")).last?.first ?? UInt8(ascii: "M")
      let path = Self.text(field())
      let isMoved = status == UInt8(ascii: "R") || status == UInt8(ascii: "C")
      let newPath = isMoved ? Self.text(field()) : path
      commit.changes.append(GitChange(status: status, path: newPath, oldPath: isMoved ? path : nil))
    }
    if rest.first == 0 { rest = rest.dropFirst() }
    readPatch(rest, &commit)
    commits.append(commit)
  }

  /// So many bytes, or a few less where a character of UTF-8 would be cut in two.
  private static func whole(_ bytes: ArraySlice<UInt8>, _ count: Int) -> ArraySlice<UInt8> {
    var part = bytes.prefix(count)
    guard part.count < bytes.count else { return part }
    while let last = part.last, last & 0xC0 == 0x80, part.count > count - 4 { part = part.dropLast() }
    return part.last.map { $0 >= 0xC0 } == true ? part.dropLast() : part
  }

  /// The text of bytes in whatever encoding; empty where none is recognised.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String { TextEncoding.decode(Array(bytes))?.text ?? "" }

  /// A patch has a part a change, in their order; what changed its kind has two.
  private func readPatch(_ patch: ArraySlice<UInt8>, _ commit: inout GitCommit) {
    var places: [Int] = []
    for (index, change) in commit.changes.enumerated() {
      places += change.status == UInt8(ascii: "T") ? [index, index] : [index]
    }
    var part = -1
    var isInHunk = false
    for line in patch.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      // A line of a file has a blank, a sign or a backslash before it.
      if line.starts(with: "diff --git ".utf8) {
        part += 1
        isInHunk = false
        continue
      }
      guard part >= 0, part < places.count, places[part] < Self.mostFiles else { continue }
      let index = places[part]
      if line.starts(with: "@@ ".utf8) {
        isInHunk = true
        addContext(line, &commit.changes[index])
      } else if isInHunk, line.first == UInt8(ascii: "+") {
        guard commit.changes[index].added.count + line.count <= Self.mostAdded else {
          commit.changes[index].isCut = true
          continue
        }
        commit.changes[index].added += line.dropFirst() + [UInt8(ascii: "\n")]
      } else if !isInHunk, line.starts(with: "Binary files ".utf8) {
        commit.changes[index].isBinary = true
      }
    }
  }

  /// `@@ -3,0 +4 @@ func go() {`
  private func addContext(_ line: ArraySlice<UInt8>, _ change: inout GitChange) {
    guard change.contexts.count < Self.mostContexts else { return }
    let rest = line.dropFirst(3)
    guard let end = rest.firstIndex(of: UInt8(ascii: "@")) else { return }
    let context = Array(rest[end...].dropFirst(3).prefix(200))
    if !context.isEmpty, change.contexts.last != context { change.contexts.append(context) }
  }
}
