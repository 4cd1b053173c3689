import JSON

/// Conditions on a document's metadata, all of which must hold.
///
/// On the wire, an object of keys: a plain value must be equal, an object holds operators of which all must hold.
/// `{"lang": "en", "year": {"gte": 1990, "lt": 2000}, "tag": {"in": ["a", "b"]}, "draft": {"exists": false}}`
public struct SearchFilter: ProtocolValue {
  /// How a document's value is compared.
  public enum Comparison: Sendable, Equatable {
    /// `eq`, or a plain value: the same kind and value.
    case equal(SearchMetadata)
    /// `ne`: anything else, absence included.
    case notEqual(SearchMetadata)
    /// `lt`: a number or string before this one.
    case less(SearchMetadata)
    /// `lte`: before this one, or equal.
    case lessOrEqual(SearchMetadata)
    /// `gt`: after this one.
    case greater(SearchMetadata)
    /// `gte`: after this one, or equal.
    case greaterOrEqual(SearchMetadata)
    /// `in`: equal to one of these.
    case oneOf([SearchMetadata])
    /// `exists`: whether the key is there.
    case exists(Bool)
  }

  /// A key of the metadata and what must hold for it.
  public struct Condition: Sendable, Equatable {
    /// The key, compared exactly.
    public var key: String
    /// What must hold.
    public var comparison: Comparison

    /// A condition on `key`.
    public init(key: String, comparison: Comparison) {
      self.key = key
      self.comparison = comparison
    }
  }

  /// The names of the operators.
  public static let operators = ["eq", "ne", "lt", "lte", "gt", "gte", "in", "exists"]

  /// All must hold.
  public var conditions: [Condition]

  /// A filter of these conditions.
  public init(conditions: [Condition]) {
    self.conditions = conditions
  }

  /// Reads a filter; an empty object lets every document through.
  public init(_ field: JSONField) throws(JSONFieldError) {
    let field = try field.members()
    conditions = []
    for key in try field.object().keys {
      conditions += try Self.comparisons(field[key]).map { Condition(key: key, comparison: $0) }
    }
  }

  private static func comparisons(_ field: JSONField) throws(JSONFieldError) -> [Comparison] {
    switch field.value {
    case .string?, .integer?, .number?, .bool?:
      return [.equal(try SearchMetadata(field))]
    case .object(let object)? where object.count > 0:
      try field.allowOnly(operators)
      var comparisons: [Comparison] = []
      for name in object.keys { comparisons.append(try comparison(name, field[name])) }
      return comparisons
    default:
      throw field.mismatch("a string, a number, a bool, or an object of operators")
    }
  }

  private static func comparison(_ name: String, _ field: JSONField) throws(JSONFieldError) -> Comparison {
    switch name {
    case "eq": return .equal(try SearchMetadata(field))
    case "ne": return .notEqual(try SearchMetadata(field))
    case "lt": return .less(try ordered(field))
    case "lte": return .lessOrEqual(try ordered(field))
    case "gt": return .greater(try ordered(field))
    case "gte": return .greaterOrEqual(try ordered(field))
    case "in": return .oneOf(try field.list(SearchMetadata.init))
    default: return .exists(try field.bool())
    }
  }

  private static func ordered(_ field: JSONField) throws(JSONFieldError) -> SearchMetadata {
    let value = try SearchMetadata(field)
    guard case .bool = value else { return value }
    throw field.mismatch("a number or a string, which have an order")
  }

  /// An object with an object of operators for every key.
  public var json: JSONValue {
    var filter = JSONObject()
    for condition in conditions {
      var operators = JSONObject()
      if case .object(let earlier)? = filter[condition.key] { operators = earlier }
      let (name, value) = Self.operatorAndValue(condition.comparison)
      operators[name] = value
      filter[condition.key] = .object(operators)
    }
    return .object(filter)
  }

  private static func operatorAndValue(_ comparison: Comparison) -> (String, JSONValue) {
    switch comparison {
    case .equal(let value): ("eq", value.json)
    case .notEqual(let value): ("ne", value.json)
    case .less(let value): ("lt", value.json)
    case .lessOrEqual(let value): ("lte", value.json)
    case .greater(let value): ("gt", value.json)
    case .greaterOrEqual(let value): ("gte", value.json)
    case .oneOf(let values): ("in", .array(values.map(\.json)))
    case .exists(let wanted): ("exists", .bool(wanted))
    }
  }
}
