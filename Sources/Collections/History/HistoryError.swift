/// Why a repository's history was not read.
public struct HistoryError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The machine-readable reason.
  public enum Kind: Sendable, Equatable {
    /// The folder is in no git repository.
    case noRepository
    /// git is not installed.
    case noGit
    /// Its branches are kept in a way that is not read.
    case otherFormat(String)
    /// What HEAD leads to is no commit's name.
    case noHead(String)
    /// git could not read the objects, or took too long.
    case unreadable(String)
  }

  /// The machine-readable reason.
  public let kind: Kind
  /// The folder.
  public let folder: String

  /// Stores the values as they are given.
  public init(_ kind: Kind, folder: String) {
    self.kind = kind
    self.folder = folder
  }

  /// What a person can do with it.
  public var description: String {
    switch kind {
    case .noRepository: "\(folder) is in no git repository"
    case .noGit: "git is not installed in a folder of the system: install git to search the history of \(folder)"
    case .otherFormat(let what): "\(folder): \(what)"
    case .noHead(let why): "\(folder): its HEAD leads to no commit: \(why)"
    case .unreadable(let why): "the history of \(folder) cannot be read: \(why)"
    }
  }
}
