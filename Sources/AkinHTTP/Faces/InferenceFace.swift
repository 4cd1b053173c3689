import AkinProtocol
import JSON

/// text-embeddings-inference (huggingface.github.io/text-embeddings-inference), whose requests the hub's inference clients send
/// as well.
enum InferenceFace {
  private enum Side: String, CaseIterable {
    case left, right, Left, Right
  }

  /// What all its requests may carry, at the top or in `parameters`.
  private struct Settings {
    /// nil where the request says nothing.
    var normalize: Bool?
    var overflow = EmbeddingOptions.Overflow.truncate
    var prompt: EmbeddingOptions.Prompt?
    var dimensions: Int?

    init(_ body: JSONField) throws(JSONFieldError) {
      func member(_ name: String) -> JSONField? { body[name].ifPresent ?? body["parameters"][name].ifPresent }
      normalize = try member("normalize")?.bool()
      if try member("truncate")?.bool() == false { overflow = .error }
      prompt = (try member("prompt_name")?.string()).map { .named($0) }
      dimensions = try member("dimensions")?.int(in: 1...(1 << 20))
      if let side = member("truncation_direction") {
        let asked = try side.oneOf(Side.self)
        guard asked == .right || asked == .Right else {
          throw side.mismatch("\"Right\": the end of a text is what is cut here", found: "\"Left\"")
        }
      }
    }

    /// - Parameter normalizes: where the request says nothing.
    func apply(_ options: inout EmbeddingOptions, normalizes: Bool? = true) {
      options.normalize = normalize ?? normalizes
      options.overflow = overflow
      options.prompt = prompt
      options.dimensions = dimensions
    }
  }

  private static func named(_ call: FaceCall, _ names: [String: String]) -> FaceCall {
    var call = call
    call.names = names
    return call
  }

  static func embed(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    let call = named(call, ["input": "inputs", "promptName": "prompt_name"])
    let settings = try call.read { body throws(JSONFieldError) in try Settings(body) }
    let result = try await call.embed(try await call.texts(call.body["inputs"])) { settings.apply(&$0.options) }
    return result.marked(HTTPAnswer(json: .array(result.vectors.map(\.json))))
  }

  /// The vectors of all tokens, neither pooled nor scaled.
  static func embedAll(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    let call = named(call, ["input": "inputs", "promptName": "prompt_name"])
    let settings = try call.read { body throws(JSONFieldError) in try Settings(body) }
    let result = try await call.embedTokens(try await call.texts(call.body["inputs"])) { parameters in
      settings.apply(&parameters.options)
      parameters.options.normalize = false
    }
    return HTTPAnswer(json: .array(result.map { .array($0.map { .float32s($0) }) }))
  }

  /// One list a text of the words that count, by their ids, none of them zero.
  static func embedSparse(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    let call = named(call, ["input": "inputs", "promptName": "prompt_name"])
    let settings = try call.read { body throws(JSONFieldError) in try Settings(body) }
    let texts = try await call.texts(call.body["inputs"])
    let result: EmbedMethod.Result
    do throws(HTTPFailure) {
      result = try await call.embed(texts) { parameters in
        parameters.output = .sparse
        settings.apply(&parameters.options, normalizes: nil)
      }
    } catch {
      guard error.parameter == "output" else { throw error }
      throw HTTPFailure(.notSupported, "the model makes no sparse vectors: it is no masked language model (SPLADE)")
    }
    guard case .sparse(let vectors) = result.embeddings else {
      throw HTTPFailure(.internal, "the model's vectors are not sparse")
    }
    return result.marked(
      HTTPAnswer(
        json: .array(
          vectors.map { vector in
            .array(zip(vector.indices, vector.values).map { ["index": JSONValue($0), "value": .score($1)] })
          })))
  }

  static func rerank(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    let call = named(call, ["documents": "texts"])
    let (parameters, isRaw) = try call.read { body throws(JSONFieldError) in
      var parameters = RerankMethod.Parameters(
        query: try body["query"].string(), documents: try body["texts"].strings())
      parameters.returnDocuments = try body["return_text"].ifPresent?.bool() ?? false
      if try body["truncate"].ifPresent?.bool() == false { parameters.overflow = .error }
      return (parameters, try body["raw_scores"].ifPresent?.bool() ?? false)
    }
    let result = try await call.call(RerankMethod.self, parameters.json)
    return HTTPAnswer(
      json: .array(
        result.results.map { item in
          var object: JSONObject = [
            "index": JSONValue(item.index), "score": .score(isRaw ? item.logit : item.score),
          ]
          if let document = item.document { object["text"] = .string(document) }
          return .object(object)
        }))
  }

