/// Whether folders can be read.
package enum FolderAccess {
  /// The system's reason why a folder cannot be listed; nil where it can.
  package static func problem(_ path: String) -> String? {
    guard let handle = opendir(path) else { return SystemError.message() }
    closedir(handle)
    return nil
  }
}
