import CKernels
import Platform

/// How many CPUs this process may use: not more than its affinity mask and its control group's quota allow.
package enum AvailableCPUs {
  /// At least 1.
  package static var count: Int {
    max(1, min(affinity, quota ?? Int.max))
  }

  private static var affinity: Int {
    let allowed = akin_cpu_affinity()
    if allowed > 0 { return allowed }
    #if canImport(Darwin)
      // Of Apple's processors the fast ones: a batch is done when the slowest of its threads is.
      var fast: Int32 = 0
      var size = MemoryLayout<Int32>.size
      if sysctlbyname("hw.perflevel0.logicalcpu", &fast, &size, nil, 0) == 0, fast > 0 { return Int(fast) }
    #endif
    return Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }

  /// The quota rounded up, from version 2 of control groups, else from version 1; nil where there is none.
  private static var quota: Int? {
    let root = "/sys/fs/cgroup/"
    if let text = read(root + "cpu.max") {
      return parseQuota(text)
    }
    guard let quota = read(root + "cpu/cpu.cfs_quota_us"), let period = read(root + "cpu/cpu.cfs_period_us") else {
      return nil
    }
    return parseQuota(quota + " " + period)
  }

  /// CPUs from "quota period" in microseconds, rounded up; nil for "max", -1 and what is not understood.
  package static func parseQuota(_ text: String) -> Int? {
    let numbers = text.split(whereSeparator: \.isWhitespace).map { Int($0) }
    guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else { return nil }
    return (quota - 1) / period + 1
  }

  /// The start of a small file as text.
  private static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 128)
    #if canImport(Darwin)
      let count = Darwin.read(descriptor, &bytes, bytes.count)
    #elseif canImport(Musl)
      let count = Musl.read(descriptor, &bytes, bytes.count)
    #else
      let count = Glibc.read(descriptor, &bytes, bytes.count)
    #endif
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}
