/// Why the engine refused or gave up a request, or could not be loaded.
public struct EngineError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The machine-readable reason.
  public enum Kind: Sendable, Equatable {
    /// The caller's task was cancelled.
    case cancelled
    /// More work is waiting than `EngineOptions.queueLimit` allows.
    case overloaded(queuedTokens: Int, limit: Int)
    /// With `overflow: .error`: this text has more tokens than the model takes.
    case tooLong(text: Int, tokens: Int, limit: Int)
    /// The model has no prompt of this name.
    case unknownPrompt(name: String, known: [String])
    /// A member of the request that does not fit the model or the other members.
    case invalid(parameter: String, expected: String, found: String)
    /// No model of this name is on this machine.
    case modelMissing(name: String)
    /// The model's files cannot be used.
    case modelUnusable(name: String)
    /// The encoder failed on input that had been checked: a defect in Akin.
    case encoderFailed
  }

  /// The machine-readable reason.
  public let kind: Kind
  /// What a person can do with it.
  public let description: String

  /// - Parameter detail: replaces the sentence made from `kind`, where a lower layer has said it better.
  public init(_ kind: Kind, detail: String? = nil) {
    self.kind = kind
    self.description = detail ?? Self.sentence(kind)
  }

  private static func sentence(_ kind: Kind) -> String {
    switch kind {
    case .cancelled:
      return "the request was cancelled"
    case .overloaded(let queued, let limit):
      return "\(queued) tokens are waiting already, and the limit is \(limit): send less at once, or try again later"
    case .tooLong(let text, let tokens, let limit):
      return "text \(text) has \(tokens) tokens and the model takes \(limit): shorten it, or choose overflow "
        + "\"truncate\" or \"window\""
    case .unknownPrompt(let name, let known):
      let list = known.isEmpty ? "it has none" : "it has " + known.map { "\"\($0)\"" }.joined(separator: ", ")
      return "the model has no prompt named \"\(name)\": \(list)"
    case .invalid(let parameter, let expected, let found):
      return "\(parameter): expected \(expected), found \(found)"
    case .modelMissing(let name):
      return "no model named \"\(name)\" is on this machine: run 'akin pull \(name)'"
    case .modelUnusable(let name):
      return "the files of model \"\(name)\" cannot be used"
    case .encoderFailed:
      return "the encoder failed on checked input: this is a bug in Akin"
    }
  }
}
