import Platform

/// A program of the system that reads a format or a repository, with the package that brings it.
///
/// It is looked for in the folders of the system alone. `PATH` has no say: it may name the folder that is searched.
public struct SystemProgram: Sendable, Equatable {
  /// Its file's name.
  public let name: String
  /// What the system's package manager calls its package.
  public let package: String

  /// Poppler's pdftotext (poppler.freedesktop.org).
  public static let pdfText = SystemProgram(
    name: "pdftotext",
    package: hasProgram("pacman") || hasProgram("brew")
      ? "poppler" : hasProgram("zypper") ? "poppler-tools" : "poppler-utils")

  /// git (git-scm.com), for the objects of a repository.
  public static let git = SystemProgram(name: "git", package: "git")

  /// Those that a format may need.
  public static let all = [pdfText]

  private static let folders = [
    "/usr/bin", "/usr/local/bin", "/bin", "/opt/homebrew/bin", "/run/current-system/sw/bin",
  ]

  /// Its absolute path; nil where it is not installed.
  public var path: String? { Self.path(of: name) }

  private static func path(of name: String) -> String? {
    folders.lazy.map { $0 + "/" + name }.first { access($0, X_OK) == 0 }
  }

  private static func hasProgram(_ name: String) -> Bool { path(of: name) != nil }
}
