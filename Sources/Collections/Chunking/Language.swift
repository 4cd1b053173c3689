/// What chunking knows of a language: how its files are recognised, and the few words that tell a declaration from
/// other lines. Everything else is told from indentation.
public struct Language: Sendable, Equatable {
  /// How the texts of a language are built.
  enum Structure: Sendable, Equatable {
    /// Blocks of lines, deeper ones inside of shallower ones.
    case blocks
    /// Sections under headings.
    case sections(Markup)
    /// A record a line; in a table of this separator fields may be quoted, and the first line names them.
    case records(separator: UInt8?)
    /// Paragraphs of sentences.
    case paragraphs
  }

  /// LSP's language identifier.
  public let id: String
  let structure: Structure
  /// What comments on lines of their own begin with, and decorators and attributes, which belong to what follows too.
  let trivia: [[UInt8]]
  /// The words that declarations begin with.
  let declarations: [[UInt8]: SymbolKind]
  /// Whether a name before parentheses, with a body behind, declares a function.
  let hasBareFunctions: Bool
  /// What names may hold besides letters, digits and `_`.
  let nameBytes: Set<UInt8>

  /// Whether they are the same entry of the table.
  public static func == (left: Language, right: Language) -> Bool { left.id == right.id }

  /// Anything that no table knows: paragraphs.
  public static let plainText = Language("plaintext", structure: .paragraphs)

  /// - Parameters:
  ///   - trivia: separated by blanks.
  ///   - declarations: `word:kind`, separated by blanks.
  init(
    _ id: String, structure: Structure = .blocks, trivia: String = "", declarations: String = "",
    hasBareFunctions: Bool = false, nameBytes: String = ""
  ) {
    self.id = id
    self.structure = structure
    self.trivia = trivia.split(separator: " ").map { Array($0.utf8) }
    self.hasBareFunctions = hasBareFunctions
    self.nameBytes = Set(nameBytes.utf8)
    self.declarations = Dictionary(
      declarations.split(separator: " ").compactMap { entry in
        let parts = entry.split(separator: ":")
        return Self.kinds[String(parts[parts.count - 1])].map { (Array(parts[0].utf8), $0) }
      }, uniquingKeysWith: { first, _ in first })
  }

  private static let kinds: [String: SymbolKind] = [
    "module": .module, "namespace": .namespace, "class": .class, "enum": .enum, "interface": .interface,
    "function": .function, "constructor": .constructor, "variable": .variable, "constant": .constant,
    "struct": .structure, "type": .type, "property": .property,
  ]

  /// The language of a file by its name, or by the interpreter that its first line names.
  /// - Parameter path: only the part behind the last `/` counts.
  public static func of(path: String, text: String = "") -> Language {
    let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) } ?? path
    if let language = LanguageTable.byName[name.lowercased()] { return language }
    if let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")),
      let language = LanguageTable.byExtension[String(name[name.utf8.index(after: dot)...]).lowercased()]
    {
      return language
    }
    return interpreted(text) ?? .plainText
  }

  /// The language with an LSP identifier.
  public static func named(_ id: String) -> Language? {
    LanguageTable.byID[id.lowercased()]
  }

  private static func interpreted(_ text: String) -> Language? {
    guard text.utf8.starts(with: "#!".utf8) else { return nil }
    let line = text.utf8.prefix(200).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let words = String(decoding: line, as: UTF8.self).split { $0 == "/" || $0 == " " || $0 == "!" || $0 == "#" }
    for word in words.reversed() {
      let name = word.prefix { !$0.isNumber && $0 != "." }
      if let language = LanguageTable.byInterpreter[String(name)] { return language }
    }
    return nil
  }
}
