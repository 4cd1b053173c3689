import Extraction

/// Puts a document's text together, line by line, and notes what stands where.
struct TextBuilder {
  private var bytes: [UInt8] = []
  private var line = 0
  private var headings: [ExtractedText.Heading] = []
  private var locations: [ExtractedText.Location] = []
  private var pending: String?

  var isEmpty: Bool { bytes.isEmpty }
  /// Whether something was written since a place was named.
  var isPending: Bool { pending != nil }

  /// Names the place of what comes next.
  /// - Parameter fragment: characters that end lines in it are blanks.
  mutating func place(_ fragment: String) {
    pending = String(decoding: fragment.utf8.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }, as: UTF8.self)
  }

  /// A heading on a line of its own, with a blank line before; none where the title is blank.
  mutating func heading(_ title: String, level: Int) throws(ReadingError) {
    let title = Self.joined(title)
    guard !title.isEmpty else { return }
    separate()
    headings.append(.init(line: line, level: level, title: title))
    try write(title)
  }

  /// A paragraph, with a blank line before, its white space as single blanks; nothing where it is blank.
  mutating func paragraph(_ text: String) throws(ReadingError) {
    let text = Self.joined(text)
    guard !text.isEmpty else { return }
    separate()
    try write(text)
  }

  /// A line right below the one before, its white space as single blanks; nothing where it is blank.
  mutating func line(_ text: String) throws(ReadingError) {
    let text = Self.joined(text)
    guard !text.isEmpty else { return }
    try write(text)
  }

  /// Lines as they are, with a blank line before; nothing where they are blank.
  mutating func verbatim(_ text: String) throws(ReadingError) {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
    while let first = lines.first, first.allSatisfy(\.isWhitespace) { lines = lines.dropFirst() }
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines = lines.dropLast() }
    guard !lines.isEmpty else { return }
    separate()
    for line in lines { try write(String(line)) }
  }

  /// A blank line, unless there is one.
  mutating func separate() {
    guard !bytes.isEmpty, !isSeparated else { return }
    bytes.append(0x0A)
    line += 1
  }

  /// Takes over what another one has, its headings below this one's by so many levels.
  mutating func append(_ other: ExtractedText, below level: Int = 0) throws(ReadingError) {
    guard !other.text.isEmpty else { return }
    separate()
    headings += other.headings.map { .init(line: line + $0.line, level: $0.level + level, title: $0.title) }
    let first = other.locations.first?.line ?? .max
    if let pending, first > 0 { locations.append(.init(line: line, fragment: pending)) }
    pending = nil
    locations += other.locations.map { .init(line: line + $0.line, fragment: $0.fragment) }
    bytes += other.text.utf8
    line += other.text.utf8.count { $0 == 0x0A }
    if bytes.count > Extractor.Limit.textBytes { throw .tooLong }
  }

  /// One line; characters that end lines inside of it are blanks.
  private mutating func write(_ text: String) throws(ReadingError) {
    if let fragment = pending {
      locations.append(.init(line: line, fragment: fragment))
      pending = nil
    }
    bytes += text.utf8.lazy.filter { $0 != 0 }.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
    bytes.append(0x0A)
    line += 1
    if bytes.count > Extractor.Limit.textBytes { throw .tooLong }
  }

  /// Whether a blank line is at the end.
  private var isSeparated: Bool {
    bytes.count >= 2 && bytes[bytes.count - 1] == 0x0A && bytes[bytes.count - 2] == 0x0A
  }

  /// What was put together.
  /// - Throws: where there is no text at all.
  func text(isMarkdown: Bool = false) throws(ReadingError) -> ExtractedText {
    guard !bytes.isEmpty else { throw ReadingError("there is no text in it") }
    return ExtractedText(
      text: String(decoding: isSeparated ? bytes.dropLast() : bytes[...], as: UTF8.self), headings: headings,
      locations: locations, isMarkdown: isMarkdown)
  }

  /// A paragraph of a cell of a table, which is a part of a line.
  static func add(_ paragraph: String, toLastOf cells: inout [String]) {
    guard let last = cells.popLast() else { return }
    cells.append(last.isEmpty ? paragraph : last + " " + paragraph)
  }

  /// Letters that printers join, from U+FB00 on.
  private static let ligatures = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"]

  /// Whether a sign is only for who sets the text: soft hyphens, marks of the order of bytes, of a break, and of directions.
  private static func isSetting(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xAD, 0xFEFF, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// White space as single blanks, none around it, joined letters apart, and without what is only for who sets the text.
  static func joined(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return joined(ascii: text.utf8) }
    var scalars = String.UnicodeScalarView()
    var isBlank = true
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        if !isBlank { scalars.append(" ") }
        isBlank = true
      } else if (0xFB00...0xFB06).contains(scalar.value) {
        scalars.append(contentsOf: ligatures[Int(scalar.value) - 0xFB00].unicodeScalars)
        isBlank = false
      } else if !isSetting(scalar) {
        scalars.append(scalar)
        isBlank = false
      }
    }
    if scalars.last == " " { scalars.removeLast() }
    return String(scalars)
  }

  private static func joined(ascii text: String.UTF8View) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var isBlank = true
    for byte in text {
      if byte == 0x20 || (0x09...0x0D).contains(byte) {
        if !isBlank { bytes.append(0x20) }
        isBlank = true
      } else {
        bytes.append(byte)
        isBlank = false
      }
    }
    if bytes.last == 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
