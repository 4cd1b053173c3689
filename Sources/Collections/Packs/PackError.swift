import ModelFiles

/// Why a pack was not read, written or believed.
public struct PackError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The machine-readable reason.
  public enum Kind: Sendable, Equatable {
    /// It is not there, or cannot be read; the text is the system's.
    case unreadable(String)
    /// It cannot be written; the text is the system's.
    case unwritable(String)
    /// It is what git has in the place of a large file.
    case pointer
    /// It is another kind of file.
    case notAPack(String)
    /// A part of it is missing, or something stands behind its end.
    case wrongLength(expected: Int, found: Int)
    /// Another version of Akin writes it so.
    case otherFormat(found: Int)
    /// Its bytes contradict each other.
    case damaged(String)
    /// Its vectors cannot be compared with those that are asked for.
    case otherSpace(pack: VectorSpace, asked: VectorSpace)
    /// Its vectors were computed by other kernels.
    case otherArithmetic(found: String)
    /// Some of its vectors are not what the model makes of their texts.
    case untrue(wrong: Int, of: Int, first: String)
    /// None of its vectors could be embedded again, since no text of one is at hand.
    case nothingToVerify(String)
    /// Two packs have different vectors of one text.
    case conflict(with: String)
    /// It is not the one that was asked for, by its id.
    case otherContent(found: String, expected: String)
    /// It could not be brought here.
    case notBrought(String)
  }

  /// The machine-readable reason.
  public let kind: Kind
  /// The file, or its address.
  public let path: String

  /// Stores the values as they are given.
  public init(_ kind: Kind, path: String) {
    self.kind = kind
    self.path = path
  }

  init(_ error: ModelFileError) {
    self.init(
      {
        switch error.kind {
        case .missing: .unreadable("no such file")
        case .unreadable(let reason): .unreadable(reason)
        case .wrongFileType(_, let found): .notAPack(found)
        case .malformed(let reason): .notAPack(reason)
        default: .unreadable(error.description)
        }
      }(), path: error.path)
  }

  /// What a person can do with it.
  public var description: String { "\(path): \(reason)" }

  private var reason: String {
    switch kind {
    case .unreadable(let why): "cannot be read: \(why)"
    case .unwritable(let why): "cannot be written: \(why)"
    case .pointer: "is a pointer of git LFS and not the pack itself: 'git lfs pull' brings that"
    case .notAPack(let what): "is no pack: \(what)"
    case .wrongLength(let expected, let found):
      "is \(found < expected ? "cut" : "followed by something else"): \(found) bytes of \(expected); bring it here once more"
    case .otherFormat(let found):
      "is written in format \(found), and this Akin reads \(PackLayout.version): build it with this version, or update Akin"
    case .damaged(let what): "is damaged: \(what); bring it here once more, or build it anew"
    case .otherSpace(let pack, let asked):
      "has vectors of \(pack.summary) and not of \(asked.summary): use that model (--model), or build a pack of this one"
    case .otherArithmetic(let found):
      "was built by a version of Akin that computes in another way (\(found), here \(PackLayout.arithmetic)): build it anew with this one"
    case .untrue(let wrong, let count, let first):
      "does not hold what the model makes of its texts: \(wrong) of \(count) vectors differ when they are embedded again, such as "
        + "that of \(first); do not use it"
    case .nothingToVerify(let folder):
      "none of its vectors is of a text of \(folder), so that none can be embedded again to see whether it is true: name a "
        + "folder whose pack it is (--folder)"
    case .conflict(let other):
      "has another vector of a text than \(other): one of the two is not true; 'akin pack verify' tells"
    case .otherContent(let found, let expected): "is pack \(found), and not \(expected)"
    case .notBrought(let why): "cannot be brought here: \(why)"
    }
  }
}
