/// Bytes a second over the last few seconds, so that the time left follows the line as it is now.
struct TransferRate {
  private var samples: [(time: ContinuousClock.Instant, bytes: Int)] = []

  private static let window = Duration.seconds(5)

  /// - Parameter received: bytes so far; less than before means that a new file has begun.
  mutating func add(received: Int, at time: ContinuousClock.Instant) {
    if let last = samples.last, received < last.bytes { samples = [] }
    samples.append((time, received))
    while samples.count > 2, samples[1].time < time - Self.window { samples.removeFirst() }
  }

  /// Nil before half a second has been seen.
  var bytesPerSecond: Double? {
    guard let first = samples.first, let last = samples.last else { return nil }
    let (whole, attoseconds) = (last.time - first.time).components
    let seconds = Double(whole) + Double(attoseconds) * 1e-18
    guard seconds >= 0.5 else { return nil }
    return Double(last.bytes - first.bytes) / seconds
  }
}
