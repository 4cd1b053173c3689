import AkinProtocol
import JSON
import Testing

/// Every parameter refuses what it cannot use, and says which it is.
@Suite struct ParameterErrorTests {

  private static let embeddings = [
    ("{}", "params.input"), (#"{"input":3}"#, "params.input"), (#"{"input":null}"#, "params.input"),
    (#"{"input":[]}"#, "params.input"), (#"{"input":["a",3]}"#, "params.input[1]"),
    (#"{"input":["a",["b"]]}"#, "params.input[1]"), (#"{"input":{"text":"a"}}"#, "params.input"),
    (#"{"input":"a","output":"words"}"#, "params.output"), (#"{"input":"a","pooling":"median"}"#, "params.pooling"),
    (#"{"input":"a","normalize":1}"#, "params.normalize"), (#"{"input":"a","prompt":[]}"#, "params.prompt"),
    (#"{"input":"a","promptName":1}"#, "params.promptName"),
    (#"{"input":"a","prompt":"p","promptName":"n"}"#, "params.promptName"),
    (#"{"input":"a","dimensions":0}"#, "params.dimensions"), (#"{"input":"a","dimensions":1.5}"#, "params.dimensions"),
    (#"{"input":"a","dimensions":"9"}"#, "params.dimensions"), (#"{"input":"a","overflow":"cut"}"#, "params.overflow"),
    (#"{"input":"a","dtype":"float16"}"#, "params.dtype"),
    (#"{"input":"a","encodingFormat":"hex"}"#, "params.encodingFormat"),
    (#"{"input":"a","output":"tokens","positionEncoding":"utf-7"}"#, "params.positionEncoding"),
    (#"{"input":"a","positionEncoding":"utf-8"}"#, "params.positionEncoding"),
    (#"{"input":"a","output":"tokens","pooling":"cls"}"#, "params.pooling"),
    (#"{"input":"a","output":"tokens","overflow":"window"}"#, "params.overflow"),
    (#"{"input":"a","workDoneToken":true}"#, "params.workDoneToken"),
    (#"{"input":"a","inputs":["b"]}"#, "params.inputs"), (#"["a"]"#, "params"), (#""a""#, "params"), ("7", "params"),
  ]

  @Test(arguments: embeddings)
  func embed(_ json: String, _ path: String) {
    expectError(EmbedMethod.self, json, at: path)
  }

  @Test(arguments: [
    ("{}", "params.input"), (#"{"input":[1]}"#, "params.input[0]"), (#"{"input":"a","pair":[]}"#, "params.pair"),
    (#"{"input":"a","pair":["b","c"]}"#, "params.pair"), (#"{"input":["a"],"pair":[true]}"#, "params.pair[0]"),
    (#"{"input":"a","addSpecialTokens":"no"}"#, "params.addSpecialTokens"),
    (#"{"input":"a","maxLength":-1}"#, "params.maxLength"), (#"{"input":"a","maxLength":[]}"#, "params.maxLength"),
    (#"{"input":"a","positionEncoding":8}"#, "params.positionEncoding"),
    (#"{"input":"a","max_length":8}"#, "params.max_length"),
  ])
  func tokenize(_ json: String, _ path: String) {
    expectError(TokenizeMethod.self, json, at: path)
  }

  @Test(arguments: [
    ("{}", "params.ids"), (#"{"ids":"101"}"#, "params.ids"), (#"{"ids":[101,-1]}"#, "params.ids[1]"),
    (#"{"ids":[[101],[2147483648]]}"#, "params.ids[1][0]"), (#"{"ids":[[101],102]}"#, "params.ids[1]"),
    (#"{"ids":[101,[102]]}"#, "params.ids[1]"), (#"{"ids":[],"skipSpecialTokens":0}"#, "params.skipSpecialTokens"),
    (#"{"ids":[],"skip":true}"#, "params.skip"),
  ])
  func detokenize(_ json: String, _ path: String) {
    expectError(DetokenizeMethod.self, json, at: path)
  }

  @Test(arguments: [
    ("{}", "params.left"), (#"{"left":[]}"#, "params.left"), (#"{"left":true}"#, "params.left"),
    (#"{"left":["a",null]}"#, "params.left[1]"), (#"{"left":[[1,"b"]]}"#, "params.left[0][1]"),
    (#"{"left":[1,"b"]}"#, "params.left[1]"), (#"{"left":[[]]}"#, "params.left[0]"),
    (#"{"left":[[1,1e300]]}"#, "params.left[0][1]"), (#"{"left":{"base64":"AACAPw"}}"#, "params.left.base64"),
    (#"{"left":{"base64":""}}"#, "params.left.base64"),
    (#"{"left":{"base64":"AACAPw==","dtype":"float64"}}"#, "params.left.dtype"),
    (#"{"left":{"base64":"AACAPw==","dtype":"ubinary"}}"#, "params.left.dtype"),
    (#"{"left":{"base64":"AACAPw==","scale":2}}"#, "params.left.scale"),
    (#"{"left":{"base64":"","dtype":"int8"}}"#, "params.left.base64"),
    (#"{"left":{"base64":"AACAfw=="}}"#, "params.left.base64"),
    (#"{"left":[{"base64":1}]}"#, "params.left[0].base64"), (#"{"left":{"vector":[1]}}"#, "params.left.vector"),
    (#"{"left":"a","right":[]}"#, "params.right"), (#"{"left":"a","right":[[1],{}]}"#, "params.right[1].base64"),
    (#"{"left":"a","function":"cos"}"#, "params.function"), (#"{"left":"a","normalize":"y"}"#, "params.normalize"),
    (#"{"left":"a","rigth":"b"}"#, "params.rigth"), (#"{"left":"a","workDoneToken":[]}"#, "params.workDoneToken"),
  ])
  func similarity(_ json: String, _ path: String) {
    expectError(SimilarityMethod.self, json, at: path)
  }

  private static let searches = [
    (#"{"documents":["d"]}"#, "params.query"), (#"{"query":[],"documents":["d"]}"#, "params.query"),
    (#"{"query":"q"}"#, "params.documents"), (#"{"query":"q","documents":"d"}"#, "params.documents"),
    (#"{"query":"q","documents":[1]}"#, "params.documents[0]"),
    (#"{"query":"q","documents":["d",{"id":"1"}]}"#, "params.documents[1].text"),
    (#"{"query":"q","documents":[{"text":"d","id":1}]}"#, "params.documents[0].id"),
    (#"{"query":"q","documents":[{"text":"d","uri":1}]}"#, "params.documents[0].uri"),
    (#"{"query":"q","documents":[{"text":"d","body":"x"}]}"#, "params.documents[0].body"),
    (#"{"query":"q","documents":[{"text":"d","metadata":{"a":[1]}}]}"#, "params.documents[0].metadata.a"),
    (#"{"query":"q","documents":[{"text":"d","metadata":3}]}"#, "params.documents[0].metadata"),
    (#"{"query":"q","collection":3}"#, "params.collection"),
    (#"{"query":"q","documents":[],"collection":"c"}"#, "params.collection"),
    (#"{"query":"q","documents":[],"topK":0}"#, "params.topK"),
    (#"{"query":"q","documents":[],"minScore":"0"}"#, "params.minScore"),
    (#"{"query":"q","documents":[],"minScore":1e99}"#, "params.minScore"),
    (#"{"query":"q","documents":[],"minScore":1.5}"#, "params.minScore"),
    (#"{"query":"q","collection":"c","mode":"semantic","minScore":-2}"#, "params.minScore"),
    (#"{"query":"q","collection":"c","minSimilarity":"0"}"#, "params.minSimilarity"),
    (#"{"query":"q","collection":"c","mode":"keyword","minSimilarity":2}"#, "params.minSimilarity"),
    (#"{"query":"q","documents":[],"minSimilarity":-1.5}"#, "params.minSimilarity"),
    (#"{"query":"q","documents":[],"budgetMs":5}"#, "params.budgetMs"),
    (#"{"query":"q","collection":"c","budgetMs":-1}"#, "params.budgetMs"),
    (#"{"query":"q","documents":[],"mode":"fuzzy"}"#, "params.mode"),
    (#"{"query":["a",[1]],"documents":[],"mode":"keyword"}"#, "params.query[1]"),
    (#"{"query":[1],"documents":[],"mode":"hybrid"}"#, "params.query"),
    (#"{"query":[[1]],"documents":[],"mode":"hybrid"}"#, "params.query[0]"),
    (#"{"query":"q","documents":[],"filter":"x"}"#, "params.filter"),
    (#"{"query":"q","documents":[],"filter":{"a":null}}"#, "params.filter.a"),
    (#"{"query":"q","documents":[],"filter":{"a":{}}}"#, "params.filter.a"),
    (#"{"query":"q","documents":[],"filter":{"a":{"above":1}}}"#, "params.filter.a.above"),
    (#"{"query":"q","documents":[],"filter":{"a":{"lt":true}}}"#, "params.filter.a.lt"),
    (#"{"query":"q","documents":[],"filter":{"a":{"in":[1,[]]}}}"#, "params.filter.a.in[1]"),
    (#"{"query":"q","documents":[],"filter":{"a":{"exists":1}}}"#, "params.filter.a.exists"),
    (#"{"query":"q","documents":[],"overflow":1}"#, "params.overflow"),
    (#"{"query":"q","documents":[],"top_k":1}"#, "params.top_k"),
    (#"{"query":"q","documents":[],"normalize":true}"#, "params.normalize"),
  ]

  @Test(arguments: searches)
  func search(_ json: String, _ path: String) {
    expectError(SearchMethod.self, json, at: path)
  }

  @Test func methodsWithoutParametersRefuseAny() {
    expectError(ModelListMethod.self, #"{"name":"x"}"#, at: "params.name")
    expectError(ModelInfoMethod.self, #"{"name":"x"}"#, at: "params.name")
    expectError(ServerStatusMethod.self, "[1]", at: "params")
    expectError(ShutdownMethod.self, #"{"now":true}"#, at: "params.now")
    expectError(DiscoverMethod.self, "[1,2]", at: "params")
  }

  @Test func anUnknownParameterNamesTheNearestKnownOne() {
    let error = expectError(EmbedMethod.self, #"{"input":"a","normalise":true}"#, at: "params.normalise")
    #expect(error?.expected == "\"normalize\"")
    let other = expectError(SearchMethod.self, #"{"query":"q","documents":[],"top_k":1}"#, at: "params.top_k")
    #expect(other?.expected == "\"topK\"")
  }

  @Test func parametersByPositionAreExplained() {
    let error = expectError(EmbedMethod.self, #"["a","b"]"#, at: "params")
    #expect(error?.expected == "an object of named parameters (parameters by position are not supported)")
    #expect(error?.found == "an array of 2 values")
  }

  @Test func textsAreNeverQuoted() {
    let error = expectError(SimilarityMethod.self, #"{"left":{"base64":"a secret text"}}"#, at: "params.left.base64")
    #expect(error?.found == "a string of 13 characters")
  }

  @discardableResult
  private func expectError<M: RequestMethod>(
    _ method: M.Type, _ json: String, at path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) -> JSONFieldError? {
    let error = #expect(throws: JSONFieldError.self, "\(json)", sourceLocation: sourceLocation) {
      try parameters(method, json)
    }
    #expect(error?.path == path, "\(json)", sourceLocation: sourceLocation)
    #expect(error?.expected.isEmpty == false && error?.found.isEmpty == false, sourceLocation: sourceLocation)
    return error
  }
}
