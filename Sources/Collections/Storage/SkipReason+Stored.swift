import Extraction

extension SkipReason {
  /// What a collection stores of a reason that lies in a file's bytes; nil for the others, which cost nothing to find.
  public var stored: String? {
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
      .tooDeep, .unreadable, .rules:
      nil
    }
  }

  private static let programPrefix = "program "
  private static let extractionPrefix = "document "

  /// Nil too for a document whose program has come: it is looked at again.
  public init?(stored text: String) {
    switch text {
    case "binary": self = .binary
    case "minified": self = .minified
    case "empty": self = .empty
    case "secret": self = .secret
    case "encoding": self = .unknownEncoding
    case "mounted": self = .notMounted
    default:
      let words = text.split(separator: " ").map(String.init)
      if text.hasPrefix(Self.extractionPrefix) {
        self = .notExtracted(String(text.dropFirst(Self.extractionPrefix.count)))
      } else if text.hasPrefix(Self.programPrefix), words.count == 3,
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
