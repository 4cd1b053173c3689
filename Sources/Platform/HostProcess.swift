/// The error of a write that nobody can read.
package let brokenPipe = EPIPE

/// This process and others, as the system knows them.
package enum HostProcess {
  /// Whether a process is there. One that belongs to someone else is.
  package static func isAlive(_ process: Int32) -> Bool {
    kill(process, 0) == 0 || errno != ESRCH
  }

  /// The home of the user who runs the process, as the system has it, whatever the environment says; nil where it has none.
  /// Asked for once.
  package static let home: String? = {
    guard let folder = getpwuid(geteuid())?.pointee.pw_dir else { return nil }
    let path = String(cString: folder)
    return path.hasPrefix("/") ? path : nil
  }()

  /// Bytes of this process that are in memory; nil where the system does not say.
  package static var residentBytes: Int? {
    #if canImport(Darwin)
      var usage = rusage_info_v0()
      let code = withUnsafeMutablePointer(to: &usage) { pointer in
        pointer.withMemoryRebound(to: rusage_info_t?.self, capacity: 1) {
          proc_pid_rusage(getpid(), RUSAGE_INFO_V0, $0)
        }
      }
      return code == 0 ? Int(usage.ri_resident_size) : nil
    #else
      // The second number of this file counts resident pages: proc(5).
      let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { return nil }
      defer { close(file) }
      var text = [UInt8](repeating: 0, count: 256)
      let count = read(file, &text, text.count)
      guard count > 0 else { return nil }
      let numbers = text[..<count].split(separator: UInt8(ascii: " ")).map { Int(String(decoding: $0, as: UTF8.self)) }
      guard numbers.count > 1, let pages = numbers[1] else { return nil }
      return pages * sysconf(Int32(_SC_PAGESIZE))
    #endif
  }

  /// The most bytes of this process that have been in memory; 0 where the system does not say.
  package static var peakResidentBytes: Int {
    var usage = rusage()
    // 0 is RUSAGE_SELF, which has another type in every C library. Darwin counts bytes and the others kilobytes, and the
    // count may lag behind.
    guard getrusage(0, &usage) == 0 else { return residentBytes ?? 0 }
    #if canImport(Darwin)
      return max(usage.ru_maxrss, residentBytes ?? 0)
    #else
      return max(usage.ru_maxrss * 1024, residentBytes ?? 0)
    #endif
  }

  /// How many descriptors the process may have.
  package static var descriptorLimit: Int { max(Int(sysconf(Int32(_SC_OPEN_MAX))), 20) }

  /// Whether it has hardly any left: what has failed for that may have closed some since.
  package static var lacksDescriptors: Bool {
    let free = (0..<16).map { _ in open("/dev/null", O_RDONLY | O_CLOEXEC) }
    for descriptor in free where descriptor >= 0 { close(descriptor) }
    return free.contains { $0 < 0 }
  }

  /// Lets the process have as many descriptors as its user allows, within reason: shells ask for 256 or 1024 for programs that count
  /// on few.
  package static func raiseDescriptorLimit() {
    // Has another type in every C library.
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
      let resource = RLIMIT_NOFILE
    #endif
    var limits = rlimit()
    guard getrlimit(resource, &limits) == 0, limits.rlim_cur < 8192 else { return }
    limits.rlim_cur = min(limits.rlim_max, 8192)
    _ = setrlimit(resource, &limits)
  }

  /// CPUs that are online, at least 1.
  package static var processorCount: Int { max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1) }

  /// The niceness of a thread that gives way. A query that comes takes its CPU at once, as with 19; but a thread of 19 gets a 70th of
  /// a CPU that programs of others want too, and whoever waits for what it indexes waits for minutes: one of 10 gets a tenth.
  private static let givesWay: Int32 = 10

  /// Lets the calling thread give way to all others of the process, for good.
  package static func lowerThreadPriority() {
    #if canImport(Darwin)
      pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0)
    #else
      // PRIO_PROCESS, which has another type in every C library; of the calling thread alone on Linux: setpriority(2).
      setpriority(0, 0, givesWay)
    #endif
  }

  /// Leaves the session of the terminal, and lets all of this process give way to others, for good.
  package static func leaveForBackground() {
    _ = setsid()
    // PRIO_PGRP, which has another type in every C library: of all threads of the process, which is alone in its group now. Nobody
    // waits for it: who does takes the work from it.
    setpriority(1, 0, 19)
  }

  /// Writes all bytes, or what can be written before an error.
  package static func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes
    while !rest.isEmpty {
      let count = write(descriptor, rest, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest.removeFirst(count)
    }
  }
}
