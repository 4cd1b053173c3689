import Platform

/// An open file by its number. Nobody closes it but its owner; the three standard ones are never closed.
struct Descriptor: Sendable, Equatable {
  let number: Int32

  static let standardInput = Descriptor(number: 0)
  static let standardOutput = Descriptor(number: 1)
  static let standardError = Descriptor(number: 2)

  /// Whether a person sits at the other end.
  var isTerminal: Bool { isatty(number) == 1 }

  /// Opens a file for reading.
  /// - Throws: ``Failure`` with status 66 that names the file and the system's reason.
  static func open(reading path: String) throws(Failure) -> Descriptor {
    // A folder opens, and only fails when it is read: ask first, for a better message.
    var information = stat()
    if stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR {
      throw Failure(.inputMissing, "\(path) is a folder, not a file")
    }
    #if os(Linux)
      // Of a pipe that nobody writes to yet: who waits in `read` can be interrupted, and who waits here cannot.
      let isPipe = information.st_mode & S_IFMT == S_IFIFO
    #else
      // There it is at its end until somebody writes.
      let isPipe = false
    #endif
    let number = systemOpen(path, O_RDONLY | O_CLOEXEC | (isPipe ? O_NONBLOCK : 0), 0)
    guard number >= 0 else { throw Failure(.inputMissing, "cannot open \(path): \(SystemError.message())") }
    return Descriptor(number: number)
  }

  /// Opens a regular file for reading: what another program writes meanwhile is refused, and not waited for.
  /// - Throws: ``Failure`` with status 66 that names the file and the reason.
  static func open(readingFile path: String) throws(Failure) -> Descriptor {
    let number = systemOpen(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)
    guard number >= 0 else { throw Failure(.inputMissing, "cannot open \(path): \(SystemError.message())") }
    let descriptor = Descriptor(number: number)
    var information = stat()
    let kind = fstat(number, &information) == 0 ? information.st_mode & S_IFMT : 0
    guard kind == S_IFREG else {
      descriptor.close()
      let found = kind == S_IFDIR ? "a folder" : "a device, pipe or socket"
      throw Failure(.inputMissing, "\(path) is \(found), not a file")
    }
    return descriptor
  }

  /// Makes or empties a file for writing.
  /// - Parameter name: what a person calls it.
  /// - Throws: ``WriteError``.
  static func open(writing path: String, name: String) throws(WriteError) -> Descriptor {
    let number = systemOpen(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard number >= 0 else { throw WriteError(target: name, reason: SystemError.message()) }
    return Descriptor(number: number)
  }

  /// Opens a file for lines at its end, and makes one that is private where there is none.
  /// - Throws: ``WriteError``.
  static func open(appending path: String) throws(WriteError) -> Descriptor {
    let number = systemOpen(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw WriteError(target: path, reason: SystemError.message()) }
    return Descriptor(number: number)
  }

  /// Keeps the three standard numbers from meaning a file that is opened later, where the parent left them closed. What
  /// is opened in their place cannot be read or written, so that using them is still an error.
  static func occupyStandardNumbers() {
    for (number, mode) in [(0 as Int32, O_WRONLY), (1, O_RDONLY), (2, O_RDONLY)] {
      // The lowest free number is taken: the one that was found closed.
      if fcntl(number, F_GETFD) < 0 { _ = systemOpen("/dev/null", mode, 0) }
    }
  }

  /// Moves standard output to a descriptor of its own and lets standard output's number mean standard error: whatever a
  /// library prints from then on cannot get between the frames of a protocol.
  /// - Throws: ``WriteError`` where standard output is not open.
  static func takeStandardOutput() throws(WriteError) -> Descriptor {
    let number = fcntl(standardOutput.number, F_DUPFD_CLOEXEC, 3)
    guard number >= 0 else { throw WriteError(target: "standard output", reason: SystemError.message()) }
    if dup2(standardError.number, standardOutput.number) < 0 {
      // Without standard error there is nobody to print for.
      let nowhere = systemOpen("/dev/null", O_WRONLY, 0)
      dup2(nowhere, standardOutput.number)
    }
    return Descriptor(number: number)
  }

  /// Removes a file, if it is there.
  static func remove(_ path: String) { unlink(path) }

  func close() {
    systemClose(number)
  }

  /// Reads what there is, at most the length of `buffer`; 0 at the end. Waits for it no longer than the task goes on.
  /// - Throws: ``Failure`` with status 74, also where the task was cancelled.
  func read(into buffer: UnsafeMutableRawBufferPointer, name: String) throws(Failure) -> Int {
    while true {
      while !isReady(POLLIN, within: Self.patience) {
        if Task.isCancelled { throw Failure(.outputFailed, "cannot read \(name): interrupted") }
      }
      let count = systemRead(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      switch errno {
      case EINTR, EAGAIN: continue
      default: throw Failure(.outputFailed, "cannot read \(name): \(SystemError.message())")
      }
    }
  }

  /// Writes all of `bytes`, however many calls that takes.
  /// - Throws: ``OutputClosed`` where the reader has gone, else ``WriteError``.
  func write(_ bytes: UnsafeRawBufferPointer, name: String) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = systemWrite(number, rest.baseAddress, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        continue
      }
      switch errno {
      case EINTR: continue
      // Whoever started us may have made the descriptor non-blocking.
      case EAGAIN: _ = isReady(POLLOUT, within: -1)
      case EPIPE: throw OutputClosed()
      default: throw WriteError(target: name, reason: SystemError.message())
      }
    }
  }

  /// Overwrites bytes at an offset, leaving the position where it is.
  func write(_ bytes: [UInt8], at offset: Int, name: String) throws(WriteError) {
    let count = bytes.withUnsafeBytes { pwrite(number, $0.baseAddress, $0.count, off_t(offset)) }
    guard count == bytes.count else { throw WriteError(target: name, reason: SystemError.message()) }
  }

  /// Milliseconds between two looks whether the task was cancelled.
  private static let patience: Int32 = 250

  /// Whether it can be read or written, or never will be.
  private func isReady(_ events: Int32, within milliseconds: Int32) -> Bool {
    var request = pollfd(fd: number, events: Int16(events), revents: 0)
    return poll(&request, 1, milliseconds) != 0
  }
}

/// The reader of the output has closed it: the end, and no error to a person.
struct OutputClosed: Error {}

/// Writing failed.
struct WriteError: Error, CustomStringConvertible {
  let target: String
  let reason: String

  var description: String { "cannot write \(target): \(reason)" }
}

// The C functions under names that the methods above do not shadow.
private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
private func systemClose(_ number: Int32) { _ = close(number) }
private func systemRead(_ number: Int32, _ base: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(number, base, count)
}
private func systemWrite(_ number: Int32, _ base: UnsafeRawPointer?, _ count: Int) -> Int {
  write(number, base, count)
}
