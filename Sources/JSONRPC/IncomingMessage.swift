import JSON

/// What one frame or line asks for, after the rules of JSON-RPC 2.0, sections 4 and 6.
enum IncomingMessage: Sendable {
  /// One message.
  case single(IncomingCall)
  /// A batch with at least one element.
  case batch([IncomingCall])
  /// Not readable as a whole: one error with the id `null`.
  case refused(ResponseError)
}

/// One message, alone or in a batch.
enum IncomingCall: Sendable {
  /// A valid request or notification.
  case request(RPCRequest)
  /// To be answered with an error: the id is `null` where none can be used.
  case refused(JSONRPCID, ResponseError)
  /// The client's answer to a request of the server's; nil is an error, or a result that cannot be held.
  case response(JSONRPCID, JSONValue?)
  /// Nothing to answer: a response without an id, or a notification whose parameters cannot be held.
  case ignored
}

/// Reads messages. What is JSON is never answered as if it were not: a document that cannot be held (1e400, say) is
/// refused under its id.
struct MessageReader: Sendable {
  /// Length and nesting of a message.
  let limits: JSONLimits
  /// Elements in a batch.
  let batchCount: Int
  /// Arrival number of the next request or notification.
  private(set) var nextSequence = 0

  init(limits: JSONLimits, batchCount: Int) {
    self.limits = limits
    self.batchCount = batchCount
  }

  /// The arrival number of a request that has not been read from a text.
  mutating func takeSequence() -> Int {
    defer { nextSequence += 1 }
    return nextSequence
  }

  /// Reads the body of a frame, or a line.
  mutating func read(_ text: [UInt8], style: MessageFraming.Style?) -> IncomingMessage {
    let outline: JSONOutline
    do {
      outline = try JSONOutline.scan(text, limits: limits)
    } catch {
      return .refused(Self.parseError(error, style: style))
    }
    switch outline.kind {
    case .object:
      return .single(call(text, outline))
    case .array where outline.parts.isEmpty:
      return .refused(ResponseError(.invalidRequest, "an empty batch"))
    case .array where outline.parts.count > batchCount:
      return .refused(
        ResponseError(
          .invalidRequest, .maxBatch, maximum: batchCount, actual: outline.parts.count,
          "a batch of \(outline.parts.count) messages, over the limit of \(batchCount)"))
    case .array:
      return .batch(outline.parts.map { element(Array(text[$0.value])) })
    default:
      return .refused(ResponseError(.invalidRequest, "a message must be an object or a batch of objects"))
    }
  }

  private mutating func element(_ text: [UInt8]) -> IncomingCall {
    guard let outline = try? JSONOutline.scan(text, limits: limits), outline.kind == .object else {
      return .refused(.null, ResponseError(.invalidRequest, "an element of a batch must be an object"))
    }
    return call(text, outline)
  }

  /// Reads one object. A broken one is answered even without an id, as in the specification's own examples.
  private mutating func call(_ text: [UInt8], _ outline: JSONOutline) -> IncomingCall {
    let members = MessageMembers(text, outline)
    if members.method == nil, members.result != nil || members.error != nil {
      guard let id = try? members.readID() else { return .ignored }
      return .response(id, members.result.flatMap { try? JSONValue.parse(Array($0), limits: limits) })
    }

    let id: JSONRPCID?
    do throws(ResponseError) {
      id = try members.readID()
    } catch {
      return .refused(.null, error)
    }
    do throws(MemberError) {
      let (method, params) = (try members.readMethod(), try members.readParams(limits))
      return .request(RPCRequest(id: id, method: method, params: params, sequence: takeSequence()))
    } catch {
      switch error {
      case .invalid(let error): return .refused(id ?? .null, error)
      case .cannotBeHeld(let error): return id.map { .refused($0, error) } ?? .ignored
      }
    }
  }

  /// The answer to a text that is not JSON. Line framing has two usual causes, which the message names.
  private static func parseError(_ error: JSONParseError, style: MessageFraming.Style?) -> ResponseError {
    switch error.kind {
    case .tooDeep(let limit):
      return ResponseError(.parseError, .maxDepth, maximum: limit, actual: limit + 1, error.description)
    case .tooMany(let limit):
      return ResponseError(.parseError, .maxValues, maximum: limit, actual: limit + 1, error.description)
    case .tooLarge(let limit):
      return ResponseError(.parseError, .maxMessageBytes, maximum: limit, actual: limit + 1, error.description)
    default: break
    }
    let hint =
      switch (style, error.kind) {
      case (.lines, .trailingText): "; one message a line"
      case (.lines, .unexpectedEnd), (.lines, .unexpectedByte): "; a line is one whole message (jq -c writes them so)"
      default: ""
      }
    return ResponseError(.parseError, "\(error)\(hint)", data: ["offset": JSONValue(error.offset)])
  }
}

/// Why a member of a message was refused.
private enum MemberError: Error {
  /// Not a request: answered even without an id.
  case invalid(ResponseError)
  /// Valid JSON that cannot be held: a notification with it is silent.
  case cannotBeHeld(ResponseError)
}

/// The text of the members that JSON-RPC knows; of duplicates the last stands and unknown ones are ignored.
struct MessageMembers {
  private(set) var version: ArraySlice<UInt8>?
  private(set) var id: ArraySlice<UInt8>?
  private(set) var method: ArraySlice<UInt8>?
  private(set) var params: ArraySlice<UInt8>?
  private(set) var result: ArraySlice<UInt8>?
  private(set) var error: ArraySlice<UInt8>?

  init(_ text: [UInt8], _ outline: JSONOutline) {
    for part in outline.parts {
      switch Self.name(text[part.name]) {
      case "jsonrpc": version = text[part.value]
      case "id": id = text[part.value]
      case "method": method = text[part.value]
      case "params": params = text[part.value]
      case "result": result = text[part.value]
      case "error": error = []
      default: break
      }
    }
  }

  /// A member's name without quotes; nil for one that is too long to be known here, escapes included.
  private static func name(_ quoted: ArraySlice<UInt8>) -> String? {
    guard quoted.count <= "\"jsonrpc\"".utf8.count * 6 else { return nil }
    if !quoted.contains(UInt8(ascii: "\\")) { return String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self) }
    guard case .string(let name)? = try? JSONValue.parse(Array(quoted)) else { return nil }
    return name
  }

  /// The id; nil where there is none.
  func readID() throws(ResponseError) -> JSONRPCID? {
    guard let text = id else { return nil }
    guard let id = JSONRPCID(text: Array(text)) else {
      throw ResponseError(.invalidRequest, "id must be a number, a string or null")
    }
    return id
  }

  fileprivate func readMethod() throws(MemberError) -> String {
    guard version.map({ try? JSONValue.parse(Array($0)) }) == .string("2.0") else {
      throw .invalid(ResponseError(.invalidRequest, "jsonrpc must be \"2.0\""))
    }
    guard let method, case .string(let name)? = try? JSONValue.parse(Array(method)) else {
      throw .invalid(ResponseError(.invalidRequest, "method must be a string"))
    }
    return name
  }

  fileprivate func readParams(_ limits: JSONLimits) throws(MemberError) -> JSONValue? {
    guard let params else { return nil }
    guard [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "n")].contains(params.first) else {
      throw .invalid(ResponseError(.invalidRequest, "params must be an object or an array"))
    }
    do {
      return try JSONValue.parse(Array(params), limits: limits)
    } catch {
      throw .cannotBeHeld(
        ResponseError(
          .invalidParams, "params hold \(error) of them",
          data: ["path": "params", "expected": "values within the limits of this server", "found": .string("\(error)")])
      )
    }
  }
}
