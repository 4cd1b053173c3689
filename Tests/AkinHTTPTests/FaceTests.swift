import AkinHTTP
import AkinProtocol
import JSON
import Testing

/// The faces over a session that computes nothing: what they ask of it, and how they say what it answers.
@Suite struct FaceTests {
  private func answer(
    _ method: String, _ path: String, _ body: String = "", session: StubSession = StubSession(),
    options: HTTPOptions = .testing()
  ) async -> HTTPAnswer {
    let service = HTTPService(options)
    let head = RequestHead.testing(method, path, method == "POST" ? [("Content-Type", "application/json")] : [])
    if let refused = service.refusal(of: head) { return refused }
    return await service.answer(head, body: Array(body.utf8), session: session)
  }

  private func json(_ answer: HTTPAnswer) throws -> JSONValue { try JSONValue.parse(answer.body) }

  private static let name = "sentence-transformers/all-MiniLM-L6-v2"

  // MARK: Vectors

  @Test(
    arguments: [
      (#""abc""#, [[3, 0.5]]), (#"["a","abcd"]"#, [[1, 0.5], [4, 0.5]]), ("[1,2]", [[2, 0.5]]),
      ("[[1],[0,2,3]]", [[1, 0.5], [2, 0.5]]),
    ] as [(String, [[Float]])])
  func textsAndTheirIDsAreEmbedded(input: String, vectors: [[Float]]) async throws {
    let openAI = try json(
      await answer("POST", "/v1/embeddings", #"{"model":"all-MiniLM-L6-v2","user":"u","input":\#(input)}"#))
    let data = try JSONField(openAI, path: "")["data"].array()
    #expect(try data.map { try $0["embedding"].float32s() } == vectors)
    #expect(try data.map { try $0["index"].int() } == Array(vectors.indices))
    #expect(openAI["object"] == "list" && openAI["model"] == .string(Self.name))
    #expect(openAI["usage"]?["prompt_tokens"] == openAI["usage"]?["total_tokens"])

    let inference = try json(await answer("POST", "/embed", #"{"inputs":\#(input)}"#))
    #expect(try JSONField(inference, path: "").array().map { try $0.float32s() } == vectors)
    #expect(try json(await answer("POST", "/", #"{"inputs":\#(input)}"#)) == inference)

    let ollama = try json(await answer("POST", "/api/embed", #"{"model":"all-minilm-l6-v2:latest","input":\#(input)}"#))
    #expect(try JSONField(ollama["embeddings"], path: "").array().map { try $0.float32s() } == vectors)
  }

  @Test(arguments: [("[99,7]", "input[0]"), ("[[1],[27]]", "input[1][0]")])
  func idsOutsideTheVocabularyAreNamedAsTheyWereSent(input: String, place: String) async throws {
    let path = input.hasPrefix("[[") ? "params.ids[1][0]" : "params.ids[0][0]"
    let error = CallError(
      code: AkinErrorCode.invalidParams.rawValue, message: "as asked",
      data: ErrorData(.invalidParams, path: path, expected: "an id", found: "another").json)
    let answer = await answer(
      "POST", "/v1/embeddings", #"{"model":"all-MiniLM-L6-v2","input":\#(input)}"#, session: StubSession(failing: error)
    )
    #expect(answer.status == 400)
    #expect(try json(answer)["error"]?["param"] == .string(place))
    #expect(try json(answer)["error"]?["message"] == .string("\(place): expected an id, found another"))
  }

  @Test(arguments: ["", #","input":"""#, #","input":[]"#, #","input":null"#])
  func ollamaIsAskedForNothingToLoadItsModel(input: String) async throws {
    let answer = await answer("POST", "/api/embed", #"{"model":"all-MiniLM-L6-v2"\#(input)}"#)
    #expect(answer.status == 200)
    #expect(try json(answer)["embeddings"] == [])
    let older = await self.answer("POST", "/api/embeddings", #"{"model":"all-MiniLM-L6-v2","prompt":""}"#)
    #expect(try json(older)["embedding"] == [])
  }

  @Test func clientsOfTextEmbeddingsInferenceNameNoModel() async throws {
    let value = try json(await answer("POST", "/v1/embeddings", #"{"input":["abc"]}"#))
    #expect(value["model"] == .string(Self.name))
    #expect(try JSONField(value, path: "")["data"].array()[0]["embedding"].float32s() == [3, 0.5])
    #expect(try json(await answer("POST", "/v1/embeddings", #"{"input":[]}"#))["message"] != nil)
  }

  @Test func base64IsAString() async throws {
    let value = try json(
      await answer("POST", "/v1/embeddings", #"{"model":"\#(Self.name)","input":"abc","encoding_format":"base64"}"#))
    let text = try JSONField(value, path: "")["data"].array()[0]["embedding"].string()
    #expect(try Float32Bytes.decode(#require(Base64.decode(text))) == [3, 0.5])
  }

  @Test func whatIsAskedForReachesTheEngine() async throws {
    let session = StubSession()
    _ = await answer(
      "POST", "/embed",
      #"{"inputs":"a","normalize":false,"truncate":false,"prompt_name":"query","dimensions":2,"truncation_direction":"Right"}"#,
      session: session)
    let parameters = try #require(session.calls.withLock { $0.first?.parameters })
    #expect(parameters["normalize"] == false && parameters["overflow"] == "error")
    #expect(parameters["promptName"] == "query" && parameters["dimensions"] == 2)
    _ = await answer(
      "POST", "/api/embed", #"{"model":"all-MiniLM-L6-v2","input":"a","truncate":false}"#, session: session)
    #expect(session.calls.withLock { $0.last?.parameters["overflow"] } == "error")
  }

  @Test(arguments: ["/v1/embeddings", "/api/embed", "/embed"])
  func vectorsThatAreCutHaveLengthOneAgain(path: String) async throws {
    let session = StubSession()
    for dimensions in ["", #","dimensions":2"#] {
      _ = await answer(
        "POST", path, #"{"model":"all-MiniLM-L6-v2","input":"a","inputs":"a"\#(dimensions)}"#, session: session)
    }
    let calls = session.calls.withLock { $0.map(\.parameters) }
    #expect(calls.count == 2 && calls[1]["dimensions"] == 2 && calls[1]["normalize"] == true)
    #expect(calls[0]["dimensions"] == nil && calls[0]["normalize"] == (path == "/embed" ? true : nil))
  }

  @Test func whatWasCutIsTold() async {
    let answer = await answer("POST", "/embed", #"{"inputs":["a","too long","also too long"]}"#)
    #expect(answer.fields.contains { $0.name == "Akin-Truncated" && $0.value == "2" })
  }

  @Test(arguments: ["[99]", "[[27]]"])
  func idsOfAnotherVocabularyAreRefused(ids: String) async {
    #expect(await answer("POST", "/embed", #"{"inputs":\#(ids)}"#).status == 400)
  }

  // MARK: Pairs and tokens

  @Test func documentsAreReranked() async throws {
    let inference = try json(await answer("POST", "/rerank", #"{"query":"q","texts":["a","b"],"return_text":true}"#))
    #expect(inference.description == #"[{"index":1,"score":0.5,"text":"b"},{"index":0,"score":0.5,"text":"a"}]"#)
    let raw = try json(await answer("POST", "/", #"{"query":"q","texts":["a"],"raw_scores":true}"#))
    #expect(raw.description == #"[{"index":0,"score":-1.5}]"#)
    for path in ["/v1/rerank", "/v2/rerank"] {
      let cohere = try json(
        await answer(
          "POST", path,
          #"{"model":"all-MiniLM-L6-v2","query":"q","documents":["a",{"text":"b"}],"top_n":1,"return_documents":true}"#)
      )
      #expect(cohere["results"]?.description == #"[{"index":1,"relevance_score":0.5,"document":{"text":"b"}}]"#)
    }
  }

  @Test func textsAreComparedTokenizedAndDecoded() async throws {
    let body = #"{"inputs":{"source_sentence":"a","sentences":["b","c"]}}"#
    for path in ["/similarity", "/"] { #expect(try json(await answer("POST", path, body)).description == "[0.25,1.0]") }
    let tokens = try json(await answer("POST", "/tokenize", #"{"inputs":"ab"}"#))
    #expect(
      tokens.description
        == #"[[{"id":0,"text":"[CLS]","special":true,"start":null,"stop":null},{"id":1,"text":"a","special":false,"start":0,"stop":1},{"id":2,"text":"b","special":false,"start":1,"stop":2}]]"#
    )
    #expect(try json(await answer("POST", "/decode", #"{"ids":[1,2]}"#)) == ["ab"])
    #expect(try json(await answer("POST", "/decode", #"{"ids":[[1],[2]]}"#)) == ["a", "b"])
  }

  // MARK: Sparse vectors

  @Test func sparseVectorsArePairsOfWordAndValue() async throws {
    let one = await answer("POST", "/embed_sparse", #"{"inputs":"abcdefg"}"#)
    #expect(String(decoding: one.body, as: UTF8.self) == #"[[{"index":3,"value":2.0},{"index":7,"value":0.5}]]"#)
    #expect(one.fields.contains { $0.name == "Akin-Truncated" && $0.value == "1" })
    let two = await answer("POST", "/embed_sparse", #"{"inputs":["abcd","abcdef"],"normalize":true}"#)
    #expect(
      String(decoding: two.body, as: UTF8.self)
        == #"[[{"index":3,"value":1.0},{"index":4,"value":0.5}],[{"index":3,"value":1.0},{"index":6,"value":0.5}]]"#)
  }

  @Test func aModelWithoutSparseVectorsSaysSo() async throws {
    let error = CallError(
      code: AkinErrorCode.invalidParams.rawValue, message: "as asked",
      data: ErrorData(.invalidParams, path: "params.output", expected: "one vector", found: "sparse").json)
    let answer = await answer("POST", "/embed_sparse", #"{"inputs":"a"}"#, session: StubSession(failing: error))
    #expect(answer.status == 424)
    #expect(try json(answer)["error_type"] == "Backend")
  }

  @Test(arguments: [
    ("/rerank", #"{"query":"q","texts":["a"]}"#), ("/v1/rerank", #"{"query":"q","documents":["a"]}"#),
    ("/embed", #"{"inputs":"a"}"#),
  ])
  func whatTheModelCannotDoIsNoFaultOfTheRequest(path: String, body: String) async throws {
    let error = CallError(
      code: AkinErrorCode.invalidParams.rawValue, message: "as asked",
      data: ErrorData(.invalidParams, path: "params.model", expected: "a cross-encoder", found: "a model of vectors")
        .json)
    let answer = await answer("POST", path, body, session: StubSession(failing: error))
    #expect(answer.status == 424)
    if path != "/v1/rerank" { #expect(try json(answer)["error_type"] == "Backend") }
  }

  // MARK: The rest

  @Test func modelsAreListed() async throws {
    let options = HTTPOptions.testing { $0.rerankModels = ["cross/encoder"] }
    let models = try json(await answer("GET", "/v1/models", options: options))
    #expect(
      try JSONField(models, path: "")["data"].array().map { try $0["id"].string() } == [Self.name, "cross/encoder"])
    #expect(await answer("GET", "/v1/models/\(Self.name)").status == 200)
    #expect(await answer("GET", "/v1/models/sentence-transformers%2Fall-MiniLM-L6-v2").status == 200)
    #expect(await answer("GET", "/v1/models/other").status == 404)
    #expect(try json(await answer("GET", "/api/version"))["version"] == "1.2.3")
    let tags = try json(await answer("GET", "/api/tags"))
    #expect(try JSONField(tags, path: "")["models"].array()[0]["name"].string() == Self.name)
    #expect(await answer("GET", "/health").status == 200)
  }

  @Test func messagesArePassedOn() async {
    #expect(await answer("POST", "/", #"{"jsonrpc":"2.0","inputs":1}"#).body == Array("message".utf8))
    #expect(await answer("POST", "/", "[").body == Array("message".utf8))
    #expect(await answer("POST", "/", "?").status == 204)
  }

  @Test(arguments: [
    ("POST", "/v1/embeddings", #"{"model":"gpt","input":"a"}"#, 404, #""code":"model_not_found""#),
    ("POST", "/v1/embeddings", #"{"model":"all-MiniLM-L6-v2"}"#, 400, #""param":"input""#),
    ("POST", "/v1/embeddings", #"{"model":"all-MiniLM-L6-v2","input":[]}"#, 400, #""param":"input""#),
    (
      "POST", "/v1/embeddings", #"{"model":"all-MiniLM-L6-v2","input":"a","encoding_format":"f"}"#, 400,
      "encoding_format"
    ),
    ("POST", "/v1/embeddings", "{", 400, #""type":"invalid_request_error""#),
    ("POST", "/embed", #"{"inputs":"a","truncation_direction":"Left"}"#, 400, #""error_type":"Validation""#),
    ("POST", "/embed", #"{"inputs":["a",1]}"#, 400, "inputs[1]"),
    ("POST", "/embed_sparse", #"{"inputs":[]}"#, 400, #""error_type":"Validation""#),
    ("POST", "/embed", #"{"inputs":""}"#, 400, "inputs: expected a text, found an empty string"),
    ("POST", "/v1/embeddings", #"{"model":"all-MiniLM-L6-v2","input":""}"#, 400, #""param":"input""#),
    ("POST", "/v1/embeddings", #"{"model":"all-MiniLM-L6-v2","input":["a",""]}"#, 400, #""param":"input[1]""#),
    ("POST", "/v1/embeddings", #"{"model":"all-MiniLM-L6-v2","input":"a","user":5}"#, 400, #""param":"user""#),
    ("POST", "/v1/embeddings", #"{"model":"all-MiniLM-L6-v2","input":"a","dimensions":0}"#, 400, "dimensions"),
    ("POST", "/v1/embeddings", #"{"model":5,"input":"a"}"#, 400, #""param":"model""#),
    ("POST", "/v2/rerank", #"{"model":"x","query":"q","documents":["a"]}"#, 404, #"{"message":"#),
    (
      "POST", "/v1/rerank", #"{"query":"q","documents":[{"text":"a","title":"b"}],"rank_fields":["title"]}"#, 400,
      "rank_fields"
    ),
    ("POST", "/api/embed", #"{"model":"x","input":"a"}"#, 404, #"{"error":"the model"#),
    ("GET", "/nothing", "", 404, #""error_type":"Validation""#),
    ("GET", "/v1/nothing", "", 404, #""type":"invalid_request_error","param":null,"code":null"#),
    ("DELETE", "/embed", "", 405, "takes POST"), ("GET", "/embed", "", 405, "takes POST"),
    ("POST", "/health", "", 405, "takes GET and HEAD"),
  ])
  func errorsHaveTheFacesShape(method: String, path: String, body: String, status: Int, part: String) async throws {
    let answer = await answer(method, path, body)
    #expect(answer.status == status)
    #expect(String(decoding: answer.body, as: UTF8.self).contains(part))
    #expect(try json(answer)["error"] != nil || json(answer)["message"] != nil)
  }

  @Test(arguments: [
    (AkinErrorCode.overloaded, 429), (.connectionBacklog, 429), (.modelMissing, 503), (.limitExceeded, 413),
    (.textTooLong, 413), (.invalidParams, 400), (.internalError, 500), (.serverCancelled, 503), (.unknownPrompt, 400),
  ])
  func whatTheEngineRefusesHasAStatus(code: AkinErrorCode, status: Int) async throws {
    let error = CallError(
      code: code.rawValue, message: "as asked",
      data: ErrorData(code, path: "params.input[3]", expected: "this", found: "that").json)
    let answer = await answer("POST", "/embed", #"{"inputs":"a"}"#, session: StubSession(failing: error))
    #expect(answer.status == status)
    #expect(try json(answer)["error"] == "inputs[3]: expected this, found that")
    #expect(answer.fields.contains { $0.name == "Retry-After" } == [429, 503].contains(status))
  }

  @Test func onlyPlainJSONIsTaken() {
    let service = HTTPService(.testing())
    func status(_ path: String, _ name: String, _ value: String) -> Int? {
      service.refusal(of: .testing("POST", path, [(name, value)]))?.status
    }
    #expect(status("/embed", "Content-Type", "text/plain") == 415)
    #expect(status("/embed", "Content-Type", "Application/JSON; charset=utf-8") == nil)
    #expect(status("/embed", "Content-Type", "application/x-www-form-urlencoded") == 415)
    #expect(status("/api/embed", "Content-Type", "application/x-www-form-urlencoded") == nil)
    #expect(status("/embed", "Content-Encoding", "gzip") == 415)
    #expect(status("/embed", "Content-Length", "99999999999") == 413)
    #expect(service.refusal(of: .testing("POST", "/embed")) == nil)
  }
}
