/// Cuts a stream of bytes into records at a separator: lines, or what `find -print0` writes.
///
/// Holds the bytes of one read and of one unfinished record, so that memory does not grow with the input.
struct RecordReader {
  /// A record without its separator, and its number in the stream from 1.
  struct Record {
    let bytes: ArraySlice<UInt8>
    let number: Int
  }

  /// What the stream is called in messages: a path or "standard input".
  let name: String
  private let descriptor: Descriptor
  private let separator: UInt8
  private var buffer: [UInt8] = []
  /// Start of what has not been handed out.
  private var start = 0
  /// Bytes after `start` that are known to hold no separator.
  private var searched = 0
  private var recordCount = 0
  private var atEnd = false

  /// Bytes asked of the system at once.
  private static let readSize = 1 << 18
  /// Bytes of a record at most: the same limit as for a message to the server.
  static let maximumRecordBytes = 64 << 20

  init(descriptor: Descriptor, name: String, separator: UInt8) {
    self.descriptor = descriptor
    self.name = name
    self.separator = separator
  }

  /// The records that are there already, at most `limit`; waits for more input only where there is none.
  /// - Returns: nil at the end of the stream.
  /// - Throws: ``Failure``: 74 where reading fails, 65 for a record over the limit.
  mutating func next(limit: Int) throws(Failure) -> [Record]? {
    while true {
      let records = wholeRecords(limit)
      if !records.isEmpty { return records }
      if atEnd { return nil }
      try fill()
    }
  }

  private mutating func wholeRecords(_ limit: Int) -> [Record] {
    var records: [Record] = []
    while records.count < limit, let end = buffer[(start + searched)...].firstIndex(of: separator) {
      records.append(record(start..<end))
      start = end + 1
      searched = 0
    }
    if records.count < limit {
      searched = buffer.count - start
      // The last record may lack its separator.
      if atEnd, searched > 0 {
        records.append(record(start..<buffer.count))
        start = buffer.count
        searched = 0
      }
    }
    return records
  }

  private mutating func record(_ range: Range<Int>) -> Record {
    recordCount += 1
    var range = range
    // A byte-order mark is not text, and neither is the carriage return of a line from Windows.
    if recordCount == 1, buffer[range].starts(with: [0xEF, 0xBB, 0xBF]) {
      range = (range.lowerBound + 3)..<range.upperBound
    }
    let isLine = separator == UInt8(ascii: "\n")
    if isLine, buffer[range].last == UInt8(ascii: "\r") { range = range.lowerBound..<(range.upperBound - 1) }
    return Record(bytes: buffer[range], number: recordCount)
  }

  private mutating func fill() throws(Failure) {
    buffer.removeSubrange(..<start)
    start = 0
    guard buffer.count <= Self.maximumRecordBytes else {
      throw Failure(
        .badData, "\(name): record \(recordCount + 1) is longer than \(Self.maximumRecordBytes >> 20) MiB",
        hint: "One text a line is expected; -0 takes NUL between texts, --json-lines JSON.")
    }
    let before = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: Self.readSize))
    // Typed throws do not pass through the standard library's `withUnsafe…` functions, so a `Result` carries the error.
    let result = buffer.withUnsafeMutableBytes { bytes in
      let tail = UnsafeMutableRawBufferPointer(rebasing: bytes[before...])
      return Result { () throws(Failure) in try descriptor.read(into: tail, name: name) }
    }
    let count = try result.get()
    buffer.removeLast(Self.readSize - count)
    atEnd = count == 0
  }
}
