import Foundation

/// The default model's real weights. `make test` pulls them before it runs the tests; a test that needs them
/// fails, and does not skip, where they are missing.
public enum TestModel {
  /// The environment of the test run, as a model store wants it.
  public static var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// Folder of the default model in Akin's cache: `$AKIN_TEST_MODEL`, else where `akin pull` puts it.
  public static var folder: String {
    get throws {
      let cache =
        environment["AKIN_CACHE"] ?? environment["XDG_CACHE_HOME"].map { $0 + "/akin" }
        ?? (environment["HOME"] ?? "") + "/.cache/akin"
      let folder =
        environment["AKIN_TEST_MODEL"] ?? cache + "/models/sentence-transformers/all-MiniLM-L6-v2"
      guard FileManager.default.fileExists(atPath: folder + "/model.safetensors") else {
        throw MissingModel(folder: folder)
      }
      return folder
    }
  }
}

/// The default model is not in the cache.
public struct MissingModel: Error, CustomStringConvertible {
  /// Where it was looked for.
  public let folder: String
  /// What to do about it.
  public var description: String { "no model.safetensors in \(folder): run 'make model' first" }
}
