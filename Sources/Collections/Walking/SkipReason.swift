import Extraction

/// Why a file is not indexed.
public enum SkipReason: Sendable, Equatable, CustomStringConvertible {
  /// Its name, or that of a folder above it, begins with a dot.
  case hidden
  /// git, .gitignore or .akinignore leaves it out; all of it where it is a folder.
  case ignored
  /// The folder's own `.akin.json` leaves it out.
  case project
  /// Not a text: by its name, or by bytes that no text has.
  case binary
  /// Written by a program for programs: lines that nobody reads.
  case minified
  /// Kept by a package manager.
  case lockFile
  /// What an editor keeps beside a file.
  case editorsCopy
  /// Larger than the limit.
  case overLarge(bytes: Int, limit: Int)
  /// What it points to is found where it is, or is outside.
  case symbolicLink
  /// A socket, a pipe or a device.
  case notAFile
  /// Its name is not UTF-8, so that no URI names it.
  case nameNotText
  /// In more folders within each other than are looked into.
  case tooDeep
  /// The system does not let it be read.
  case unreadable(String)
  /// No file that is left out, but rules for that, which cannot be read or make no sense.
  case rules(String)
  /// Nothing but blanks.
  case empty
  /// Likely a private key or another secret, by its name or by what is in it.
  case secret
  /// A text, maybe, in an encoding that is not recognised.
  case unknownEncoding
  /// A folder on another file system, which was there before: its documents stay.
  case notMounted
  /// A document that a program of the system would read, which is not installed.
  case missingProgram(SystemProgram, of: DocumentFormat)
  /// A document of which no text could be taken.
  case notExtracted(String)

  /// Whether nobody knows what is there.
  var isUnreadable: Bool {
    switch self {
    case .unreadable, .missingProgram: true
    default: false
    }
  }

  /// A few words for a list.
  public var description: String {
    switch self {
    case .hidden: "hidden"
    case .ignored: "ignored"
    case .project: "left out by .akin.json"
    case .binary: "binary"
    case .minified: "minified"
    case .lockFile: "lock file"
    case .editorsCopy: "an editor's copy"
    case .overLarge(let bytes, let limit): "\(bytes) bytes, more than \(limit)"
    case .symbolicLink: "symbolic link"
    case .notAFile: "not a regular file"
    case .nameNotText: "its name is not UTF-8"
    case .tooDeep: "too deep"
    case .unreadable(let reason), .rules(let reason): "cannot be read: \(reason)"
    case .empty: "empty"
    case .secret: "may hold a secret"
    case .unknownEncoding: "its encoding is not recognised"
    case .notMounted: "its file system is not mounted; what is indexed of it stays"
    case .missingProgram(let program, let format): "\(format.name): install \(program.package) to search it"
    case .notExtracted(let reason): reason
    }
  }
}

/// A file that is left out.
public struct SkippedFile: Sendable, Equatable {
  /// From the walk's root; a folder that is left out whole has a slash at its end.
  public let path: String
  /// Why.
  public let reason: SkipReason

  /// Stores the values as they are given.
  public init(path: String, reason: SkipReason) {
    self.path = path
    self.reason = reason
  }
}

/// A file that may be indexed, as far as its name and its size tell.
public struct FoundFile: Sendable, Equatable {
  /// From the walk's root.
  public let path: String
  /// Bytes.
  public let size: Int
  /// One number of the times of the content and of the entry, and the entry's own number: another one where any of these
  /// is another, so that what keeps a file's time (tar, touch -r) is seen all the same. Never 0.
  public let stamp: Int
  /// When the entry was last changed, which nobody can set: nanoseconds since 1970.
  let changed: Int
  /// Whether `.akinignore` asks for it by a line with `!`.
  let isAskedFor: Bool

  init(path: String, _ entry: FileEntry, isAskedFor: Bool) {
    self.path = path
    size = entry.size
    stamp = entry.stamp
    changed = entry.changed
    self.isAskedFor = isAskedFor
  }
}
