import JSON

extension EmbedMethod {
  /// The result of some of the texts, which `$/progress` carries under a `partialResultToken`.
  ///
  /// Parts come in the order of the texts and without gaps. The result itself then has no entries.
  public struct PartialResult: ProtocolValue {
    /// Index in `input` of the first text of this part.
    public var start: Int
    /// The result of the texts from there on.
    public var result: Result

    /// The result of the texts from `start` on.
    public init(start: Int, result: Result) {
      self.start = start
      self.result = result
    }

    /// Reads a part.
    public init(_ field: JSONField) throws(JSONFieldError) {
      start = try field["start"].int(in: 0...Int.max)
      result = try Result(field)
    }

    /// The members of the result, and `start`.
    public var json: JSONValue {
      guard case .object(var object) = result.json else { return .null }
      object["start"] = .integer(Int64(start))
      return .object(object)
    }
  }
}
