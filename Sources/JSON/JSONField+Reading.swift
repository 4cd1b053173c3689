/// Typed access. Each throws for an absent value, for `null` and for any other kind.
extension JSONField {
  /// A string.
  public func string() throws(JSONFieldError) -> String {
    guard case .string(let text) = value else { throw mismatch("a string") }
    return text
  }

  /// `true` or `false`.
  public func bool() throws(JSONFieldError) -> Bool {
    guard case .bool(let value) = value else { throw mismatch("true or false") }
    return value
  }

  /// An integer of `range`. A number with a fraction of zero counts as one, as in JSON Schema: some languages write
  /// every number as `3.0`.
  public func int(in range: ClosedRange<Int> = .min ... .max) throws(JSONFieldError) -> Int {
    let number: Int? =
      switch value {
      case .integer(let value): Int(value)
      case .number(let value): Int(exactly: value)
      default: nil
      }
    guard let number, range.contains(number) else { throw mismatch(Self.describe(range)) }
    return number
  }

  /// A number as float64; integers beyond 2^53 are rounded.
  public func double() throws(JSONFieldError) -> Double {
    switch value {
    case .integer(let value): return Double(value)
    case .number(let value): return value
    default: throw mismatch("a number")
    }
  }

  /// An array's elements, each with its path.
  public func array() throws(JSONFieldError) -> [JSONField] {
    switch value {
    case .array(let elements): return elements.enumerated().map { element($0.offset, $0.element) }
    case .float32s(let values): return values.enumerated().map { element($0.offset, .number(Double($0.element))) }
    default: throw mismatch("an array")
    }
  }

  /// An object.
  public func object() throws(JSONFieldError) -> JSONObject {
    guard case .object(let object) = value else { throw mismatch("an object") }
    return object
  }

  /// An array of numbers as float32, each rounded to the nearest; a number beyond float32 is an error.
  public func float32s() throws(JSONFieldError) -> [Float] {
    if case .float32s(let values) = value { return values }
    guard case .array(let elements) = value else { throw mismatch("an array of numbers") }
    var numbers: [Float] = []
    numbers.reserveCapacity(elements.count)
    for (index, value) in elements.enumerated() {
      let number = Float(try element(index, value, orThrow: "a number"))
      guard number.isFinite else { throw element(index, value).mismatch("a number within float32") }
      numbers.append(number)
    }
    return numbers
  }

  /// An array of strings.
  public func strings() throws(JSONFieldError) -> [String] {
    guard case .array(let elements) = value else { throw mismatch("an array of strings") }
    var texts: [String] = []
    texts.reserveCapacity(elements.count)
    for (index, value) in elements.enumerated() {
      guard case .string(let text) = value else { throw element(index, value).mismatch("a string") }
      texts.append(text)
    }
    return texts
  }

  /// A string that names one of an enumeration's cases.
  public func oneOf<T: RawRepresentable & CaseIterable>(_: T.Type) throws(JSONFieldError) -> T
  where T.RawValue == String {
    let expected = "one of " + T.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    guard case .string(let name) = value else { throw mismatch(expected) }
    guard let choice = T(rawValue: name) else {
      // A short name is quoted, since it is a misspelt choice and not a user's text.
      throw mismatch(expected, found: name.unicodeScalars.count <= 64 ? "\"\(name)\"" : nil)
    }
    return choice
  }

  /// The number at `index`; paths are only built for the error, which keeps long vectors quick.
  private func element(_ index: Int, _ value: JSONValue, orThrow expected: String) throws(JSONFieldError) -> Double {
    switch value {
    case .integer(let value): return Double(value)
    case .number(let value): return value
    default: throw element(index, value).mismatch(expected)
    }
  }

  private static func describe(_ range: ClosedRange<Int>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (.min, .max): "an integer"
    case (let least, .max): "an integer of at least \(least)"
    case (.min, let greatest): "an integer of at most \(greatest)"
    case (let least, let greatest): "an integer from \(least) to \(greatest)"
    }
  }
}
