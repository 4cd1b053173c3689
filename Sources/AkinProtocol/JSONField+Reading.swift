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

/// Readers of arrays, which may be empty.
extension JSONField {
  /// Items that are all read by `read`.
  func list<T>(_ read: (JSONField) throws(JSONFieldError) -> T) throws(JSONFieldError) -> [T] {
    let items = try array()
    var list: [T] = []
    list.reserveCapacity(items.count)
    for item in items { list.append(try read(item)) }
    return list
  }

  /// Token ids: integers of 32 bits, not negative.
  func tokenIDs() throws(JSONFieldError) -> [Int32] {
    try list { field throws(JSONFieldError) in Int32(try field.int(in: 0...Int(Int32.max))) }
  }

  /// Integers that are not negative.
  func counts() throws(JSONFieldError) -> [Int] {
    try list { field throws(JSONFieldError) in try field.int(in: 0...Int.max) }
  }
}
