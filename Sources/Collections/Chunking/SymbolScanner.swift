/// Finds the name that a line declares, by the words of its language.
struct SymbolScanner {
  /// Words before parentheses that call or control and do not declare.
  private static let controlWords: Set<[UInt8]> = Set(
    ["if", "for", "while", "switch", "return", "catch", "else", "do", "sizeof", "await", "new", "throw", "case"]
      .map { Array($0.utf8) })
  /// A longer line declares nothing.
  private static let longestLine = 1000

  let lines: TextLines
  let language: Language

  /// The symbol that one of the first lines of a block declares: comments and attributes before it are passed over.
  /// - Parameter hasBody: whether deeper lines follow.
  func symbol(ofBlock block: Range<Int>, hasBody: Bool) -> Symbol? {
    var heads = 0
    for line in block where !lines.isBlank(line) && !isTrivia(line) {
      if let symbol = symbol(line, hasBody: hasBody) { return symbol }
      heads += 1
      // A return type or a storage class may stand on a line of its own.
      if heads == 3 { return nil }
    }
    return nil
  }

  /// Whether a line is a comment, a decorator or an attribute, which belongs to what follows.
  func isTrivia(_ line: Int) -> Bool {
    guard let prefix = language.trivia.first(where: { lines.line(line, startsWith: $0) }) else { return false }
    // An attribute may stand on the line of what it belongs to.
    return prefix != [UInt8(ascii: "@")] || symbol(line, hasBody: true) == nil
  }

  /// Whether a line begins with a word of a declaration.
  func isDeclaration(_ line: Int) -> Bool {
    symbol(line, hasBody: false) != nil
  }

  private func symbol(_ line: Int, hasBody: Bool) -> Symbol? {
    let content = lines.content(line)
    guard content.count <= Self.longestLine else { return nil }
    var reader = WordReader(bytes: lines.bytes[content], nameBytes: language.nameBytes)
    while let word = reader.nextWord() {
      guard let kind = language.declarations[word], let name = reader.name(after: word, kind: kind),
        // `class func`, `enum class`, `typedef struct`: the word behind declares.
        kind == .constructor || language.declarations[Array(name.utf8)] == nil
      else { continue }
      if kind == .structure, hasBody, language.hasBareFunctions, bareFunction(lines.bytes[content]) != nil { break }
      return Symbol(name: name, kind: refined(kind, line: content))
    }
    guard language.hasBareFunctions, hasBody, let name = bareFunction(lines.bytes[content]) else { return nil }
    return Symbol(name: name, kind: .function)
  }

  /// A constant that holds a function is one.
  private func refined(_ kind: SymbolKind, line: Range<Int>) -> SymbolKind {
    guard kind == .constant || kind == .variable, language.hasBareFunctions else { return kind }
    let text = lines.string(line)
    return text.utf8.suffix(2).elementsEqual("=>".utf8) || text.contains("=> {") || text.contains("function")
      ? .function : kind
  }

  /// The name before the first parenthesis, of a line that is not a statement.
  private func bareFunction(_ line: ArraySlice<UInt8>) -> String? {
    guard let open = line.firstIndex(of: UInt8(ascii: "(")), line.last != UInt8(ascii: ";"),
      // A line of the preprocessor.
      line.first != UInt8(ascii: "#") || language.isNameByte(UInt8(ascii: "#"))
    else { return nil }
    var end = open
    while end > line.startIndex, line[end - 1] == UInt8(ascii: " ") { end -= 1 }
    var start = end
    while start > line.startIndex, language.isNameByte(line[start - 1]) { start -= 1 }
    let name = Array(line[start..<end])
    guard let first = name.first, !(0x30...0x39).contains(first), !Self.controlWords.contains(name),
      !line[..<start].contains(UInt8(ascii: "="))
    else { return nil }
    return String(decoding: name, as: UTF8.self)
  }
}

extension Language {
  /// Letters, digits, `_`, everything beyond ASCII, and the language's own.
  func isNameByte(_ byte: UInt8) -> Bool {
    WordReader.isPlain(byte) || nameBytes.contains(byte)
  }
}

/// Reads the words at the beginning of a line, up to what no declaration begins with.
private struct WordReader {
  var bytes: ArraySlice<UInt8>
  let nameBytes: Set<UInt8>

  static func isPlain(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  /// The next word, with a `!` or `@` that belongs to it; nil where something else comes.
  mutating func nextWord() -> [UInt8]? {
    skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "(") }
    skipAttribute()
    let word = bytes.prefix {
      Self.isPlain($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "!") || $0 == UInt8(ascii: "@")
    }
    guard !word.isEmpty else { return nil }
    bytes = bytes.dropFirst(word.count)
    // `private(set)`, `pub(crate)`, `extern "C"`.
    skipParentheses()
    return Array(word)
  }

  /// The name that a declaration gives.
  mutating func name(after word: [UInt8], kind: SymbolKind) -> String? {
    skipBlanks()
    // The receiver of a method in Go, the parameters of a generic `impl` in Rust.
    if word.elementsEqual("func".utf8), bytes.first == UInt8(ascii: "(") {
      skipBalanced(UInt8(ascii: "("), UInt8(ascii: ")"))
    }
    if bytes.first == UInt8(ascii: "<") { skipBalanced(UInt8(ascii: "<"), UInt8(ascii: ">")) }
    skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "'") }
    let name = bytes.prefix { Self.isPlain($0) || nameBytes.contains($0) }
    guard !name.isEmpty else {
      return kind == .constructor || word.elementsEqual("subscript".utf8) ? String(decoding: word, as: UTF8.self) : nil
    }
    let plain = name.filter { $0 != UInt8(ascii: "`") && $0 != UInt8(ascii: "\"") }
    let text = String(decoding: plain, as: UTF8.self)
    // `class Name:` keeps no colon.
    return kind == .constructor ? String(decoding: word, as: UTF8.self) : text.trimmedColons
  }

  private mutating func skip(_ isSkipped: (UInt8) -> Bool) {
    while let byte = bytes.first, isSkipped(byte) { bytes = bytes.dropFirst() }
  }

  private mutating func skipBlanks() {
    skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }

  /// `@MainActor`, `@available(macOS 15, *)` on the line of the declaration; `@interface` is a word of its own.
  private mutating func skipAttribute() {
    while bytes.first == UInt8(ascii: "@"), !bytes.starts(with: "@i".utf8), !bytes.starts(with: "@p".utf8) {
      bytes = bytes.dropFirst()
      skip(Self.isPlain)
      skipParentheses()
      skipBlanks()
    }
  }

  private mutating func skipParentheses() {
    if bytes.first == UInt8(ascii: "(") { skipBalanced(UInt8(ascii: "("), UInt8(ascii: ")")) }
  }

  private mutating func skipBalanced(_ open: UInt8, _ close: UInt8) {
    var depth = 0
    for (index, byte) in zip(bytes.indices, bytes) {
      if byte == open { depth += 1 } else if byte == close { depth -= 1 }
      if depth == 0 {
        bytes = bytes[(index + 1)...]
        return skipBlanks()
      }
    }
    bytes = bytes.suffix(0)
  }
}

extension String {
  /// Without the colons around it.
  fileprivate var trimmedColons: String {
    let colon = UInt8(ascii: ":")
    var bytes = Array(utf8)[...]
    while bytes.last == colon { bytes.removeLast() }
    return String(decoding: bytes.drop { $0 == colon }, as: UTF8.self)
  }
}
