import AkinCollections
import ArgumentParser
import Platform

/// Where a file is written that is there whole or not at all: under a name beside it, which then takes its place.
struct OutputPlace {
  /// What is replaced in the end. A link stays one: what it leads to is replaced.
  let path: String
  /// What is written. The same as ``path`` where nothing can be replaced: a pipe, a device, and what a process has opened, as
  /// /dev/stdout, which is a link even where it leads to a file.
  let partial: String

  init(_ name: String) {
    let isOpened = name.hasPrefix("/dev/") || name.hasPrefix("/proc/")
    path = isOpened ? name : FilePath.resolved(name) ?? name
    partial = isOpened || !FilePath.isOrdinaryOrNothing(path) ? path : "\(path).\(getpid()).partial"
  }

  /// The file that a name leads to, for what can only be written as a file of its own.
  /// - Throws: `ValidationError` for a pipe, a device and what is open already.
  static func replaced(_ name: String) throws -> String {
    let place = OutputPlace(name)
    guard place.isReplaced else {
      throw ValidationError("--output is the name of a file, and '\(name)' is none that can be replaced.")
    }
    return place.path
  }

  var isReplaced: Bool { partial != path }

  /// Puts what was written in its place.
  func replace() throws(WriteError) {
    guard isReplaced, rename(partial, path) != 0 else { return }
    let reason = SystemError.message()
    unlink(partial)
    throw WriteError(target: path, reason: reason)
  }
}
