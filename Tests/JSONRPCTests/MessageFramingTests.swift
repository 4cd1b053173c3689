import JSONRPC
import Testing

@Suite struct MessageFramingTests {
  @Test func lines() {
    var framing = MessageFraming()
    #expect(framing.feed(Array("{}\n".utf8)) == [.message(Array("{}".utf8))])
  }
}
