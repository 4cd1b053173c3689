/// Bytes that wait to be written, first in, first out.
struct ByteQueue {
  private var bytes: [UInt8] = []
  private var start = 0

  var count: Int { bytes.count - start }
  var isEmpty: Bool { count == 0 }

  mutating func append(_ more: [UInt8]) {
    if isEmpty {
      bytes = more
      start = 0
    } else {
      bytes.append(contentsOf: more)
    }
  }

  /// Hands out at most `limit` bytes from the front, and drops as many as `consume` says it has taken.
  mutating func drain(_ limit: Int, _ consume: (UnsafeRawBufferPointer) -> Int) -> Int {
    let end = min(bytes.count, start + limit)
    let count = bytes.withUnsafeBytes { consume(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
    if count > 0 { start += count }
    // Moving what is left is paid for by what has gone.
    if start == bytes.count {
      bytes = []
      start = 0
    } else if start > bytes.count / 2, start > 1 << 20 {
      bytes.removeFirst(start)
      start = 0
    }
    return count
  }
}
