import CConfinement

/// What a process gives up before it reads a stranger's file.
public enum Confinement {
  /// What it keeps.
  public enum Scope: Sendable {
    /// Its descriptors and its memory.
    case nothing
    /// To read the system's libraries, where the system can tell them from other files.
    case libraries
    /// To start the system's programs, and to read what they need.
    case programs
  }

  /// The words for all that a system may have.
  public static let all = ["limits", "files", "calls"]

  /// Gives it up for good.
  /// - Returns: what holds, in a word each: `limits`, `files`, `calls`. Linux has all of them from 5.13 on; elsewhere there are
  ///   limits alone.
  public static func begin(_ scope: Scope) -> [String] {
    let kept =
      switch scope {
      case .nothing: CCONFINEMENT_NOTHING
      case .libraries: CCONFINEMENT_LIBRARIES
      case .programs: CCONFINEMENT_PROGRAMS
      }
    let held = cconfinement_begin(kept, UInt64(Extractor.Limit.seconds), UInt64(Extractor.Limit.memoryBytes))
    let words = [(CCONFINEMENT_LIMITS, "limits"), (CCONFINEMENT_FILES, "files"), (CCONFINEMENT_CALLS, "calls")]
    return words.filter { held & Int32($0.0) != 0 }.map(\.1)
  }
}
