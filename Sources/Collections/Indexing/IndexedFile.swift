import Platform

/// Files as the index reads them.
public enum IndexedFile {
  /// The text of a file, whatever encoding it is in; nil where it cannot be read, or is no text that an index takes.
  /// - Parameter path: an absolute path; a link at its end is not followed.
  public static func text(at path: String) async -> String? {
    await BlockingExecutor.reading.run {
      try? FileContent.read(path, policy: FilePolicy(largestFile: 1 << 26), isAskedFor: true).get().text
    }
  }
}
