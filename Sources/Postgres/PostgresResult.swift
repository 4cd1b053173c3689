import CPostgres

/// Rows that a server has answered, in its binary format. Stays on the thread that asked.
package final class PostgresResult {
  private let pointer: OpaquePointer
  /// Rows.
  package let count: Int

  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
    count = Int(akin_pq_ntuples(pointer))
  }

  deinit {
    akin_pq_clear(pointer)
  }

  /// Of a command that changes rows: how many.
  package var changed: Int { Int(String(cString: akin_pq_cmd_tuples(pointer))) ?? 0 }

  package func isNull(_ row: Int, _ column: Int) -> Bool { akin_pq_is_null(pointer, Int32(row), Int32(column)) != 0 }

  /// The bytes of a field, without copying them; none for NULL.
  private func withBytes<Value>(
    _ row: Int, _ column: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Value
  ) rethrows -> Value {
    let length = Int(akin_pq_length(pointer, Int32(row), Int32(column)))
    guard let start = akin_pq_value(pointer, Int32(row), Int32(column)) else {
      return try body(UnsafeBufferPointer(start: nil, count: 0))
    }
    return try start.withMemoryRebound(to: UInt8.self, capacity: length) {
      try body(UnsafeBufferPointer(start: $0, count: length))
    }
  }

  /// `bytea`; nil for NULL.
  package func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
    isNull(row, column) ? nil : withBytes(row, column) { Array($0) }
  }

  /// `bytea` that holds float32 in little-endian order, which is that of every processor Akin runs on; none for NULL.
  package func floats(_ row: Int, _ column: Int) -> [Float] {
    withBytes(row, column) { bytes in
      [Float](unsafeUninitializedCapacity: bytes.count / 4) { target, count in
        count = bytes.count / 4
        UnsafeMutableRawBufferPointer(target).copyBytes(from: bytes.prefix(count * 4))
      }
    }
  }

  /// `text`; nil for NULL.
  package func text(_ row: Int, _ column: Int) -> String? {
    isNull(row, column) ? nil : withBytes(row, column) { String(decoding: $0, as: UTF8.self) }
  }

  /// `int2`, `int4`, `int8` or `oid`; nil for NULL.
  /// - Throws: `unexpected` for a field of another length.
  package func integer64(_ row: Int, _ column: Int) throws(PostgresError) -> Int64? {
    guard !isNull(row, column) else { return nil }
    let (bits, length) = withBytes(row, column) { bytes in
      (bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }, bytes.count)
    }
    switch length {
    case 2: return Int64(Int16(truncatingIfNeeded: bits))
    case 4: return Int64(Int32(truncatingIfNeeded: bits))
    case 8: return Int64(truncatingIfNeeded: bits)
    default: throw PostgresError(.unexpected, "column \(column) is not an integer")
    }
  }

  /// `int8[]` of one dimension without NULL in it; empty for NULL.
  /// - Throws: `unexpected` for what is none.
  package func integers(_ row: Int, _ column: Int) throws(PostgresError) -> [Int64] {
    let bytes = bytes(row, column) ?? []
    // Dimensions, whether NULL is in it, and the type of elements; of each dimension its length and its first number.
    let head = 20
    guard bytes.count > head else { return [] }
    let values = stride(from: head, to: bytes.count, by: 12).map { start -> Int64? in
      guard start + 12 <= bytes.count, bytes[start + 3] == 8 else { return nil }
      return Int64(bitPattern: bytes[start + 4..<start + 12].reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
    guard values.allSatisfy({ $0 != nil }) else {
      throw PostgresError(.unexpected, "column \(column) is not an array of integers")
    }
    return values.compactMap(\.self)
  }

  /// An integer that is not NULL.
  package func integer(_ row: Int, _ column: Int) throws(PostgresError) -> Int {
    guard let value = try integer64(row, column) else {
      throw PostgresError(.unexpected, "column \(column) has no integer")
    }
    return Int(value)
  }

  package func optionalInteger(_ row: Int, _ column: Int) throws(PostgresError) -> Int? {
    try integer64(row, column).map { Int($0) }
  }

  /// `float4` or `float8`; nil for NULL.
  package func number(_ row: Int, _ column: Int) throws(PostgresError) -> Double? {
    guard !isNull(row, column) else { return nil }
    let (bits, length) = withBytes(row, column) { bytes in
      (bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }, bytes.count)
    }
    switch length {
    case 4: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case 8: return Double(bitPattern: bits)
    default: throw PostgresError(.unexpected, "column \(column) is not a number")
    }
  }

  /// `bool`; nil for NULL.
  package func bool(_ row: Int, _ column: Int) -> Bool? {
    isNull(row, column) ? nil : withBytes(row, column) { $0.first == 1 }
  }
}
