import Foundation

/// A folder of its own for one test, removed when the value is released.
public final class TemporaryFolder: Sendable {
  /// Absolute path, without a trailing slash.
  public let path: String

  /// - Throws: what `FileManager` throws when the folder cannot be made.
  public init() throws {
    path = NSTemporaryDirectory() + "akin-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of `name` in the folder; nothing is created.
  public func file(_ name: String) -> String {
    path + "/" + name
  }

  /// Writes `bytes` to `name`, making the folders between.
  /// - Returns: the file's path.
  @discardableResult
  public func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
    let url = URL(fileURLWithPath: file(name))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url.path
  }
}
