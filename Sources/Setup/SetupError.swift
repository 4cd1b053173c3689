/// Why a file is left as it is. Each completes a sentence that begins with the file's path.
public enum SetupError: Error, Sendable, Equatable, CustomStringConvertible {
  /// It is not in the format that the program reads.
  case broken(String)
  /// It has an entry of this name that Akin did not write.
  case taken(String)
  /// What should hold the entry is something else.
  case unexpected(String)
  /// It cannot be read or written.
  case failed(String)

  /// The rest of the sentence.
  public var description: String {
    switch self {
    case .broken(let what): "cannot be understood and stays as it is (\(what))"
    case .taken(let name): "has an entry '\(name)' already, which Akin did not write; it stays as it is"
    case .unexpected(let what): "stays as it is: \(what)"
    case .failed(let reason): "\(reason)"
    }
  }
}
