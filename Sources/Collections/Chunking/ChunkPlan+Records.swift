extension ChunkPlan {
  /// Bytes of the first line that stand above the others.
  private static let longestHead = 200

  /// Plans a text of records: each by itself, short ones together, and those of a table under the names of its fields.
  mutating func addRecords(separator: UInt8?) {
    let separator = separator.map(ownSeparator)
    var trail: [String] = []
    for record in records(separator: separator) {
      let bytes = lines.bytes(of: record)
      if fits(bytes, under: trail) {
        add(TextUnit(bytes: bytes, symbol: nil, trail: trail))
      } else {
        add(cut: cutter.cut(bytes, at: cuts(record), limit: room(trail)), of: nil, trail: trail)
      }
      if record.lowerBound == 0, let separator, let head = head(record, separator) { trail = [head] }
    }
  }

  /// What the first line has between its fields: where the comma is the sign of decimals, tables have semicolons.
  private func ownSeparator(_ usual: UInt8) -> UInt8 {
    guard lines.count > 0 else { return usual }
    let head = lines.bytes[lines.content(0)]
    var best = (separator: usual, count: head.count { $0 == usual })
    for other in [UInt8(ascii: ";"), UInt8(ascii: "\t")] {
      let count = head.count { $0 == other }
      if count > best.count { best = (other, count) }
    }
    return best.separator
  }

  /// The lines of each record: of a table more than one where a quoted field has line ends.
  private func records(separator: UInt8?) -> [Range<Int>] {
    var records: [Range<Int>] = []
    var line = 0
    while line < lines.count {
      let isQuoted = separator != nil && separator != UInt8(ascii: "\t")
      let end = isQuoted ? self.end(ofRecord: line) : line + 1
      if !(line..<end).allSatisfy({ lines.isBlank($0) }) { records.append(line..<end) }
      line = end
    }
    return records
  }

  /// Lines of a record at most: a quotation mark that nothing closes is not the end of all records.
  private static let longestRecord = 200

  private func end(ofRecord line: Int) -> Int {
    var quotes = 0
    for next in line..<min(line + Self.longestRecord, lines.count) {
      quotes += lines.whole(next).count { lines.bytes[$0] == UInt8(ascii: "\"") }
      if quotes.isMultiple(of: 2) { return next + 1 }
    }
    return line + 1
  }

  /// The first line, where it names fields: two or more, none of them blank or a number.
  private func head(_ record: Range<Int>, _ separator: UInt8) -> String? {
    guard record.count == 1 else { return nil }
    let content = lines.bytes[lines.content(0)]
    let fields = content.split(separator: separator, omittingEmptySubsequences: false)
    let areNames = fields.allSatisfy { field in
      field.contains { (0x61...0x7A).contains($0 | 0x20) || $0 >= 0x80 }
        && field.first.map { !(0x30...0x39).contains($0) } ?? false
    }
    guard fields.count > 1, areNames else { return nil }
    return lines.string(
      content.startIndex..<lines.scalarStart(atOrBefore: min(content.endIndex, content.startIndex + Self.longestHead)))
  }
}
