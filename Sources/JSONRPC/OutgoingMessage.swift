import JSON

/// The texts the server sends. An answer has `jsonrpc`, `id`, and `result` or `error`, and nothing else: some clients
/// fail on any other member.
package enum OutgoingMessage {
  /// An answer with a result or an error.
  package static func answer(_ id: JSONRPCID, _ outcome: Result<JSONValue, ResponseError>) -> [UInt8] {
    var bytes = Array("{\"jsonrpc\":\"2.0\",\"id\":".utf8)
    bytes.append(contentsOf: id.text)
    switch outcome {
    case .success(let value):
      bytes.append(contentsOf: ",\"result\":".utf8)
      value.write(into: &bytes)
    case .failure(let error):
      bytes.append(contentsOf: ",\"error\":".utf8)
      error.write(into: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  /// A request.
  package static func request(_ id: String, _ method: String, _ params: JSONValue) -> [UInt8] {
    var bytes = Array("{\"jsonrpc\":\"2.0\",\"id\":".utf8)
    JSONValue.string(id).write(into: &bytes)
    // The rest as a notification has it.
    return bytes + [UInt8(ascii: ",")] + notification(method, params).dropFirst("{\"jsonrpc\":\"2.0\",".utf8.count)
  }

  /// A notification.
  package static func notification(_ method: String, _ params: JSONValue) -> [UInt8] {
    var bytes = Array("{\"jsonrpc\":\"2.0\",\"method\":".utf8)
    JSONValue.string(method).write(into: &bytes)
    bytes.append(contentsOf: ",\"params\":".utf8)
    params.write(into: &bytes)
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }
}
