/// A file of a folder that was left out for what is in it, as it was then; or a folder at which another file system begins,
/// whose path ends with a slash, whose size is 0 and whose ``stamp`` is the file system's number.
public struct UnreadFile: Sendable, Equatable {
  /// Bytes of the file.
  public let size: Int
  /// ``FoundFile/stamp``.
  public let stamp: Int
  /// Why.
  public let reason: SkipReason

  /// The version of the rules by which files are left out: what others have left out is looked at again.
  public static var policy: Int { FilePolicy.version }

  /// Stores the values as they are given.
  public init(size: Int, stamp: Int, reason: SkipReason) {
    self.size = size
    self.stamp = stamp
    self.reason = reason
  }
}
