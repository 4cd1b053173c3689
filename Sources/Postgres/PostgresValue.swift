/// An argument of a statement.
package enum PostgresValue: Sendable {
  case null
  /// `int8`
  case integer(Int64)
  /// `float4`
  case real(Float)
  /// `float8`
  case double(Double)
  /// `bool`
  case bool(Bool)
  /// `text`, without U+0000.
  case text(String)
  /// `bytea`
  case bytes([UInt8])
  /// `int8[]`
  case integers([Int64])
  /// `bytea[]`
  case byteStrings([[UInt8]])
  /// `text[]`
  case texts([String])
  /// A constant of a type that the server finds out.
  case literal(String)

  package static func integer(_ value: Int) -> PostgresValue { .integer(Int64(value)) }
  package static func integer(_ value: Int?) -> PostgresValue { value.map { .integer(Int64($0)) } ?? .null }
  package static func text(_ value: String?) -> PostgresValue { value.map { .text($0) } ?? .null }
  package static func bytes(_ value: [UInt8]?) -> PostgresValue { value.map { .bytes($0) } ?? .null }

  /// The number of the type (`pg_type.oid`, which is the same in every server).
  var type: UInt32 {
    switch self {
    case .null, .literal: 0
    case .integer: 20
    case .real: 700
    case .double: 701
    case .bool: 16
    case .text: 25
    case .bytes: 17
    case .integers: 1016
    case .byteStrings: 1001
    case .texts: 1009
    }
  }

  var isBinary: Bool {
    switch self {
    case .text, .literal, .null: false
    default: true
    }
  }

  /// As the server's binary format has it; text as it is. Nil for NULL.
  package var encoded: [UInt8]? {
    var bytes: [UInt8] = []
    switch self {
    case .null: return nil
    case .integer(let value): bytes.appendBigEndian(value)
    case .real(let value): bytes.appendBigEndian(value.bitPattern)
    case .double(let value): bytes.appendBigEndian(value.bitPattern)
    case .bool(let value): bytes.append(value ? 1 : 0)
    case .text(let text), .literal(let text): bytes = Array(text.utf8)
    case .bytes(let value): bytes = value
    case .integers(let values):
      bytes.appendArray(of: 20, count: values.count)
      bytes.reserveCapacity(bytes.count + 12 * values.count)
      for value in values {
        bytes.appendBigEndian(Int32(8))
        bytes.appendBigEndian(value)
      }
    case .byteStrings(let values):
      bytes.appendArray(of: 17, count: values.count)
      for value in values { bytes.appendField(value) }
    case .texts(let values):
      bytes.appendArray(of: 25, count: values.count)
      for value in values { bytes.appendField(value.utf8) }
    }
    return bytes
  }
}

extension [UInt8] {
  package mutating func appendBigEndian(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }

  /// Bytes with their length before them.
  mutating func appendField(_ bytes: some Swift.Collection<UInt8>) {
    appendBigEndian(Int32(bytes.count))
    append(contentsOf: bytes)
  }

  /// The head of an array of one dimension, counted from 1, without NULL in it.
  fileprivate mutating func appendArray(of type: UInt32, count: Int) {
    appendBigEndian(Int32(count > 0 ? 1 : 0))
    appendBigEndian(Int32(0))
    appendBigEndian(type)
    guard count > 0 else { return }
    appendBigEndian(Int32(count))
    appendBigEndian(Int32(1))
  }
}
