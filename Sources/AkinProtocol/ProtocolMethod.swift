import JSON

/// A value of the protocol: read from JSON strictly, written as JSON without loss.
public protocol ProtocolValue: Sendable, Equatable {
  /// Reads the value.
  /// - Throws: the first member that is missing, of another type or out of range, by its path.
  init(_ field: JSONField) throws(JSONFieldError)

  /// The value as it goes over the wire. Members that are nil are left out.
  var json: JSONValue { get }
}

/// The parameters of a method: always named, none of them unknown.
public protocol ProtocolParameters: ProtocolValue {
  /// Every name the method knows, in the order of the specification.
  static var names: [String] { get }
}

/// A method that is answered.
public protocol RequestMethod: Sendable {
  /// What the client asks for.
  associatedtype Parameters: ProtocolParameters
  /// What the server answers.
  associatedtype Result: ProtocolValue

  /// The method's name on the wire.
  static var name: String { get }
}

/// A method that is never answered.
public protocol NotificationMethod: Sendable {
  /// What the sender tells.
  associatedtype Parameters: ProtocolValue

  /// The method's name on the wire.
  static var name: String { get }
}

/// The parameters of a method that has none. Absent, `null`, `{}` and `[]` all mean this.
public struct NoParameters: ProtocolParameters {
  /// None.
  public static let names: [String] = []

  /// No parameters.
  public init() {}

  /// - Throws: an error at the first parameter there is.
  public init(_ field: JSONField) throws(JSONFieldError) {
    _ = try field.named(Self.names)
  }

  /// An empty object.
  public var json: JSONValue { .object([:]) }
}

/// The result of a method that has nothing to say: `null`.
public struct NullResult: ProtocolValue {
  /// The only value.
  public init() {}

  /// - Throws: an error where the value is anything but `null` or absent.
  public init(_ field: JSONField) throws(JSONFieldError) {
    guard !field.isPresent else {
      throw field.mismatch("null")
    }
  }

  /// `null`.
  public var json: JSONValue { .null }
}

/// The parameters of a notification that has none. Nobody would see an error, so anything is accepted.
public struct IgnoredParameters: ProtocolValue {
  /// The only value.
  public init() {}

  /// Never throws.
  public init(_ field: JSONField) throws(JSONFieldError) {}

  /// An empty object.
  public var json: JSONValue { .object([:]) }
}
