import JSON

/// `.akin.json` of a folder that is indexed: what its people want of every index of it. It may only leave files out: whatever
/// else it says, such as a model or an address, is refused, since a stranger may have written it.
///
///     {"glob": ["src/**", "!**/generated/**"], "lang": ["swift", "markdown"], "maxFilesize": 200000}
public struct ProjectRules: Sendable {
  /// The file's name.
  public static let fileName = ".akin.json"
  private static let largestFile = 1 << 16

  /// Patterns as ``PathGlobs`` reads them.
  public private(set) var globs: [String] = []
  /// LSP's identifiers.
  public private(set) var languages: [String] = []
  /// Bytes.
  public private(set) var largestFile: Int?
  /// What is wrong with the file.
  public private(set) var problem: String?

  private var paths: PathGlobs?

  /// Those of a folder, of which there may be none.
  /// - Parameter root: an absolute path.
  public init(_ root: String) {
    let path = (root == "/" ? "" : root) + "/" + Self.fileName
    guard case .success(let bytes) = SourceFile.bytes(path, limit: Self.largestFile) else {
      if FilePath.exists(path) {
        problem = "\(Self.fileName): expected a file of \(Self.largestFile) bytes at most, which can be read"
      }
      return
    }
    do {
      try read(JSONField(try JSONValue.parse(file: bytes), path: Self.fileName))
    } catch {
      let text = "\(error)"
      // What is no JSON knows nothing of the file.
      self = ProjectRules(problem: text.hasPrefix(Self.fileName) ? text : "\(Self.fileName): \(text)")
    }
  }

  private init(problem: String) {
    self.problem = problem
  }

  private mutating func read(_ field: JSONField) throws {
    for key in try field.object().keys {
      switch key {
      case "glob":
        globs = try Self.texts(field[key])
        paths = try PathGlobs(globs)
      case "lang":
        languages = try Self.texts(field[key]).map { name in
          guard let language = Language.meant(by: name) else { throw field[key].mismatch("languages that are known") }
          return language.id
        }
      case "maxFilesize": largestFile = try FileSize.bytes(field[key])
      default:
        throw JSONFieldError(
          path: Self.fileName, expected: "glob, lang and maxFilesize, which leave files out, and nothing else",
          found: "\"\(key.prefix(64))\"")
      }
    }
  }

  private static func texts(_ field: JSONField) throws(JSONFieldError) -> [String] {
    if case .string(let text)? = field.value { return [text] }
    return try field.strings()
  }

  /// Whether a file takes part.
  /// - Parameter path: from the root.
  func takes(_ path: String, size: Int) -> Bool {
    if let paths, !paths.includes(path) { return false }
    if !languages.isEmpty, !languages.contains(Language.of(path: path).id) { return false }
    return largestFile.map { size <= $0 } ?? true
  }
}
