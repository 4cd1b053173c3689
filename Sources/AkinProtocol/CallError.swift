import JSON

/// The error of an answer, for one who called a method and not for the wire.
public struct CallError: Error, Sendable, CustomStringConvertible {
  /// The number that clients compare.
  public let code: Int
  /// What happened, for people: one sentence.
  public let message: String
  /// Particulars for programs.
  public let data: ErrorData?

  /// - Parameter data: particulars as they go over the wire; those that cannot be read are left out.
  public init(code: Int, message: String, data: JSONValue?) {
    self.code = code
    self.message = message
    self.data = try? ErrorData(JSONField(data, path: "data"))
  }

  /// The code as this protocol knows it.
  public var known: AkinErrorCode? { AkinErrorCode(rawValue: code) }

  /// The sentence.
  public var description: String { message }
}
