import JSON
import Testing

/// Typed access and the errors it gives.
@Suite struct JSONFieldTests {
  @Test func optionalClosures() throws {
    let field = JSONField(["k": 3, "s": nil], path: "params")
    #expect(try field["k"].ifPresent?.int(in: 1...5) == 3)
    #expect(try field["s"].optional { field throws(JSONFieldError) in try field.string() } == nil)
    #expect(try field["x"].ifPresent?.string() == nil)
  }
}
