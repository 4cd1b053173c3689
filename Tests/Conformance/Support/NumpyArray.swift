import Foundation

/// A reader of numpy's `.npy` version 1.0 of its own, strict about what `akin` promises: float32 in C order.
struct NumpyArray {
  let shape: [Int]
  let values: [Float]

  struct Malformed: Error {
    let reason: String
  }

  init(contentsOf path: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8) + [1, 0]) else { throw Malformed(reason: "magic") }
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    guard start.isMultiple(of: 64) else { throw Malformed(reason: "numbers start at \(start)") }
    let header = String(decoding: bytes[10..<start], as: UTF8.self)
    let pattern = /\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\), \} *\n/
    guard let match = header.wholeMatch(of: pattern), let rows = Int(match.1), let columns = Int(match.2) else {
      throw Malformed(reason: "header \(header)")
    }
    let numbers = bytes[start...]
    guard numbers.count == rows * columns * 4 else {
      throw Malformed(reason: "\(numbers.count) bytes for \(rows) x \(columns)")
    }
    shape = [rows, columns]
    values = stride(from: numbers.startIndex, to: numbers.endIndex, by: 4).map { offset in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(numbers[offset + $1]) << (8 * $1) })
    }
  }
}
