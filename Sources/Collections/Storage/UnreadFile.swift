/// A file of a folder that was left out for what is in it, as it was then.
public struct UnreadFile: Sendable, Equatable {
  /// Bytes of the file.
  public let size: Int
  /// Nanoseconds since 1970.
  public let modified: Int
  /// Why.
  public let reason: SkipReason

  /// Stores the values as they are given.
  public init(size: Int, modified: Int, reason: SkipReason) {
    self.size = size
    self.modified = modified
    self.reason = reason
  }
}
