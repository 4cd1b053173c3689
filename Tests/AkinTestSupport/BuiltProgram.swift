import Foundation

/// A program of this package as the tests' build made it.
public enum BuiltProgram {
  /// The path of `akin`: `$AKIN_BINARY`, else the program beside the test bundle.
  public static let akin: String = {
    if let path = ProcessInfo.processInfo.environment["AKIN_BINARY"] { return path }
    let arguments = CommandLine.arguments
    // On macOS a helper runs the tests, and the bundle's path is one of its arguments.
    let bundle = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
    var folder = URL(fileURLWithPath: bundle)
    while folder.pathComponents.count > 1 {
      folder.deleteLastPathComponent()
      let candidate = folder.appendingPathComponent("akin").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
        return candidate
      }
    }
    return "akin, which is not beside \(bundle); set AKIN_BINARY"
  }()
}