  static func similarity(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    let call = named(
      call, ["left": "inputs.source_sentence", "right": "inputs.sentences", "promptName": "prompt_name"])
    let parameters = try call.read { body throws(JSONFieldError) in
      var parameters = SimilarityMethod.Parameters(
        left: [.text(try body["inputs"]["source_sentence"].string())],
        right: try body["inputs"]["sentences"].strings().map { .text($0) })
      try Settings(body).apply(&parameters.options)
      parameters.options.normalize = nil
      return parameters
    }
    let scores = try await call.call(SimilarityMethod.self, parameters.json).scores
    return HTTPAnswer(json: .float32s(scores.first ?? []))
  }

  static func tokenize(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    let call = named(call, ["input": "inputs"])
    let parameters = try call.read { body throws(JSONFieldError) in
      let inputs = body["inputs"]
      var texts: [String] = []
      if case .string(let text)? = inputs.value { texts = [text] } else { texts = try inputs.strings() }
      var parameters = TokenizeMethod.Parameters(input: texts)
      parameters.addSpecialTokens = try body["add_special_tokens"].ifPresent?.bool() ?? true
      parameters.positionEncoding = .utf32
      return parameters
    }
    let encodings = try await call.call(TokenizeMethod.self, parameters.json).encodings
    return HTTPAnswer(
      json: .array(zip(encodings, parameters.input).map { encoding, text in .array(tokens(of: encoding, text)) }))
  }

  private static func tokens(of encoding: TokenEncoding, _ text: String) -> [JSONValue] {
    let scalars = Array(text.unicodeScalars)
    return encoding.ids.indices.map { index in
      let isSpecial = encoding.specialTokensMask[index] == 1
      let range = encoding.offsets[index]
      var piece = String.UnicodeScalarView()
      if range.upperBound <= scalars.count { piece.append(contentsOf: scalars[range]) }
      return [
        "id": .integer(Int64(encoding.ids[index])),
        "text": .string(isSpecial ? encoding.tokens[index] : String(piece)), "special": .bool(isSpecial),
        "start": isSpecial ? .null : JSONValue(range.lowerBound),
        "stop": isSpecial ? .null : JSONValue(range.upperBound),
      ]
    }
  }

  static func decode(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    let parameters = try call.read { body throws(JSONFieldError) in
      let field = body["ids"]
      var lists: [[Int32]] = []
      if case .array(let items)? = field.value, case .array? = items.first {
        for list in try field.array() { lists.append(try call.ids(list)) }
      } else {
        lists = [try call.ids(field)]
      }
      var parameters = DetokenizeMethod.Parameters(ids: lists)
      parameters.skipSpecialTokens = try body["skip_special_tokens"].ifPresent?.bool() ?? true
      return parameters
    }
    let texts = try await call.call(DetokenizeMethod.self, parameters.json).texts
    return HTTPAnswer(json: .array(texts.map { .string($0) }))
  }

  static func info(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    let model = try await call.call(ModelInfoMethod.self)
    let limits = call.limits
    return HTTPAnswer(
      json: [
        "model_id": .string(call.models.name), "model_sha": .null,
        "model_dtype": .string(model.precision == "f32" ? "float32" : model.precision),
        "model_type": ["embedding": ["pooling": .string(model.poolings.joined(separator: "+"))]],
        "max_concurrent_requests": JSONValue(limits[.maxHttpConnections]),
        "max_input_length": JSONValue(model.maxSequenceLength), "max_batch_tokens": JSONValue(limits[.maxQueuedTokens]),
        "max_batch_requests": .null, "max_client_batch_size": JSONValue(limits[.maxInputs]), "auto_truncate": true,
        "tokenization_workers": 1, "version": .string(call.service.options.version), "sha": .null,
        "docker_label": .null,
      ])
  }

  static func health(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    HTTPAnswer()
  }
}

extension FaceCall {
  /// The vectors of all tokens of each text.
  fileprivate func embedTokens(
    _ texts: [String], _ change: (inout EmbedMethod.Parameters) -> Void
  ) async throws(HTTPFailure) -> [[[Float]]] {
    var parameters = EmbedMethod.Parameters(input: texts)
    parameters.output = .tokens
    change(&parameters)
    let value: JSONValue
    do throws(CallError) {
      value = try await session.call(EmbedMethod.name, parameters.json, bytes: bytes)
    } catch {
      throw failure(error)
    }
    // Of the result, which also lists the tokens, only the vectors are read.
    do throws(JSONFieldError) {
      var all: [[[Float]]] = []
      for text in try JSONField(value, path: "result")["embeddings"].array() {
        var vectors: [[Float]] = []
        for vector in try text.array() { vectors.append(try vector.float32s()) }
        all.append(vectors)
      }
      return all
    } catch {
      throw HTTPFailure(.internal, error.description)
    }
  }
}
