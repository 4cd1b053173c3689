/// A value that a document carries beside its text.
public enum MetadataValue: Sendable, Equatable {
  /// Text, compared by Unicode scalars.
  case string(String)
  /// A number, compared as float64.
  case number(Double)
  /// True or false; only equality applies.
  case bool(Bool)

  /// Bytes count in texts: Swift's strings are equal where only their composition differs.
  public static func == (left: MetadataValue, right: MetadataValue) -> Bool {
    switch (left, right) {
    case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
    case (.number(let left), .number(let right)): left == right
    case (.bool(let left), .bool(let right)): left == right
    default: false
    }
  }
}

/// Conditions on metadata, all of which a document must meet.
public struct MetadataFilter: Sendable, Equatable {
  /// How a document's value is compared. A document without the key, or with a value of another kind, meets only
  /// `notEqual` and `exists(false)`.
  public enum Comparison: Sendable, Equatable {
    /// The same kind and value.
    case equal(MetadataValue)
    /// Anything else, absence included.
    case notEqual(MetadataValue)
    /// Numbers by size, strings by Unicode scalars.
    case less(MetadataValue)
    /// As `less`, or equal.
    case lessOrEqual(MetadataValue)
    /// Numbers by size, strings by Unicode scalars.
    case greater(MetadataValue)
    /// As `greater`, or equal.
    case greaterOrEqual(MetadataValue)
    /// Equal to one of these.
    case oneOf([MetadataValue])
    /// Whether the key is there at all.
    case exists(Bool)
  }

  /// A key and what must hold for it.
  public struct Condition: Sendable, Equatable {
    /// The metadata's key.
    public let key: String
    /// What must hold.
    public let comparison: Comparison

    /// - Parameter key: compared exactly, with case.
    public init(key: String, comparison: Comparison) {
      self.key = key
      self.comparison = comparison
    }
  }

  /// All must hold; none lets every document through.
  public var conditions: [Condition]

  /// A filter of these conditions.
  public init(conditions: [Condition]) {
    self.conditions = conditions
  }

  /// Whether metadata meets every condition.
  public func matches(_ metadata: [String: MetadataValue]) -> Bool {
    conditions.allSatisfy { Self.holds($0.comparison, for: metadata[$0.key]) }
  }

  private static func holds(_ comparison: Comparison, for value: MetadataValue?) -> Bool {
    switch comparison {
    case .equal(let other): return value == other
    case .notEqual(let other): return value != other
    case .oneOf(let others): return value.map(others.contains) ?? false
    case .exists(let wanted): return (value != nil) == wanted
    case .less(let other): return isLess(value, other)
    case .lessOrEqual(let other): return value == other && isOrdered(other) || isLess(value, other)
    case .greater(let other): return isLess(other, value)
    case .greaterOrEqual(let other): return value == other && isOrdered(other) || isLess(other, value)
    }
  }

  private static func isOrdered(_ value: MetadataValue) -> Bool {
    if case .bool = value { return false }
    return true
  }

  private static func isLess(_ left: MetadataValue?, _ right: MetadataValue?) -> Bool {
    switch (left, right) {
    case (.number(let left), .number(let right)): return left < right
    case (.string(let left), .string(let right)):
      return left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
    default: return false
    }
  }
}
