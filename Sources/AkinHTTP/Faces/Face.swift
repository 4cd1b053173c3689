import AkinProtocol
import JSON

/// Whose clients a path is for, and so how its errors are worded.
package enum Face: Sendable {
  case openAI, inference, cohere, ollama, messages

  /// By the path, also where nothing is there.
  package init(path: String) {
    if path == "/" {
      self = .messages
    } else if path.hasSuffix("/rerank"), path != "/rerank" {
      self = .cohere
    } else if path.hasPrefix("/v1/") {
      self = .openAI
    } else {
      self = path.hasPrefix("/api/") ? .ollama : .inference
    }
  }

  /// The answer that says why a request is refused.
  package func answer(_ failure: HTTPFailure) -> HTTPAnswer {
    var answer = HTTPAnswer(status: failure.kind.status, json: body(failure))
    answer.fields += failure.fields.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    return answer
  }

  private func body(_ failure: HTTPFailure) -> JSONValue {
    switch self {
    case .openAI:
      return [
        "error": [
          "message": .string(failure.message), "type": .string(openAIType(failure.kind)),
          "param": failure.parameter.map { .string($0) } ?? .null, "code": openAICode(failure),
        ],
        // Where clients of text-embeddings-inference look on the paths that it has of OpenAI's.
        "message": .string(failure.message),
      ]
    case .inference: return ["error": .string(failure.message), "error_type": .string(inferenceType(failure.kind))]
    case .cohere: return ["message": .string(failure.message)]
    case .ollama: return ["error": .string(failure.message)]
    case .messages:
      return [
        "jsonrpc": "2.0", "id": .null,
        "error": ["code": .integer(Int64(AkinErrorCode.invalidRequest.rawValue)), "message": .string(failure.message)],
      ]
    }
  }

  private func openAIType(_ kind: HTTPFailure.Kind) -> String {
    switch kind {
    case .unauthorized: "authentication_error"
    case .forbidden: "permission_error"
    case .overloaded: "rate_limit_error"
    case .internal, .unavailable, .cancelled: "server_error"
    default: "invalid_request_error"
    }
  }

  private func openAICode(_ failure: HTTPFailure) -> JSONValue {
    switch failure.kind {
    case .unauthorized: "invalid_api_key"
    case .notFound where failure.parameter == "model": "model_not_found"
    default: .null
    }
  }

  /// The kinds of text-embeddings-inference.
  private func inferenceType(_ kind: HTTPFailure.Kind) -> String {
    switch kind {
    case .notSupported, .internal, .cancelled: "Backend"
    case .overloaded: "Overloaded"
    case .unavailable: "Unhealthy"
    default: "Validation"
    }
  }
}

/// One request on its way through a face.
struct FaceCall: Sendable {
  let session: any HTTPSession
  let service: HTTPService
  let head: RequestHead
  /// What the client sent; a value that is absent for a request without a body.
  let body: JSONField
  /// The length of the body.
  let bytes: Int
  /// What a face calls the parameters of a method, where it has other names for them.
  var names: [String: String] = [:]

  var models: ServedModels { service.models }
  var limits: ServerLimits { service.options.limits }

  /// Calls a method of the protocol.
  func call<M: RequestMethod>(_: M.Type, _ parameters: JSONValue = .object([:])) async throws(HTTPFailure) -> M.Result {
    let value: JSONValue
    do throws(CallError) {
      value = try await session.call(M.name, parameters, bytes: bytes)
    } catch {
      throw failure(error)
    }
    do {
      return try M.Result(JSONField(try value.readable(), path: "result"))
    } catch {
      throw HTTPFailure(.internal, "\(error)")
    }
  }

  func failure(_ error: CallError) -> HTTPFailure {
    let kind: HTTPFailure.Kind =
      switch error.known {
      // No face passes a model on: this one cannot do what is asked.
      case .invalidParams where error.data?.path == "params.model": .notSupported
      case .parseError, .invalidRequest, .invalidParams, .unknownPrompt: .badRequest
      case .textTooLong, .limitExceeded: .tooLarge
      case .methodNotFound, .collectionUnknown: .notFound
      case .overloaded, .connectionBacklog, .collectionBusy: .overloaded
      case .modelMissing, .modelUnusable, .serverCancelled, .modelProcessEnded: .unavailable
      case .requestCancelled: .cancelled
      default: .internal
      }
    guard let path = error.data?.path, let expected = error.data?.expected, let found = error.data?.found else {
      return HTTPFailure(kind, error.message)
    }
    let place = place(path)
    return HTTPFailure(kind, "\(place): expected \(expected), found \(found)", parameter: place)
  }

  /// `params.input[3]` as the face calls it.
  private func place(_ path: String) -> String {
    let plain = path.hasPrefix("params.") ? String(path.dropFirst("params.".count)) : path
    let name = plain.prefix { $0.isLetter || $0 == "_" }
    return (names[String(name)] ?? String(name)) + plain.dropFirst(name.count)
  }
}

