/// Why a stored collection could not be opened, read or written.
public struct CollectionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The machine-readable reason.
  public enum Kind: Sendable, Equatable {
    /// No collection of this name is stored.
    case unknown(name: String)
    /// Another process is writing to it, or indexes it, and did not finish within the time that was waited.
    case busy
    /// The file is not a collection, or parts of it contradict each other.
    case damaged
    /// The file system refused: full disk, read-only folder, no permission, input or output error.
    case storageFailed
    /// It was made with another model, precision or prompt than the caller's.
    case otherSpace(stored: VectorSpace, asked: VectorSpace)
    /// It was made by a later version of Akin.
    case newerVersion
    /// The caller's task was cancelled.
    case cancelled
    /// An argument that does not fit the collection or the other arguments.
    case invalid(parameter: String, expected: String, found: String)
  }

  /// The machine-readable reason.
  public let kind: Kind
  /// The file; empty where the error is about none.
  public let path: String
  /// What a person can do with it.
  public let description: String
  private let detail: String
  private let advice: String?

  /// - Parameters:
  ///   - detail: what the database or the system said; part of the description.
  ///   - advice: what can be done about a storage that failed, where that is not what can be done about a disk.
  init(_ kind: Kind, path: String = "", detail: String = "", advice: String? = nil) {
    self.kind = kind
    self.path = path
    self.detail = detail
    self.advice = advice
    description = Self.sentence(kind, path: path, detail: detail, advice: advice)
  }

  /// The same error of a file, where it names none.
  func located(at path: String) -> CollectionError {
    self.path.isEmpty ? CollectionError(kind, path: path, detail: detail, advice: advice) : self
  }

  private static func sentence(_ kind: Kind, path: String, detail: String, advice: String?) -> String {
    let reason = detail.isEmpty ? "" : ": \(detail)"
    switch kind {
    case .unknown(let name):
      return "no collection named \"\(name)\" is stored: index a folder or add documents first"
    case .busy:
      return "\(path) is being written by another process\(reason): try again when it has finished"
    case .damaged:
      return "\(path) is damaged\(reason): repair the collection, or drop it and index again"
    case .storageFailed:
      return "\(path) cannot be read or written\(reason): "
        + (advice ?? "look at the disk's free space and at the permissions")
    case .otherSpace(let stored, let asked):
      return "the collection was made with \(stored.summary) and not with \(asked.summary): use that model, or drop "
        + "the collection and index again"
    case .newerVersion:
      return "\(path) was made by a later version of Akin: update Akin, or drop the collection and index again"
    case .cancelled:
      return "cancelled"
    case .invalid(let parameter, let expected, let found):
      return "\(parameter): expected \(expected), found \(found)"
    }
  }
}
