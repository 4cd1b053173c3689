/// A file of a folder that was left out for what is in it, as it was then; or a folder at which another file system begins,
/// whose path ends with a slash, whose size is 0 and whose ``stamp`` is the file system's number.
public struct UnreadFile: Sendable, Equatable {
  /// Bytes of the file.
  public let size: Int
  /// ``FoundFile/stamp``.
  public let stamp: Int
  /// Why.
  public let reason: SkipReason

  /// Stores the values as they are given.
  public init(size: Int, stamp: Int, reason: SkipReason) {
    self.size = size
    self.stamp = stamp
    self.reason = reason
  }
}