extension FaceCall {
  /// Texts, one or several, or their token ids. A text of nothing is refused, as by the services that people know.
  func texts(_ field: JSONField) async throws(HTTPFailure) -> [String] {
    do {
      switch field.value {
      case .string(let text)?:
        guard !text.isEmpty else { throw field.mismatch("a text", found: "an empty string") }
        return [text]
      case .array(let items)?:
        switch items.first {
        case .integer?: return try await decoded([try ids(field)], isOne: true)
        case .array?:
          var lists: [[Int32]] = []
          for list in try field.array() {
            let ids = try ids(list)
            guard !ids.isEmpty else { throw list.mismatch("token ids, at least one", found: "an empty array") }
            lists.append(ids)
          }
          return try await decoded(lists, isOne: false)
        case nil:
          throw field.mismatch("a text, token ids, or an array of either, at least one", found: "an empty array")
        default:
          let texts = try field.strings()
          if let empty = texts.firstIndex(of: "") {
            throw try field.array()[empty].mismatch("a text", found: "an empty string")
          }
          return texts
        }
      default: throw field.mismatch("a text, token ids, or an array of either")
      }
    } catch let error as JSONFieldError {
      throw HTTPFailure(error)
    } catch let error as HTTPFailure {
      throw error
    } catch {
      throw HTTPFailure(.internal, "\(error)")
    }
  }

  func ids(_ field: JSONField) throws(JSONFieldError) -> [Int32] {
    var ids: [Int32] = []
    for item in try field.array() { ids.append(Int32(try item.int(in: 0...Int(Int32.max)))) }
    return ids
  }

  /// The texts that these ids are of. Ids of another model's vocabulary nearly always read as a text that has other ids, and
  /// are refused: their vectors would mean nothing.
  /// - Parameter isOne: whether the client sent one list, not a list of lists.
  private func decoded(_ lists: [[Int32]], isOne: Bool) async throws(HTTPFailure) -> [String] {
    var call = self
    let input = names["input"] ?? "input"
    call.names["ids"] = input
    let texts: [String]
    do throws(HTTPFailure) {
      texts = try await call.call(DetokenizeMethod.self, DetokenizeMethod.Parameters(ids: lists).json).texts
    } catch {
      throw isOne ? error.renaming("\(input)[0]", input) : error
    }
    let encodings = try await call.call(TokenizeMethod.self, TokenizeMethod.Parameters(input: texts).json).encodings
    for (index, ids) in lists.enumerated() {
      let encoding = encodings[index]
      let plain = zip(encoding.ids, encoding.specialTokensMask).filter { $0.1 == 0 }.map(\.0)
      guard ids == encoding.ids || ids == plain else {
        throw HTTPFailure(
          .badRequest, "list \(index) of token ids is none that this model's tokenizer makes of a text: send the text",
          parameter: input)
      }
    }
    return texts
  }

  /// The parsed texts' vectors.
  /// - Parameter change: what differs from the model's settings.
  func embed(
    _ texts: [String], _ change: (inout EmbedMethod.Parameters) -> Void
  ) async throws(HTTPFailure) -> EmbedMethod.Result {
    var parameters = EmbedMethod.Parameters(input: texts)
    change(&parameters)
    return try await call(EmbedMethod.self, parameters.json)
  }

  /// Reads a member of the body.
  func read<T>(_ body: (JSONField) throws(JSONFieldError) -> T) throws(HTTPFailure) -> T {
    do throws(JSONFieldError) {
      return try body(self.body)
    } catch {
      throw HTTPFailure(error)
    }
  }
}

extension EmbedMethod.Result {
  /// One vector a text.
  var vectors: [EmbeddingVector] {
    guard case .sentence(let vectors) = embeddings else { return [] }
    return vectors
  }

  /// Tokens of all texts.
  var tokens: Int { tokenCounts.reduce(0, +) }

  /// Tells how many texts were cut at the model's length, where any were.
  func marked(_ answer: HTTPAnswer) -> HTTPAnswer {
    var answer = answer
    let count = truncated.count { $0 }
    if count > 0 { answer.fields.append((name: "Akin-Truncated", value: "\(count)")) }
    return answer
  }
}

extension JSONValue {
  /// The value with values in place of what has been written as JSON already, as results hold it.
  func readable() throws(JSONParseError) -> JSONValue {
    switch self {
    case .serialized(let bytes): return try JSONValue.parse(bytes)
    case .array(let items):
      var read: [JSONValue] = []
      read.reserveCapacity(items.count)
      for item in items { read.append(try item.readable()) }
      return .array(read)
    case .object(let object):
      var members: [(key: String, value: JSONValue)] = []
      for (key, value) in object { members.append((key: key, value: try value.readable())) }
      return .object(JSONObject(members))
    default: return self
    }
  }

  /// One number with the shortest digits that give the float32 back.
  static func score(_ value: Float) -> JSONValue {
    value.isFinite ? .serialized(Array(value.description.utf8)) : .null
  }
}
