/// The unit that positions in a text are counted in, by the names of the Language Server Protocol 3.17.
public enum PositionEncoding: String, Sendable, CaseIterable {
  /// Bytes of UTF-8.
  case utf8 = "utf-8"
  /// Code units of UTF-16.
  case utf16 = "utf-16"
  /// Unicode scalars.
  case utf32 = "utf-32"
}

/// Converts positions in one text between units. Costs one pass and one byte a scalar to make, nothing for ASCII.
public struct TextPositions: Sendable {
  /// The number of Unicode scalars of the text.
  public let scalarCount: Int
  /// UTF-8 length of each scalar; empty where all are ASCII.
  private var widths: [UInt8] = []
  /// Offset of every `stride`-th scalar.
  private var utf8Marks: [Int] = []
  private var utf16Marks: [Int] = []
  private static let stride = 64

  /// - Parameter text: positions are of this text from here on.
  public init(_ text: String) {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else {
      scalarCount = text.utf8.count
      return
    }
    widths.reserveCapacity(text.utf8.count)
    var utf8 = 0
    var utf16 = 0
    for scalar in text.unicodeScalars {
      if widths.count % Self.stride == 0 {
        utf8Marks.append(utf8)
        utf16Marks.append(utf16)
      }
      let width = UTF8.width(scalar)
      widths.append(UInt8(width))
      utf8 += width
      utf16 += width == 4 ? 2 : 1
    }
    scalarCount = widths.count
  }

  /// The position in `encoding` units of the scalar at `scalarOffset`, in at most 64 steps.
  /// - Parameter scalarOffset: clamped to `0...scalarCount`.
  public func convert(scalarOffset: Int, to encoding: PositionEncoding) -> Int {
    let offset = min(max(scalarOffset, 0), scalarCount)
    guard encoding != .utf32, !widths.isEmpty, offset > 0 else { return offset }
    // The mark before the offset, also for the end of the text, which has no scalar of its own.
    let mark = (offset - 1) / Self.stride
    let rest = widths[mark * Self.stride..<offset]
    switch encoding {
    case .utf8: return rest.reduce(utf8Marks[mark]) { $0 + Int($1) }
    case .utf16: return rest.reduce(utf16Marks[mark]) { $0 + ($1 == 4 ? 2 : 1) }
    case .utf32: return offset
    }
  }
}
