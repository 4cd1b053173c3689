import AkinProtocol
import JSON

/// `rpc.discover`: the document, with the limits that hold here.
struct DiscoverHandler: MethodHandler {
  typealias Method = DiscoverMethod

  func answer(_: NoParameters, _ call: Call) async throws -> DiscoverMethod.Result {
    guard call.limits != ServerLimits() else {
      return DiscoverMethod.Result(document: .serialized(Array(OpenRPCDocument.text.utf8)))
    }
    var document = try JSONValue.parse(Array(OpenRPCDocument.text.utf8))
    for limit in ServerLimit.all {
      document.set(
        JSONValue(call.limits[limit]),
        at: ["components", "schemas", "ServerLimits", "properties", limit.name, "default"])
    }
    return DiscoverMethod.Result(document: document)
  }
}

extension JSONValue {
  /// Sets a member of objects within each other, which are there.
  fileprivate mutating func set(_ value: JSONValue, at path: ArraySlice<String>) {
    guard let name = path.first else {
      self = value
      return
    }
    guard case .object(var object) = self, var member = object[name] else { return }
    member.set(value, at: path.dropFirst())
    object[name] = member
    self = .object(object)
  }
}
