/// A value inside a document together with the path by which it was reached, so that every complaint about it says
/// where it stands.
///
///     let params = JSONField(value, path: "params")
///     let topK = try params["topK"].ifPresent?.int(in: 1...1_000) ?? 10
public struct JSONField: Sendable {
  /// The value; nil where there is none.
  public let value: JSONValue?
  /// How it was reached, such as `params.input[3]`.
  public let path: String

  /// - Parameters:
  ///   - value: nil for an absent value.
  ///   - path: what errors call it; empty for a whole document.
  public init(_ value: JSONValue?, path: String) {
    self.value = value
    self.path = path
  }

  /// The member `key`; its value is nil where the member is absent or this is no object.
  public subscript(_ key: String) -> JSONField {
    JSONField(value?[key], path: Self.path(path, key))
  }

  /// False for an absent value and for `null`.
  public var isPresent: Bool {
    value != nil && value != .null
  }

  /// This field; nil where the value is absent or `null`, so that `try field["k"].ifPresent?.int()` reads an optional.
  public var ifPresent: JSONField? {
    isPresent ? self : nil
  }

  /// `read` of this field; nil where the value is absent or `null`.
  public func optional<T>(_ read: (JSONField) throws(JSONFieldError) -> T) throws(JSONFieldError) -> T? {
    isPresent ? try read(self) : nil
  }

  /// Checks that an object has no members but `known`. An absent value, `null` and an empty array pass: the last is how
  /// Lua clients write an empty object.
  /// - Throws: for the first unknown member, naming the nearest known one.
  public func allowOnly(_ known: [String]) throws(JSONFieldError) {
    guard isPresent, value != .array([]) else { return }
    for key in try object().keys where !known.contains(key) {
      let expected =
        NearestName.find(key, among: known).map { "\"\($0)\"" }
        ?? (known.isEmpty ? "no members" : "one of " + known.joined(separator: ", "))
      throw JSONFieldError(
        path: Self.path(path, key), expected: expected, found: "the unknown member \"\(key.prefix(64))\"",
        known: known)
    }
  }

  /// The error of this field's value.
  package func mismatch(_ expected: String, found: String? = nil) -> JSONFieldError {
    JSONFieldError(path: path, expected: expected, found: found ?? value?.summary ?? "nothing")
  }

  /// The field of element `index`.
  func element(_ index: Int, _ value: JSONValue) -> JSONField {
    JSONField(value, path: "\(path)[\(index)]")
  }

  /// `parent.key`, or `parent["key"]` where the key is not an identifier.
  private static func path(_ parent: String, _ key: String) -> String {
    let isIdentifier =
      !key.isEmpty && key.utf8.count <= 64
      && key.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
      }
    guard isIdentifier else {
      return parent + String(decoding: JSONValue.array([.string(String(key.prefix(64)))]).serialized(), as: UTF8.self)
    }
    return parent.isEmpty ? key : parent + "." + key
  }
}
