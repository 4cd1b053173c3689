/// The limits of a relay, which are those of the server behind it.
public struct RelayOptions: Sendable {
  /// Longest message in bytes.
  public var messageBytes = 64 << 20
  /// Deepest nesting of a message.
  public var depth = 512
  /// Elements in a batch.
  public var batchCount = 1000
  /// Told in a sentence of what a person should know: why a session ended badly, or had to begin anew.
  public var report: @Sendable (String) -> Void = { _ in }

  /// The defaults, and no reports.
  public init() {}
}
