/// BertNormalizer: cleaning, CJK spacing, accents, lower case, in this order.
///
/// A scalar goes through all four steps at once. Only canonical reordering needs context, so that marks wait in
/// `pending` for the next starter.
struct BertNormalizer: Sendable {
  private let cleanText, splitCJK, stripAccents, lowercase: Bool
  /// What each ASCII byte becomes, or `dropped`; bytes from 0x80 on are `dropped` too.
  private let ascii: [UInt8]
  private static let dropped: UInt8 = 0xFF

  private typealias Flag = UnicodeProperties.Flag

  /// - Parameter options: the steps to take.
  init(_ options: BertNormalization) {
    cleanText = options.cleanText
    splitCJK = options.splitCJK
    stripAccents = options.stripAccents ?? options.lowercase
    lowercase = options.lowercase
    let properties = UnicodeProperties.ascii
    ascii = (0...255).map { byte -> UInt8 in
      let flags = properties.flags(of: UInt32(byte))
      if byte >= 0x80 || options.cleanText && flags & Flag.removed != 0 { return Self.dropped }
      if options.cleanText && flags & Flag.whiteSpace != 0 { return UInt8(ascii: " ") }
      let mapped = options.lowercase ? properties.lowercase(UInt32(byte)) : UInt32(byte)
      return UInt8(truncatingIfNeeded: mapped)
    }
  }

  /// Normalises the bytes of `source` in `range` as a text of their own and appends the result.
  func append(_ source: SourceText, _ range: Range<Int>, to output: inout NormalizedText) {
    let traced = !source.scalarIndices.isEmpty
    var pending = PendingMarks()
    output.bytes.reserveCapacity(output.bytes.count + range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = source.bytes[index]
      let mapped = ascii[Int(byte)]
      if mapped != Self.dropped {
        if !pending.marks.isEmpty { flush(&pending, to: &output) }
        output.bytes.append(mapped)
        if traced {
          output.origins.append(source.scalarIndices[index])
          pending.lastOrigin = source.scalarIndices[index]
        }
        index += 1
      } else if byte < 0x80 {
        index += 1
      } else {
        let (scalar, length) = UTF8Bytes.scalar(in: source.bytes, at: index)
        let origin = traced ? source.scalarIndices[index] : -1
        append(scalar, origin, &pending, to: &output)
        index += length
      }
    }
    flush(&pending, to: &output)
  }

  /// Of texts beyond ASCII.
  private var properties: UnicodeProperties { .shared }

  /// Cleaning and CJK spacing of one scalar beyond ASCII.
  private func append(_ scalar: UInt32, _ origin: Int32, _ pending: inout PendingMarks, to output: inout NormalizedText)
  {
    let flags = properties.flags(of: scalar)
    if cleanText && flags & Flag.removed != 0 { return }
    if cleanText && flags & Flag.whiteSpace != 0 {
      decompose(0x20, origin, &pending, to: &output)
    } else if splitCJK && flags & Flag.ideograph != 0 {
      decompose(0x20, origin, &pending, to: &output)
      decompose(scalar, origin, &pending, to: &output)
      decompose(0x20, origin, &pending, to: &output)
    } else {
      decompose(scalar, origin, &pending, to: &output)
    }
  }

  /// Canonical decomposition: starters are written, marks wait for the next starter.
  private func decompose(
    _ scalar: UInt32, _ origin: Int32, _ pending: inout PendingMarks, to output: inout NormalizedText
  ) {
    guard stripAccents else { return write(scalar, origin, to: &output) }
    if properties.flags(of: scalar) & Flag.canonical == 0 {
      if !pending.marks.isEmpty { flush(&pending, to: &output) }
      pending.lastOrigin = origin
      return writeUnlessNonspacing(scalar, origin, to: &output)
    }
    var isInserted = false
    properties.forEachPart(of: scalar) { part in
      let combiningClass = properties.combiningClass(part)
      if combiningClass == 0 {
        flush(&pending, to: &output)
        pending.lastOrigin = origin
        writeUnlessNonspacing(part, origin, to: &output)
      } else {
        pending.marks.append(
          PendingMarks.Mark(scalar: part, combiningClass: combiningClass, isInserted: isInserted, origin: origin))
      }
      isInserted = true
    }
  }

  /// Writes the waiting marks in canonical order.
  ///
  /// Origins follow the reference's bookkeeping, not the marks: the first part of each decomposition takes the next
  /// scalar of the text, whichever part that is after sorting, and an inserted part the one taken last.
  private func flush(_ pending: inout PendingMarks, to output: inout NormalizedText) {
    guard !pending.marks.isEmpty else { return }
    var origins = pending.marks.filter { !$0.isInserted }.map(\.origin).makeIterator()
    if pending.marks.count > 1 { pending.marks.sort { $0.combiningClass < $1.combiningClass } }
    for mark in pending.marks {
      if !mark.isInserted, let origin = origins.next() { pending.lastOrigin = origin }
      writeUnlessNonspacing(mark.scalar, pending.lastOrigin, to: &output)
    }
    pending.marks.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  private func writeUnlessNonspacing(_ scalar: UInt32, _ origin: Int32, to output: inout NormalizedText) {
    if properties.flags(of: scalar) & Flag.nonspacing == 0 { write(scalar, origin, to: &output) }
  }

  /// Lower case, then UTF-8.
  private func write(_ scalar: UInt32, _ origin: Int32, to output: inout NormalizedText) {
    var length: Int
    if lowercase && properties.flags(of: scalar) & Flag.lowercase != 0 {
      length = UTF8Bytes.append(properties.lowercase(scalar), to: &output.bytes)
      // Of all scalars only U+0130, I with dot above, has a lower case of two.
      if scalar == 0x130 { length += UTF8Bytes.append(0x307, to: &output.bytes) }
    } else {
      length = UTF8Bytes.append(scalar, to: &output.bytes)
    }
    guard origin >= 0 else { return }
    for _ in 0..<length { output.origins.append(origin) }
  }
}

/// Marks after the last starter, in the order they came.
private struct PendingMarks {
  struct Mark {
    let scalar: UInt32
    let combiningClass: UInt8
    /// Not the first part of its scalar's decomposition.
    let isInserted: Bool
    /// -1 where offsets are not wanted.
    let origin: Int32
  }

  var marks: [Mark] = []
  /// The scalar of the text that was taken last.
  var lastOrigin: Int32 = -1
}
