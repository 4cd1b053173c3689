import JSON

/// Readers of a member that may be absent or `null`; both give nil.
extension JSONField {
  func optionalString() throws(JSONFieldError) -> String? {
    isPresent ? try string() : nil
  }

  func optionalBool() throws(JSONFieldError) -> Bool? {
    isPresent ? try bool() : nil
  }

  func optionalInt(atLeast least: Int) throws(JSONFieldError) -> Int? {
    isPresent ? try int(in: least...Int.max) : nil
  }

  func optionalOneOf<T: RawRepresentable & CaseIterable>(_: T.Type) throws(JSONFieldError) -> T?
  where T.RawValue == String {
    isPresent ? try oneOf(T.self) : nil
  }
}

/// Readers of arrays, which may be empty. Paths are made for one item at a time: a message may hold millions.
extension JSONField {
  /// Items that are all read by `read`.
  func list<T>(_ read: (JSONField) throws(JSONFieldError) -> T) throws(JSONFieldError) -> [T] {
    guard case .array(let items)? = value else { throw mismatch("an array") }
    var list: [T] = []
    list.reserveCapacity(items.count)
    for (index, item) in items.enumerated() { list.append(try read(self.item(index, item))) }
    return list
  }

  /// Token ids: integers of 32 bits, not negative.
  func tokenIDs() throws(JSONFieldError) -> [Int32] {
    try integers(upTo: Int(Int32.max)).map { Int32($0) }
  }

  /// Integers that are not negative.
  func counts() throws(JSONFieldError) -> [Int] {
    try integers(upTo: Int.max)
  }

  private func integers(upTo greatest: Int) throws(JSONFieldError) -> [Int] {
    guard case .array(let items)? = value else { throw mismatch("an array of integers") }
    var integers: [Int] = []
    integers.reserveCapacity(items.count)
    for (index, value) in items.enumerated() {
      if case .integer(let integer) = value, (0...Int64(greatest)).contains(integer) {
        integers.append(Int(integer))
      } else {
        integers.append(try item(index, value).int(in: 0...greatest))
      }
    }
    return integers
  }

  /// The field of an item of this array.
  func item(_ index: Int, _ value: JSONValue) -> JSONField {
    JSONField(value, path: "\(path)[\(index)]")
  }
}

extension JSONField {
  /// The path of an item of a parameter that may be one text or vector, or an array of them. An array that starts with a
  /// number is one vector.
  package func itemPath(_ index: Int) -> String {
    guard case .array(let items)? = value else { return path }
    switch items.first {
    case .integer?, .number?: return path
    default: return "\(path)[\(index)]"
    }
  }
}
