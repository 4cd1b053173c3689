/// A model that was found on this machine.
public struct ResolvedModel: Sendable, Equatable {
  /// What `path` is.
  public enum Kind: String, Sendable {
    /// A folder as sentence-transformers or transformers writes it.
    case folder
    /// A GGUF file.
    case gguf
  }

  /// How the name led to `path`.
  public enum Source: String, Sendable {
    /// The name was a path.
    case path
    /// Akin's own cache.
    case akinCache
    /// Installed with the program, by a package of the system or of Python.
    case installed
    /// The cache of the Hugging Face hub's clients; files there are used in place.
    case huggingFaceCache
  }

  /// The full name (`org/name`), or the folder's or file's own.
  public let name: String
  /// Absolute path.
  public let path: String
  /// What `path` is.
  public let kind: Kind
  /// How the name led to `path`.
  public let source: Source

  /// Stores the values as they are given.
  public init(name: String, path: String, kind: Kind, source: Source) {
    self.name = name
    self.path = path
    self.kind = kind
    self.source = source
  }
}
