import CConfinement
import Platform

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
    /// The same for a program that opens /dev/null for writing, as git does.
    case programsWithNull
  }

  /// What it may cost.
  public struct Limits: Sendable {
    /// Of CPU time, for each process.
    public let seconds: Int
    /// Bytes of address space.
    public let memoryBytes: Int
    /// Open files.
    public let descriptors: Int

    /// Of reading a document.
    public static let document = Limits(
      seconds: Extractor.Limit.seconds, memoryBytes: Extractor.Limit.memoryBytes, descriptors: 64)
    /// Of git, which maps packs and keeps them open.
    public static let git = Limits(seconds: 120, memoryBytes: 4 << 30, descriptors: 1024)
  }

  /// The words for all that a system may have.
  public static let all = ["limits", "files", "calls"]

  /// Gives it up for good.
  /// - Parameter paths: what is read besides, unless nothing is.
  /// - Returns: what holds, in a word each: `limits`, `files`, `calls`. Linux has all of them from 5.13 on; elsewhere there are
  ///   limits alone.
  public static func begin(_ scope: Scope, _ limits: Limits, reading paths: [String] = []) -> [String] {
    let kept =
      switch scope {
      case .nothing: CCONFINEMENT_NOTHING
      case .libraries: CCONFINEMENT_LIBRARIES
      case .programs: CCONFINEMENT_PROGRAMS
      case .programsWithNull: CCONFINEMENT_PROGRAMS_WITH_NULL
      }
    let bounds = cconfinement_limits(
      seconds: UInt64(limits.seconds), bytes: UInt64(limits.memoryBytes), descriptors: UInt64(limits.descriptors))
    let names = paths.map { strdup($0) }
    defer { names.forEach { free($0) } }
    let held = cconfinement_begin(kept, bounds, names, names.count)
    let words = [(CCONFINEMENT_LIMITS, "limits"), (CCONFINEMENT_FILES, "files"), (CCONFINEMENT_CALLS, "calls")]
    return words.filter { held & Int32($0.0) != 0 }.map(\.1)
  }
}
