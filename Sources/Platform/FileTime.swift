/// Times of files, as one number.
package enum FileTime {
  /// Nanoseconds since 1970. A file may carry any time that its system holds: what 64 bits cannot say (after the year 2262,
  /// before 1677) is the greatest or the least number.
  package static func nanoseconds(_ time: timespec) -> Int {
    let limit = time.tv_sec < 0 ? Int.min : Int.max
    let (whole, isTooLarge) = Int(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    guard !isTooLarge else { return limit }
    let (sum, isBeyond) = whole.addingReportingOverflow(Int(time.tv_nsec))
    return isBeyond ? limit : sum
  }

  /// When a file's entry was last changed, its content included, in nanoseconds since 1970.
  package static func changed(_ status: stat) -> Int {
    #if canImport(Darwin)
      nanoseconds(status.st_ctimespec)
    #else
      nanoseconds(status.st_ctim)
    #endif
  }

  /// When a file's content was last changed, in nanoseconds since 1970.
  package static func modified(_ status: stat) -> Int {
    #if canImport(Darwin)
      nanoseconds(status.st_mtimespec)
    #else
      nanoseconds(status.st_mtim)
    #endif
  }
}
