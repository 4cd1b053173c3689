import JSON

/// What one who passes a message on must know of it: whether it asks or answers, and under which id. Parameters and
/// results are looked over and not read.
public struct MessageEnvelope: Sendable, Equatable {
  /// One message, alone or in a batch.
  public struct Part: Sendable, Equatable {
    /// What the message is for.
    public enum Kind: Sendable, Equatable {
      /// To be done; answered if it has an id.
      case call(method: String)
      /// An answer with a result.
      case result
      /// An answer with an error.
      case error
      /// Neither: answered with an error under its id.
      case invalid
    }

    /// What the message is for.
    public let kind: Kind
    /// nil where there is none or none that can be used.
    public let id: JSONRPCID?
    /// Where the message stands in the text.
    public let span: Range<Int>
  }

  /// The messages, in order; what is no object is left out.
  public let parts: [Part]
  /// How many elements the array has; 1 where there is none.
  public let count: Int
  /// Whether they came in an array, and are answered in one.
  public let isBatch: Bool

  /// Whether it answers a request, or several.
  public var isAnswer: Bool { parts.contains { $0.kind == .result || $0.kind == .error } }

  /// Reads the body of a frame, or a line; nil for what is no message and no batch of them.
  public init?(_ text: [UInt8], limits: JSONLimits) {
    guard let outline = try? JSONOutline.scan(text, limits: limits) else { return nil }
    switch outline.kind {
    case .object:
      (isBatch, count) = (false, 1)
      parts = [Part(text, outline, span: outline.span)]
    case .array:
      (isBatch, count) = (true, outline.parts.count)
      parts = outline.parts.compactMap { part in
        let element = Array(text[part.value])
        guard let outline = try? JSONOutline.scan(element, limits: limits), outline.kind == .object else { return nil }
        return Part(element, outline, span: part.value)
      }
    default:
      return nil
    }
  }
}

extension MessageEnvelope.Part {
  fileprivate init(_ text: [UInt8], _ outline: JSONOutline, span: Range<Int>) {
    let members = MessageMembers(text, outline)
    self.span = span
    id = members.id.flatMap { JSONRPCID(text: Array($0)) }
    if let method = members.method {
      guard case .string(let name)? = try? JSONValue.parse(Array(method)) else {
        kind = .invalid
        return
      }
      kind = .call(method: name)
    } else if members.result != nil {
      kind = .result
    } else {
      kind = members.error == nil ? .invalid : .error
    }
  }
}
