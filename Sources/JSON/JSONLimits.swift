/// What a document may cost before it is refused.
public struct JSONLimits: Sendable, Equatable {
  /// The deepest nesting jansson itself follows (`JSON_PARSER_MAX_DEPTH`, jansson 2.14).
  public static let parserDepth = 2048
  /// An array or object takes as much memory as this many numbers, and counts as such.
  public static let containerValues = 4

  /// Arrays and objects inside each other, 1 to 2,048; a greater value counts as 2,048.
  public var depth: Int
  /// Length of the text in bytes.
  public var bytes: Int
  /// Values in the text, so that memory is bounded where each takes a byte or two: `[[],[],…]` takes fifty times its length
  /// when read.
  public var values: Int

  /// - Parameters:
  ///   - depth: arrays and objects inside each other, 1 to 2,048.
  ///   - bytes: length of the text in bytes.
  ///   - values: strings, numbers, bools and nulls, with each array and object counted as ``containerValues``. Unless
  ///     given, as many as 16,384 vectors of 384 numbers take.
  public init(depth: Int = 512, bytes: Int = 64 << 20, values: Int = 6_400_000) {
    self.depth = depth
    self.bytes = bytes
    self.values = values
  }

  /// Nothing is refused for its size.
  public static let none = JSONLimits(depth: parserDepth, bytes: .max, values: .max)
}
