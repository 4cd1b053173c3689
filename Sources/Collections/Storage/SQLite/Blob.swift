import GRDB

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Numbers as SQLite's blobs, in little-endian order, which is that of every processor Akin runs on.
enum Blob {
  static func bytes(_ values: [UInt8]) -> Data { Data(values) }

  static func codes(_ values: [Int8]) -> Data { values.withUnsafeBytes { Data($0) } }

  static func floats(_ values: [Float]) -> Data { values.withUnsafeBytes { Data($0) } }

  /// The float32 values of a column.
  static func floats(_ row: Row, _ column: Int) throws -> [Float] {
    try row.withUnsafeData(atIndex: column) { data in
      guard let data else { return [] }
      return [Float](unsafeUninitializedCapacity: data.count / 4) { target, count in
        count = data.count / 4
        _ = data.copyBytes(to: target, count: count * 4)
      }
    }
  }

  /// A text as an argument of `CAST(? AS TEXT)`. SQLite holds any Unicode, and GRDB binds and reads a `String` up to its
  /// first U+0000 only: so every text goes in by this cast, and comes out by `CAST(column AS BLOB)` and ``Row/text(_:)``.
  static func text(_ text: String) -> Data { Data(text.utf8) }

  static func text(_ text: String?) -> Data? { text.map { Data($0.utf8) } }

  /// The bytes of a column without copying them; none for NULL.
  static func withBytes<Result>(
    _ row: Row, _ column: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result {
    try row.withUnsafeData(atIndex: column) { data in
      try (data ?? Data()).withUnsafeBytes { try body($0.bindMemory(to: UInt8.self)) }
    }
  }

  /// The bytes of a column; nil for NULL.
  static func bytes(_ row: Row, _ column: Int) throws -> [UInt8]? {
    try row.withUnsafeData(atIndex: column) { $0.map { Array($0) } }
  }
}
