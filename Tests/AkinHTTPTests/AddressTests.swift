import AkinHTTP
import Testing

@Suite struct AddressTests {
  @Test(arguments: [
    ("127.0.0.1:8711", "http://127.0.0.1:8711"), ("localhost:1", "http://127.0.0.1:1"),
    ("8711", "http://127.0.0.1:8711"),
    (":0", "http://127.0.0.1:0"), ("[::1]:80", "http://[::1]:80"), ("0.0.0.0:80", "http://0.0.0.0:80"),
    ("http://127.0.0.1:8711", "http://127.0.0.1:8711"), ("HTTP://localhost:1/", "http://127.0.0.1:1"),
    ("http://[::1]:80", "http://[::1]:80"), ("unix:a.sock", "unix:a.sock"), ("/run/akin.sock", "unix:/run/akin.sock"),
    ("./a", "unix:./a"),
  ])
  func addressesAreRead(text: String, address: String) throws {
    #expect(try #require(HTTPAddress(text)).description == address)
  }

  @Test(arguments: [
    "", "unix:", "example.org:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1",
    "::1:80",
    "[127.0.0.1]:80", "1.2.3:80", "localhost:http", "https://127.0.0.1:80", "http://127.0.0.1:80/v1", "http://",
    "http:///a",
    "http://unix:a", "://",
  ])
  func othersAreRefused(text: String) {
    #expect(HTTPAddress(text) == nil)
  }

  @Test(arguments: [
    ("127.0.0.1:1", true), ("127.9.9.9:1", true), ("[::1]:1", true), ("unix:/a", true), ("0.0.0.0:1", false),
    ("[::]:1", false), ("192.168.1.2:1", false), ("[::ffff:127.0.0.1]:1", false),
  ])
  func onlyLoopbackIsPrivate(text: String, isPrivate: Bool) throws {
    #expect(try #require(HTTPAddress(text)).isPrivate == isPrivate)
  }

  @Test func aPublicAddressWantsAKey() throws {
    #expect(throws: HTTPServerError.self) { try HTTPServer(.testing("0.0.0.0:0")) { StubSession() } }
    _ = try HTTPServer(.testing("0.0.0.0:0") { $0.key = APIKey("secret") }) { StubSession() }
    _ = try HTTPServer(.testing()) { StubSession() }
  }

  @Test func anEmptyKeyIsNone() {
    #expect(APIKey("") == nil)
  }
}
