/// Why a model was not pulled: every source that was tried and what to do.
public struct PullError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A source that was tried.
  public struct Attempt: Sendable, Equatable {
    /// A folder, a URL or a package.
    public let source: String
    /// What happened there.
    public let reason: String

    /// Passwords of addresses are left out.
    public init(source: String, reason: String) {
      self.source = PullAddress.shown(source)
      self.reason = PullAddress.shown(reason)
    }
  }

  /// The name that was asked for.
  public let model: String
  /// In the order in which they were tried; empty where the name itself is wrong or the task was cancelled.
  public let attempts: [Attempt]
  /// Whether the task was cancelled. What was downloaded is kept, and the next pull goes on from there.
  public let isCancelled: Bool
  /// What to do.
  public let advice: String

  /// Stores the values as they are given.
  public init(model: String, attempts: [Attempt], isCancelled: Bool = false, advice: String) {
    self.model = model
    self.attempts = attempts
    self.isCancelled = isCancelled
    self.advice = advice
  }

  /// The sources one a line, then the advice.
  public var description: String {
    guard !isCancelled else { return "pulling \(model) was cancelled; \(advice)" }
    let tried = attempts.map { "\n  \($0.source): \($0.reason)" }.joined()
    return "cannot pull \(model)\(tried.isEmpty ? "" : "; tried:")\(tried)\n\(advice)"
  }
}

/// Why one source did not deliver.
enum SourceError: Error {
  case failed(String)
  case cancelled

  init(_ error: ModelFileError) {
    self = .failed(error.description)
  }
}
