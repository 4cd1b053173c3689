import AkinProtocol
import JSON
import Testing

/// Reads parameters as a server does.
func parameters<M: RequestMethod>(_ method: M.Type, _ json: String) throws -> M.Parameters {
  try M.Parameters(JSONField(try JSONValue.parse(Array(json.utf8)), path: "params"))
}

/// What a value comes to when it is written to the wire and read back.
func sent<T: ProtocolValue>(_ value: T) throws -> T {
  try T(JSONField(try JSONValue.parse(value.json.serialized()), path: "value"))
}

/// Checks that a value survives the wire.
func expectRoundTrip<T: ProtocolValue>(_ value: T, sourceLocation: SourceLocation = #_sourceLocation) throws {
  #expect(try sent(value) == value, sourceLocation: sourceLocation)
}
