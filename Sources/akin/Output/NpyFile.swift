import Platform

/// Writes a two-dimensional float32 array as numpy's `.npy`, version 1.0, in C order, row after row.
///
/// The format is described in numpy's documentation (`numpy.lib.format`): magic, version, the length of a header, the
/// header as a Python dictionary, then the numbers. The file is valid after every call: the header is padded to a fixed
/// length, and its row count is brought up to date behind the rows. A file that was there stays until the new one is whole.
final class NpyFile {
  private let path: String
  private let place: OutputPlace
  private let descriptor: Descriptor
  private let columns: Int
  private(set) var rows = 0
  private var isClosed = false

  /// Bytes before the numbers; a multiple of 64, as numpy aligns them.
  private static let headerBytes = 128

  /// Makes or empties the file and writes the header of an array without rows.
  /// - Throws: ``WriteError``, also where the target cannot be written at an offset (a pipe).
  init(path: String, columns: Int) throws {
    self.path = path
    self.columns = columns
    place = OutputPlace(path)
    descriptor = try Descriptor.open(writing: place.partial, name: path)
    let header = Self.header(rows: 0, columns: columns)
    try header.withUnsafeBytes { try descriptor.write($0, name: path) }
  }

  /// - Parameter vectors: `[any][columns]`.
  /// - Throws: ``WriteError``.
  func append(_ vectors: [[Float]]) throws {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(vectors.count * columns * 4)
    for vector in vectors {
      precondition(vector.count == columns, "a row of another length than the file's")
      for value in vector {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    try bytes.withUnsafeBytes { try descriptor.write($0, name: path) }
    rows += vectors.count
    try descriptor.write(Self.header(rows: rows, columns: columns), at: 0, name: path)
  }

  /// Puts the file in its place.
  /// - Throws: ``WriteError``.
  func close() throws(WriteError) {
    descriptor.close()
    isClosed = true
    try place.replace()
  }

  deinit {
    guard place.isReplaced, !isClosed else { return }
    descriptor.close()
    unlink(place.partial)
  }

  private static func header(rows: Int, columns: Int) -> [UInt8] {
    let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    let length = UInt16(headerBytes - magic.count - 2)
    let padding = String(repeating: " ", count: Int(length) - dictionary.utf8.count - 1)
    return magic + [UInt8(length & 0xFF), UInt8(length >> 8)] + Array((dictionary + padding + "\n").utf8)
  }
}
