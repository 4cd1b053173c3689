/// One header of a tar archive: 512 bytes, with numbers in octal (POSIX.1-1988, "ustar"; pax and GNU archives share it).
package struct TarHeader: Equatable {
  static let size = 512

  /// What an entry is. Links and devices have no place in a model.
  package enum Kind: UInt8 {
    case file = 0x30
    case folder = 0x35
    /// Attributes of the entry behind it, or of all, which say nothing about its content.
    case attributes = 0x78
    case globalAttributes = 0x67
  }

  var name: String
  var bytes: Int
  var kind: Kind

  package init(name: String, bytes: Int, kind: Kind = .file) {
    self.name = name
    self.bytes = bytes
    self.kind = kind
  }

  /// Reads a header; nil for the blocks of zeros that end an archive.
  package init?(_ block: UnsafeRawBufferPointer) throws(TarError) {
    guard block.contains(where: { $0 != 0 }) else { return nil }
    guard let sum = try? Self.number(block, 148..<156, "checksum"), sum == Self.sum(block) else {
      throw TarError(reason: "is no tar archive, or is damaged")
    }
    let flag = block[156]
    // Archives of the seventh edition have a zero there.
    guard let kind = Kind(rawValue: flag == 0 ? Kind.file.rawValue : flag) else {
      throw TarError(reason: "holds a link or another entry that is neither a file nor a folder")
    }
    self.kind = kind
    bytes = try Self.number(block, 124..<136, "size")
    let prefix = block[257..<262].elementsEqual("ustar".utf8) ? try Self.text(block, 345..<500) : ""
    let last = try Self.text(block, 0..<100)
    name = prefix.isEmpty ? last : prefix + "/" + last
  }

  /// The header's bytes; nil where the name is longer than 100.
  package var block: [UInt8]? {
    guard name.utf8.count <= 100 else { return nil }
    var block = [UInt8](repeating: 0, count: Self.size)
    func put(_ text: String, at start: Int) {
      for (index, byte) in text.utf8.enumerated() { block[start + index] = byte }
    }
    put(name, at: 0)
    put("0000644", at: 100)
    put("0000000", at: 108)
    put("0000000", at: 116)
    put(Self.octal(bytes, digits: 11), at: 124)
    put(Self.octal(0, digits: 11), at: 136)
    put("        ", at: 148)
    block[156] = kind.rawValue
    put("ustar", at: 257)
    put("00", at: 263)
    let sum = block.withUnsafeBytes(Self.sum)
    put(Self.octal(sum, digits: 6), at: 148)
    block[154] = 0
    return block
  }

  /// Bytes that follow content of a length, so that the next header begins at a block.
  static func padding(after bytes: Int) -> Int {
    (size - bytes % size) % size
  }

  private static func octal(_ value: Int, digits: Int) -> String {
    let text = String(value, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }

  /// The sum of a header's bytes, with blanks in place of the sum itself.
  private static func sum(_ block: UnsafeRawBufferPointer) -> Int {
    block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int($1.element)) }
  }

  private static func number(
    _ block: UnsafeRawBufferPointer, _ range: Range<Int>, _ what: String
  ) throws(TarError) -> Int {
    let digits = block[range].drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
    let end = block[range].drop { $0 == 0x20 }.dropFirst(digits.count).first ?? 0
    // Eleven octal digits at most fit into an Int.
    guard !digits.isEmpty, end == 0 || end == 0x20 else {
      throw TarError(reason: "has a header whose \(what) is no number")
    }
    return digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }
  }

  private static func text(_ block: UnsafeRawBufferPointer, _ range: Range<Int>) throws(TarError) -> String {
    guard let text = String(validating: block[range].prefix { $0 != 0 }, as: UTF8.self) else {
      throw TarError(reason: "has a name that is not UTF-8")
    }
    return text
  }
}

/// Why an archive cannot be read; completes a sentence that begins with its path.
package struct TarError: Error, Equatable {
  let reason: String
}
