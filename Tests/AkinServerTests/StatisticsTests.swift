import AkinServer
import AkinTestSupport
import Testing

/// Counters of calls and percentiles of their times.
@Suite struct StatisticsTests {
  @Test func percentilesAreThoseOfAllCalls() throws {
    let statistics = Statistics()
    #expect(statistics.counts().isEmpty)
    var random = SeededRandom(seed: 1)
    let times = (1...1000).map { Double($0) }.shuffled(using: &random)
    for time in times { statistics.record("embed", milliseconds: time, isSuccess: time > 100) }
    statistics.record("tokenize", milliseconds: 0, isSuccess: true)
    let counts = try #require(statistics.counts()["embed"])
    #expect(counts.succeeded == 900 && counts.failed == 100)
    // Two significant digits are kept.
    for (found, exact) in [(counts.p50, 500.0), (counts.p95, 950), (counts.p99, 990), (counts.max, 1000)] {
      #expect(abs(found - exact) <= exact / 100, "\(found) for \(exact)")
    }
    #expect(statistics.counts()["tokenize"]?.max == 0)
  }

  @Test func everyTimeIsInABucketOfItsSize() throws {
    var random = SeededRandom(seed: 2)
    for bits in 0..<40 {
      for _ in 0..<20 {
        let time = Double((1 << bits) + Int.random(in: 0..<1 << bits, using: &random)) / 1000
        let statistics = Statistics()
        // The longest is told exactly, and here it is another one.
        for time in [time, time, 1e12] { statistics.record("embed", milliseconds: time, isSuccess: true) }
        let found = try #require(statistics.counts()["embed"]).p50
        #expect(found >= time && found <= time * (1 + 1 / 128), "\(time)")
      }
    }
  }

  @Test func timesOfAnySizeAreTaken() throws {
    let statistics = Statistics()
    for milliseconds in [0.001, 1e9] { statistics.record("embed", milliseconds: milliseconds, isSuccess: true) }
    let counts = try #require(statistics.counts()["embed"])
    #expect(counts.p50 == 0.001 && abs(counts.max - 1e9) <= 1e7)
  }
}
