import AkinServer
import Testing

/// Counters of calls and percentiles of their times.
@Suite struct StatisticsTests {
  @Test func percentilesAreNearestRank() {
    #expect(Statistics.percentile(50, of: []) == 0)
    #expect(Statistics.percentile(50, of: [7]) == 7)
    #expect(Statistics.percentile(95, of: [7]) == 7)
    #expect(Statistics.percentile(50, of: [4, 1, 3, 2]) == 2)
    #expect(Statistics.percentile(95, of: (1...100).map(Double.init)) == 95)
  }

  @Test func onlyTheLastTimesCount() {
    let statistics = Statistics()
    for _ in 0..<100 { statistics.record("embed", milliseconds: 1000, isSuccess: false) }
    for _ in 0..<512 { statistics.record("embed", milliseconds: 1, isSuccess: true) }
    let counts = statistics.counts()["embed"]
    #expect(counts?.succeeded == 512 && counts?.failed == 100 && counts?.p50 == 1 && counts?.p95 == 1)
  }
}
