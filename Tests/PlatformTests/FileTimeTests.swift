import Foundation
import Platform
import Testing

@Suite struct FileTimeTests {
  @Test func timesAreNanoseconds() {
    #expect(FileTime.nanoseconds(timespec(tv_sec: 1, tv_nsec: 5)) == 1_000_000_005)
    #expect(FileTime.nanoseconds(timespec(tv_sec: -1, tv_nsec: 5)) == -999_999_995)
  }

  /// The years 2262, 1677 and beyond.
  @Test func timesBeyondSixtyFourBitsAreTheOutermost() {
    #expect(FileTime.nanoseconds(timespec(tv_sec: 9_223_372_036, tv_nsec: 999_999_999)) == .max)
    #expect(FileTime.nanoseconds(timespec(tv_sec: 10_413_792_000, tv_nsec: 0)) == .max)
    #expect(FileTime.nanoseconds(timespec(tv_sec: .max, tv_nsec: 0)) == .max)
    #expect(FileTime.nanoseconds(timespec(tv_sec: .min, tv_nsec: 0)) == .min)
  }
}
