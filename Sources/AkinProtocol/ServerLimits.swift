import JSON

/// What a server accepts; told in the result of `initialize`. What goes beyond is refused, and the session goes on.
///
/// The values stand in ``ServerLimit/all`` and nowhere else: flags, documents and checks are made from there, or held
/// against it by tests.
public struct ServerLimits: ProtocolValue {
  /// In the order of ``ServerLimit/all``.
  private var values: [Int]

  /// The defaults.
  public init() {
    values = ServerLimit.all.map(\.preset)
  }

  /// The value of a limit.
  public subscript(limit: ServerLimit) -> Int {
    get { values[limit.index] }
    set { values[limit.index] = newValue }
  }

  /// The names of the limits.
  public static let names = ServerLimit.all.map(\.name)

  /// Reads limits. Those of the protocol's first version must all be there.
  public init(_ field: JSONField) throws(JSONFieldError) {
    self.init()
    for limit in ServerLimit.all where limit.isOriginal || field[limit.name].isPresent {
      self[limit] = try field[limit.name].int(in: 1...limit.greatest)
    }
  }

  /// The limits by name.
  public var json: JSONValue {
    .object(JSONObject(ServerLimit.all.map { (key: $0.name, value: .integer(Int64(self[$0]))) }))
  }

  /// Length, nesting and values of a message.
  public var message: JSONLimits {
    JSONLimits(depth: self[.maxDepth], bytes: self[.maxMessageBytes], values: self[.maxValues])
  }
}
