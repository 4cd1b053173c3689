import AkinProtocol
import Engine
import JSON
import JSONRPC

extension ResponseError {
  /// An error of the protocol.
  init(akin code: AkinErrorCode, _ message: String, data: ErrorData? = nil) {
    self.init(ErrorCode(rawValue: code.rawValue), message, data: (data ?? ErrorData(code)).json)
  }

  /// An error at a parameter.
  init(akin code: AkinErrorCode, path: String, expected: String, found: String) {
    let error = JSONFieldError(path: path, expected: expected, found: found)
    self.init(akin: code, error.description, data: ErrorData(code, error))
  }

  /// A parameter beyond a limit.
  init(_ count: Int, beyond limit: ServerLimit, of maximum: Int, _ noun: String, path: String) {
    let error = JSONFieldError(path: path, expected: "at most \(maximum) \(noun)", found: "\(count)")
    var data = ErrorData(limit.code, error)
    data.excess = ErrorData.Excess(limit, maximum: maximum, actual: count)
    self.init(akin: limit.code, error.description, data: data)
  }

  /// A parameter that cannot be read.
  init(invalid error: JSONFieldError) {
    self.init(akin: .invalidParams, error.description, data: ErrorData(.invalidParams, error))
  }

  /// A method that nobody has.
  init(unknownMethod name: String) {
    let message = ResponseError.methodNotFound(name).message
    let nearest = NearestName.find(name, among: ProtocolMethods.requests.map { $0.name })
    let advice = nearest.map { ": did you mean \"\($0)\"?" } ?? ""
    self.init(akin: .methodNotFound, message + advice, data: ErrorData(.methodNotFound, expected: nearest))
  }

  /// What the engine refused, at the parameter that is to blame.
  init(_ error: EngineError, _ call: Call) {
    switch error.kind {
    case .cancelled:
      self.init(akin: .requestCancelled, error.description)
    case .overloaded(let queued, let maximum):
      let excess = ErrorData.Excess(.maxQueuedTokens, maximum: maximum, actual: queued)
      self.init(akin: .overloaded, error.description, data: ErrorData(.overloaded, excess: excess))
    case .tooLong(let text, let tokens, let limit):
      self.init(tooLong: tokens, limit: limit, path: call.path("input", text))
    case .unknownPrompt(let name, let known):
      self.init(unknownPrompt: name, known: known, path: call.path("promptName"))
    case .invalid(let parameter, let expected, let found):
      self.init(akin: .invalidParams, path: Self.path(parameter, call), expected: expected, found: found)
    case .modelMissing:
      self.init(akin: .modelMissing, error.description)
    case .modelUnusable:
      self.init(akin: .modelUnusable, error.description)
    case .encoderFailed:
      self.init(akin: .internalError, error.description)
    }
  }

  /// With overflow `error`: a text that the model cannot take whole.
  init(tooLong tokens: Int, limit: Int, path: String) {
    self.init(
      akin: .textTooLong, path: path, expected: "at most \(limit) tokens, or overflow \"truncate\" or \"window\"",
      found: "\(tokens) tokens")
  }

  /// A prompt that the model does not have.
  init(unknownPrompt name: String, known: [String], path: String) {
    let expected = known.isEmpty ? "none, since the model has no prompts" : "one of " + known.joined(separator: ", ")
    self.init(akin: .unknownPrompt, path: path, expected: expected, found: "\"\(name.prefix(64))\"")
  }

  /// The path of what the engine calls `query[0]` or `dimensions`; a single query has no index.
  private static func path(_ parameter: String, _ call: Call) -> String {
    let parts = parameter.split(separator: "[", maxSplits: 1)
    guard let name = parts.first.map(String.init), parts.count == 2, let index = Int(parts[1].dropLast()) else {
      return call.path(parameter)
    }
    return call.path(name, index)
  }
}
