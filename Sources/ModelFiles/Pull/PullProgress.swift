/// How far a pull is.
public struct PullProgress: Sendable, Equatable {
  /// The file, or the package, that is being fetched.
  public let file: String
  /// Bytes of it on this machine; a resumed download does not begin at zero.
  public let bytes: Int
  /// Its size, where the source says it.
  public let total: Int?

  /// Stores the values as they are given.
  public init(file: String, bytes: Int, total: Int?) {
    self.file = file
    self.bytes = bytes
    self.total = total
  }
}
