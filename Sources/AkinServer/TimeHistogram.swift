/// How often which times were taken, in a few kilobytes however many and however long they are: buckets as those of HdrHistogram, of the
/// width 1 up to 255, and from each power of two on 128 to the next, so that none is wider than a 128th of what it holds.
struct TimeHistogram {
  private static let digits = 7

  /// By bucket, as far as one was needed.
  private var counts: [UInt32] = []
  private var total = 0
  /// The longest, exactly.
  private(set) var longest: UInt64 = 0

  private static func bucket(_ time: UInt64) -> Int {
    let shift = max(0, UInt64.bitWidth - 1 - time.leadingZeroBitCount - digits)
    return shift << digits + Int(time >> UInt64(shift))
  }

  /// The longest time of a bucket.
  private static func end(ofBucket bucket: Int) -> UInt64 {
    let shift = max(0, bucket >> digits - 1)
    return UInt64(bucket - shift << digits + 1) << UInt64(shift) &- 1
  }

  mutating func record(_ time: UInt64) {
    let bucket = Self.bucket(time)
    if bucket >= counts.count { counts += repeatElement(0, count: bucket + 1 - counts.count) }
    counts[bucket] &+= 1
    total += 1
    longest = max(longest, time)
  }

  /// The time that so many percent are not above; 0 where there is none.
  func percentile(_ percent: Double) -> UInt64 {
    let wanted = max(1, Int((Double(total) * percent / 100).rounded(.up)))
    var seen = 0
    for (bucket, count) in counts.enumerated() {
      seen += Int(count)
      if seen >= wanted { return min(Self.end(ofBucket: bucket), longest) }
    }
    return longest
  }
}
