/// Why a model's file was not used: which file, where in it, and what was expected.
public struct ModelFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The reasons. Code may branch on them; the texts inside are for people.
  public enum Kind: Sendable, Equatable {
    /// There is no such file or folder.
    case missing
    /// It cannot be read; the text is the system's reason.
    case unreadable(String)
    /// It cannot be written; the text is the system's reason.
    case unwritable(String)
    /// It is not a regular file, or a folder where one is needed.
    case wrongFileType(expected: String, found: String)
    /// Its bytes break the format.
    case malformed(String)
    /// A member of a JSON file or a GGUF key does not hold what it must.
    case field(String, expected: String, found: String)
    /// It is well formed, and asks for something that Akin does not do.
    case unsupported(String)
    /// A tensor that the model needs is not there.
    case missingTensor(String)
    /// A tensor has another shape than the configuration says; dimensions outermost first.
    case wrongShape(tensor: String, expected: [Int], found: [Int])
    /// A cache file was written by another version of Akin.
    case otherVersion(found: Int, expected: Int)
    /// A cache file was made from other source files.
    case otherSource(found: String, expected: String)
    /// The bytes of a cache file are not those that were written.
    case altered(String)
    /// No model of this name is on this machine; the text lists where it was looked for and what to do.
    case unknownModel(String)
  }

  /// The file or folder; for `unknownModel` the name that was asked for.
  public let path: String
  /// Where in the file, in bytes from its start; nil where no single place is at fault.
  public let offset: Int?
  /// The reason.
  public let kind: Kind

  /// - Parameters:
  ///   - kind: the reason.
  ///   - path: the file or folder.
  ///   - offset: where in the file, in bytes from its start.
  public init(_ kind: Kind, path: String, offset: Int? = nil) {
    self.kind = kind
    self.path = path
    self.offset = offset
  }

  /// The file, the place and the reason, for a person.
  public var description: String {
    "\(path): " + (offset.map { "byte \($0): " } ?? "") + reason
  }

  private var reason: String {
    switch kind {
    case .missing: "no such file or folder"
    case .unreadable(let why): "cannot be read: \(why)"
    case .unwritable(let why): "cannot be written: \(why)"
    case .wrongFileType(let expected, let found): "expected \(expected), found \(found)"
    case .malformed(let what): what
    case .field(let field, let expected, let found): "\(field): expected \(expected), found \(found)"
    case .unsupported(let what): what
    case .missingTensor(let name): "the tensor '\(name)' is missing"
    case .wrongShape(let tensor, let expected, let found):
      "the tensor '\(tensor)' has shape \(found) where the configuration says \(expected)"
    case .otherVersion(let found, let expected): "written in cache format \(found), this program reads \(expected)"
    case .otherSource(let found, let expected): "made from other files (\(found), now \(expected))"
    case .altered(let what): "not as it was written: \(what)"
    case .unknownModel(let advice): advice
    }
  }
}
