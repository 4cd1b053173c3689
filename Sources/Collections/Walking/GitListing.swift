import Subprocess

/// What git knows of a folder.
enum GitListing {
  /// A listing of millions of files; more is an error, and the folder is walked without git.
  private static let limit = 1 << 28

  /// The files below a folder that are tracked, or new and not ignored; paths from the folder, with U+FFFD for
  /// bytes that are not UTF-8. Nil where the folder is in no checkout, or git is not installed or refuses.
  static func files(in folder: String) async -> [String]? {
    await paths(["-C", folder, "ls-files", "-co", "--exclude-standard", "-z"])
  }

  /// Whether git lists a file, or would once it is there; nil as for ``files(in:)``.
  static func isListed(_ path: String, in folder: String) async -> Bool? {
    if let listed = await paths(
      ["--literal-pathspecs", "-C", folder, "ls-files", "-co", "--exclude-standard", "-z", "--", path])
    {
      if !listed.isEmpty { return true }
      // It may not be there yet, or the whole folder may be ignored, which was asked for all the same.
      return await paths(["-C", folder, "check-ignore", "-z", "--", path])?.isEmpty ?? true
    }
    return nil
  }

  private static func paths(_ arguments: [String]) async -> [String]? {
    do {
      let result = try await Subprocess.run(
        .name("git"), arguments: Arguments(arguments),
        environment: .inherit.updating(["GIT_OPTIONAL_LOCKS": "0"]), input: .none, output: .bytes(limit: limit),
        error: .discarded)
      guard result.terminationStatus.isSuccess else { return nil }
      var paths: [String] = []
      var seen = Set<String>()
      for bytes in result.standardOutput.split(separator: 0) {
        // A conflict lists a file once a version.
        let path = String(decoding: bytes, as: UTF8.self)
        if seen.insert(path).inserted { paths.append(path) }
      }
      return paths
    } catch {
      return nil
    }
  }
}
