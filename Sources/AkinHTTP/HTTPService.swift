import AkinProtocol
import JSON
import Platform
import Synchronization

/// What all connections share: the faces, who may use them, and the counters.
package final class HTTPService: Sendable {
  package let options: HTTPOptions
  let models: ServedModels
  let rerankModels: ServedModels
  let counts = HTTPCounts()
  /// Seconds since 1970.
  let start: Int64
  private let guardian: RequestGuard
  private let ids = Atomic(0)

  package init(_ options: HTTPOptions) {
    self.options = options
    guardian = RequestGuard(options)
    models = ServedModels(options.models)
    rerankModels = ServedModels(options.rerankModels.isEmpty ? options.models : options.rerankModels)
    start = Int64(time(nil))
  }

  /// The models that lists show.
  var served: [String] {
    [models.name] + (models.name == rerankModels.name ? [] : [rerankModels.name])
  }

  /// The start in ISO 8601.
  var startText: String {
    var seconds = time_t(start)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let day = "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    return "\(day)T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }

  /// A name for an answer.
  func newID() -> String {
    "akin-\(start)-\(ids.add(1, ordering: .relaxed).newValue)"
  }

  /// Why a request is refused before its body is read; nil where it is read.
  package func refusal(of head: RequestHead) -> HTTPAnswer? {
    let face = Face(path: head.path)
    if let failure = guardian.refusal(of: head) { return face.answer(failure) }
    if head.method == "OPTIONS" {
      let fields = guardian.crossOriginFields(head)
      return HTTPAnswer(status: 204, fields: fields + [("Allow", Route.methods(of: head.path).joined(separator: ", "))])
    }
    let methods = isPage(head) ? HTTPPage.methods : Route.methods(of: head.path)
    guard !methods.isEmpty else {
      return face.answer(HTTPFailure(.notFound, "nothing is at \(head.path.prefix(100))"))
    }
    guard methods.contains(head.method) else {
      var failure = HTTPFailure(.methodNotAllowed, "\(head.path) takes \(methods.joined(separator: " and "))")
      failure.fields["Allow"] = methods.joined(separator: ", ")
      return face.answer(failure)
    }
    if head.method == "POST", let failure = typeRefusal(head, face) { return face.answer(failure) }
    if let length = head["content-length"].flatMap({ Int($0) }), length > options.limits[.maxMessageBytes] {
      return tooLarge(head)
    }
    return nil
  }

  /// The answer to a body over the limit.
  package func tooLarge(_ head: RequestHead) -> HTTPAnswer {
    let limit = options.limits[.maxMessageBytes]
    return Face(path: head.path).answer(
      HTTPFailure(.tooLarge, "a body of more than \(limit) bytes (\(ServerLimit.maxMessageBytes.flag))"))
  }

  /// The answer where too many bodies are held.
  package func overloaded(_ head: RequestHead) -> HTTPAnswer {
    Face(path: head.path).answer(
      HTTPFailure(.overloaded, "too many bytes of requests wait (\(ServerLimit.maxPendingBytes.flag))"))
  }

  /// Answers a request that has not been refused.
  package func answer(_ head: RequestHead, body: [UInt8], session: any HTTPSession) async -> HTTPAnswer {
    let face = Face(path: head.path)
    var answer: HTTPAnswer
    do throws(HTTPFailure) {
      answer = try await result(head, body, session)
    } catch {
      answer = face.answer(error)
    }
    answer.fields += guardian.crossOriginFields(head)
    return answer
  }

  private func result(
    _ head: RequestHead, _ bytes: [UInt8], _ session: any HTTPSession
  ) async throws(HTTPFailure) -> HTTPAnswer {
    let call = { (body: JSONValue?) in
      FaceCall(session: session, service: self, head: head, body: JSONField(body, path: ""), bytes: bytes.count)
    }
    if head.path == "/", head.method == "POST" {
      if let answer = try await MessagesFace.post(bytes, call) { return answer }
      guard let answer = await session.answer(bytes) else { return HTTPAnswer(status: 204) }
      return HTTPAnswer(serialized: answer)
    }
    if let page = options.page, isPage(head) { return page.answer }
    guard let route = Route.find(head) else { throw HTTPFailure(.notFound, "nothing is at \(head.path.prefix(100))") }
    guard head.method == "POST" else { return try await route.answer(call(nil)) }
    let body: JSONValue
    do throws(JSONParseError) {
      body = try JSONValue.parse(bytes, limits: options.limits.message)
    } catch {
      throw HTTPFailure(.badRequest, "the body is not JSON: \(error)")
    }
    return try await route.answer(call(body))
  }

  private func isPage(_ head: RequestHead) -> Bool { options.page?.isAt(head.path) ?? false }

  private func typeRefusal(_ head: RequestHead, _ face: Face) -> HTTPFailure? {
    if let encoding = head["content-encoding"], encoding.lowercased() != "identity" {
      return HTTPFailure(.unsupportedType, "a body in the encoding \(encoding.prefix(32)): send it plain")
    }
    // Where it stands twice, each must be one.
    for text in head.fields["content-type"] ?? [] {
      let type = text.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
      let isJSON = type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
      // What curl says of -d, with which Ollama's documents show its requests.
      guard isJSON || (face == .ollama && type == "application/x-www-form-urlencoded") else {
        return HTTPFailure(.unsupportedType, "a body of type \(type.prefix(64)): send application/json")
      }
    }
    return nil
  }
}

/// What is counted of HTTP itself.
final class HTTPCounts: Sendable {
  struct Snapshot {
    var statuses: [Int: Int] = [:]
    var connections = 0
    /// Bytes of bodies that are held.
    var held = 0
  }

  private let state = Mutex(Snapshot())

  func snapshot() -> Snapshot { state.withLock { $0 } }

  func answered(_ status: Int) {
    state.withLock { $0.statuses[status, default: 0] += 1 }
  }

  /// - Returns: false where there are `limit` already.
  func connect(limit: Int) -> Bool {
    state.withLock { state in
      guard state.connections < limit else { return false }
      state.connections += 1
      return true
    }
  }

  func disconnect() {
    state.withLock { $0.connections -= 1 }
  }

  /// - Returns: false where that would be more than `limit` together.
  func hold(_ bytes: Int, limit: Int) -> Bool {
    state.withLock { state in
      guard state.held <= limit - bytes else { return false }
      state.held += bytes
      return true
    }
  }

  func release(_ bytes: Int) {
    state.withLock { $0.held -= bytes }
  }
}
