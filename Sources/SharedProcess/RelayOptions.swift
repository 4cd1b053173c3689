import AkinProtocol

/// How a relay passes messages.
public struct RelayOptions: Sendable {
  /// Those of the server behind it.
  public var limits: ServerLimits
  /// Told in a sentence of what a person should know: why a session ended badly, or had to begin anew.
  public var report: @Sendable (String) -> Void = { _ in }

  /// These limits, and no reports.
  public init(limits: ServerLimits) {
    self.limits = limits
  }
}
