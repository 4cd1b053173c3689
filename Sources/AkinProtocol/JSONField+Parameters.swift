import JSON

extension JSONField {
  /// The parameters of a call, by name.
  ///
  /// Absent and `null` stand for an empty object. So does an empty array: Lua has one empty table, and Neovim writes it
  /// as `[]`.
  /// - Parameter names: every parameter that the method knows; `_meta` is let through beside them.
  /// - Throws: an error for parameters by position, for anything but an object, and for an unknown name; the last
  ///   names the nearest known one.
  func named(_ names: [String]) throws(JSONFieldError) -> JSONField {
    let field = try members()
    // `_meta` is for those between client and server, such as tracers: any request may carry it.
    if case .object(let object)? = field.value, object["_meta"] != nil {
      var rest = object
      rest["_meta"] = nil
      try JSONField(.object(rest), path: path).allowOnly(names)
    } else {
      try field.allowOnly(names)
    }
    return field
  }

  /// An object whose members may be anything; absent, `null` and `[]` read as empty.
  func members() throws(JSONFieldError) -> JSONField {
    switch value {
    case nil, .null?: return JSONField(.object([:]), path: path)
    case .object?: return self
    case .array(let items)? where items.isEmpty: return JSONField(.object([:]), path: path)
    case .array(let items)? where path == "params":
      throw mismatch(
        "an object of named parameters (parameters by position are not supported)",
        found: items.count == 1 ? "an array of 1 value" : "an array of \(items.count) values")
    default:
      _ = try object()
      return self
    }
  }

  /// One string, or an array of at least one.
  func texts() throws(JSONFieldError) -> [String] {
    if case .string(let text)? = value { return [text] }
    _ = try nonEmptyArray("a string or an array of strings")
    return try strings()
  }

  /// The items of an array of at least one.
  /// - Parameter expected: what the whole field may be, for the error.
  func nonEmptyArray(_ expected: String) throws(JSONFieldError) -> [JSONValue] {
    guard case .array(let items)? = value else { throw mismatch(expected) }
    guard !items.isEmpty else { throw mismatch("\(expected), at least one", found: "an empty array") }
    return items
  }

  /// A finite number that float32 can hold.
  func float32() throws(JSONFieldError) -> Float {
    let number = Float(try double())
    guard number.isFinite else {
      throw mismatch("a number within the range of float32")
    }
    return number
  }

  /// A number in -1...1, beyond which no cosine is.
  func cosine() throws(JSONFieldError) -> Float {
    let number = try float32()
    guard (-1...1).contains(number) else { throw mismatch("a cosine, -1 to 1") }
    return number
  }
}

extension JSONObject {
  /// The members that are there, in this order.
  init(present members: KeyValuePairs<String, JSONValue?>) {
    self.init()
    for (key, value) in members {
      if let value { self[key] = value }
    }
  }
}

extension JSONValue {
  /// One number with the shortest digits that give the float32 back.
  static func float32(_ value: Float) -> JSONValue {
    // The digits of a Float, not those of its exact value as a Double.
    value.isFinite ? .serialized(Array(value.description.utf8)) : .null
  }
}
