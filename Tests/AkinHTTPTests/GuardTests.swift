import AkinHTTP
import Testing

@Suite struct GuardTests {
  private func status(_ head: RequestHead, _ options: HTTPOptions = .testing()) -> Int? {
    RequestGuard(options).refusal(of: head)?.kind.status
  }

  private func head(host: String, _ fields: [(String, String)] = []) -> RequestHead {
    RequestHead(
      method: "GET", target: "/info", fields: [(name: "Host", value: host)] + fields.map { (name: $0, value: $1) })
  }

  @Test(arguments: [
    "localhost", "LOCALHOST:8711", "127.0.0.1:1", "[::1]", "[::1]:8711", "localhost.", "LocalHost.:80", "localhost:",
    "127.0.0.9:8711", "[0:0:0:0:0:0:0:1]:8711",
  ])
  func thisMachineHasItsNames(host: String) {
    #expect(status(head(host: host)) == nil)
  }

  @Test(arguments: [
    "evil.example", "localhost.evil.example:8711", "127.0.0.1.nip.io", "", "localhost:x", "::1", ".", "localhost..",
    "me@localhost", "localhost:80:80", "127.1", "0x7f.0.0.1", "2130706433", "0.0.0.0:8711", "[::]", "[::1", "[::1]x",
    "[::ffff:10.0.0.1]", "[fe80::1]:8711", "10.0.0.1", "localhost/", "localhost ",
  ])
  func anotherNameIsRebinding(host: String) {
    #expect(status(head(host: host)) == 403)
  }

  @Test func aHostIsWantedOnce() {
    #expect(status(RequestHead(method: "GET", target: "/info", fields: [])) == 400)
    #expect(status(head(host: "localhost", [("host", "localhost")])) == 400)
    #expect(status(head(host: "box.lan"), .testing { $0.hosts = ["box.lan"] }) == nil)
    // Nobody reaches a socket by a name.
    #expect(status(RequestHead(method: "GET", target: "/info", fields: []), .testing("unix:/a")) == nil)
  }

  @Test(arguments: ["http://evil.example", "null", "http://localhost:3000", "https://localhost:8711"])
  func pagesFromElsewhereAreRefused(origin: String) {
    #expect(status(head(host: "localhost:8711", [("Origin", origin)])) == 403)
  }

  @Test func pagesThatAreLetMayAsk() {
    let options = HTTPOptions.testing { $0.origins = ["http://localhost:3000"] }
    let asked = head(host: "localhost:8711", [("Origin", "http://localhost:3000")])
    #expect(status(asked, options) == nil)
    #expect(RequestGuard(options).crossOriginFields(asked).contains { $0.value == "http://localhost:3000" })
    #expect(RequestGuard(options).crossOriginFields(head(host: "localhost")).isEmpty)
    #expect(status(head(host: "localhost:8711", [("Origin", "http://localhost:8711")])) == nil)
    #expect(
      status(head(host: "localhost:8711", [("Origin", "http://localhost:3000"), ("Origin", "x")]), options) == 403)
  }

  @Test(
    arguments: [
      ([], 401), ([("Authorization", "Bearer secret")], nil), ([("authorization", "bearer secret")], nil),
      ([("Authorization", "Bearer secre")], 401), ([("Authorization", "Bearer secrett")], 401),
      ([("Authorization", "Bearer secretsecret")], 401), ([("Authorization", "Basic secret")], 401),
      // The name and password of an address: "me:secret", "secret", "secret:", ":secret", "me:other!", "me:secret:".
      ([("Authorization", "Basic bWU6c2VjcmV0")], nil), ([("Authorization", "Basic c2VjcmV0")], 401),
      ([("Authorization", "Basic c2VjcmV0Og==")], 401), ([("Authorization", "basic OnNlY3JldA==")], nil),
      ([("Authorization", "Basic bWU6b3RoZXIh")], 401), ([("Authorization", "Basic bWU6c2VjcmV0Og==")], 401),
      ([("Authorization", "Bearer ")], 401), ([("X-API-Key", "secret")], nil), ([("X-API-Key", "other!")], 401),
      ([("X-API-Key", "secret"), ("X-API-Key", "other!")], 401),
    ] as [([(String, String)], Int?)])
  func theKeyIsAskedFor(fields: [(String, String)], expected: Int?) {
    #expect(status(head(host: "localhost", fields), .testing { $0.key = APIKey("secret") }) == expected)
  }

  @Test(arguments: [
    ("", true), ("secret", true), ("two words", true), ("schl\u{FC}ssel", true), (" ", false), ("secret ", false),
    (" secret", false), ("secret\n", false), ("se\ncret", false), ("\t", false), ("secret\u{7F}", false),
    ("\r\n", false),
  ])
  func aKeyThatNoClientCanSendIsNone(key: String, isSendable: Bool) {
    #expect(APIKey.isSendable(key) == isSendable)
  }

  @Test func aPageIsGotByWhoKnowsItsPath() async throws {
    let options = HTTPOptions.testing { options in
      options.key = APIKey("secret")
      options.page = HTTPPage(path: "/map/0123", body: Array("<p>".utf8))
    }
    let service = HTTPService(options)
    #expect(service.refusal(of: .testing("GET", "/map/0123")) == nil)
    #expect(service.refusal(of: .testing("HEAD", "/map/0123?x")) == nil)
    let answer = await service.answer(.testing("GET", "/map/0123"), body: [], session: StubSession())
    #expect(answer.status == 200 && answer.body == Array("<p>".utf8))
    #expect(answer.fields.contains { $0.name == "Cache-Control" && $0.value == "no-store" })
    for path in ["/map/0124", "/map/012", "/map/01230", "/map/", "/MAP/0123", "/"] {
      #expect(service.refusal(of: .testing("GET", path))?.status == 401, "\(path)")
    }
    #expect(service.refusal(of: .testing("POST", "/map/0123"))?.status == 405)
    let elsewhere = RequestHead(method: "GET", target: "/map/0123", fields: [(name: "Host", value: "evil.example")])
    #expect(service.refusal(of: elsewhere)?.status == 403)
    #expect(service.refusal(of: .testing("GET", "/map/0123", [("Origin", "http://evil.example")]))?.status == 403)
    #expect(HTTPPage(path: "", body: []) == nil)
  }

  @Test func aSignOfLifeNeedsNoKey() {
    let options = HTTPOptions.testing { $0.key = APIKey("secret") }
    #expect(status(.testing("GET", "/health"), options) == nil)
    #expect(status(.testing("GET", "/metrics"), options) == 401)
  }

  @Test func onlyPathsAreTargets() {
    #expect(status(.testing("GET", "http://evil.example/info")) == 400)
  }
}
