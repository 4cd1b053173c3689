import Platform

/// What another process is doing, as far as the system tells.
enum ProcessState {
  /// It may answer.
  case running
  /// A signal has stopped it, or a debugger.
  case stopped
  /// It has ended; what it has left, such as a socket that a thread or a child still holds, nobody will answer on.
  case ended

  init(_ process: pid_t) {
    guard kill(process, 0) == 0 || errno != ESRCH else {
      self = .ended
      return
    }
    #if canImport(Darwin)
      var information = proc_bsdinfo()
      let size = Int32(MemoryLayout<proc_bsdinfo>.size)
      let count = proc_pidinfo(process, PROC_PIDTBSDINFO, 0, &information, size)
      let status = count == size ? Int32(information.pbi_status) : SRUN
      self = status == SZOMB ? .ended : status == SSTOP ? .stopped : .running
    #else
      // The state stands behind the name, which is in brackets and may hold anything: proc(5).
      let text = FileText.read("/proc/\(process)/stat", limit: 4096)
      let state = text.flatMap { $0.lastIndex(of: UInt8(ascii: ")")).map { text?.dropFirst($0 + 2).first } } ?? nil
      switch state {
      case UInt8(ascii: "Z"), UInt8(ascii: "X"): self = .ended
      case UInt8(ascii: "T"), UInt8(ascii: "t"): self = .stopped
      default: self = .running
      }
    #endif
  }
}

/// Small files.
enum FileText {
  /// The first bytes of a file; nil where it cannot be read.
  static func read(_ path: String, limit: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { _ = close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = systemRead(descriptor, &bytes, limit)
    return count >= 0 ? Array(bytes[..<count]) : nil
  }
}

private func systemRead(_ descriptor: Int32, _ bytes: inout [UInt8], _ count: Int) -> Int {
  read(descriptor, &bytes, count)
}
