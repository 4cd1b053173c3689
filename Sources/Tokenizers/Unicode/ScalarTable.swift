/// A byte for every Unicode scalar, in pages of 256 of which equal ones are held once.
struct ScalarTable: Sendable {
  private let pages: [UInt16]
  private let bytes: [UInt8]
  private static let scalars = 0x110000

  /// - Parameter fill: sets what is not 0, by scalar.
  init(_ fill: (inout [UInt8]) -> Void) {
    var flat = [UInt8](repeating: 0, count: Self.scalars)
    fill(&flat)
    var pages: [UInt16] = []
    var bytes: [UInt8] = []
    var numbers: [ArraySlice<UInt8>: UInt16] = [:]
    for start in stride(from: 0, to: Self.scalars, by: 256) {
      let page = flat[start..<start + 256]
      let number = numbers[page] ?? UInt16(bytes.count / 256)
      pages.append(number)
      guard numbers.updateValue(number, forKey: page) == nil else { continue }
      bytes += page
    }
    self.pages = pages
    self.bytes = bytes
  }

  /// The byte of a scalar.
  @inline(__always)
  subscript(scalar: UInt32) -> UInt8 {
    bytes[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 255)]
  }
}
