import Extraction

/// Rich Text Format: the text between its control words, without the groups that are no text of the document.
enum RichTextReader {
  static func read(_ bytes: [UInt8]) throws(ReadingError) -> ExtractedText {
    let start = bytes.drop { $0 <= 0x20 || [0xEF, 0xBB, 0xBF].contains($0) }
    guard start.starts(with: "{\\rtf".utf8) else { throw ReadingError("it is no RTF") }
    var scanner = RichTextScanner(start)
    try scanner.run()
    return try scanner.builder.text()
  }
}

private struct RichTextScanner {
  var builder = TextBuilder()
  private var rest: ArraySlice<UInt8>
  private var groups = [Group()]
  /// Bytes of the document's code page that are not decoded yet.
  private var pending: [UInt8] = []
  private var text = ""
  private var codePage = 1252
  /// Characters that stand for the Unicode one before them.
  private var toSkip = 0
  private static let deepest = 1000

  private struct Group {
    var isText = true
    var isHidden = false
    var isDeleted = false
    /// Whether fonts are declared there.
    var isFontTable = false
    var font = 0
    var replaced = 1
    var level: Int?
  }

  /// Code pages of the fonts by their numbers, where they have one of their own.
  private var fonts: [Int: Int] = [:]

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  /// Code pages of the character sets that fonts are declared with.
  private static let codePages: [Int: Int] = [
    77: 10000, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256,
    186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437, 255: 850,
  ]

  private static let left: Set<String> = [
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "headerl", "headerr", "headerf", "footer",
    "footerl", "footerr", "footerf", "themedata", "colorschememapping", "latentstyles", "datastore", "listtable",
    "listoverridetable", "rsidtbl", "generator", "fldinst", "xe", "tc", "bkmkstart", "bkmkend", "nonshppict",
    "pntext",
  ]
  private static let signs: [String: String] = [
    "tab": "\t", "emdash": "\u{2014}", "endash": "\u{2013}", "lquote": "\u{2018}", "rquote": "\u{2019}",
    "ldblquote": "\u{201C}", "rdblquote": "\u{201D}", "bullet": "\u{2022}", "line": " ", "cell": " | ", "emspace": " ",
    "enspace": " ",
  ]

  mutating func run() throws(ReadingError) {
    while let byte = rest.first {
      rest = rest.dropFirst()
      switch byte {
      case UInt8(ascii: "{"):
        guard groups.count < Self.deepest else { throw ReadingError("its groups are nested too deep") }
        toSkip = 0
        groups.append(groups[groups.count - 1])
      case UInt8(ascii: "}"):
        decode()
        toSkip = 0
        if groups.count > 1 { groups.removeLast() }
      case UInt8(ascii: "\\"): try control()
      case 0x0A, 0x0D: break
      default: add(byte)
      }
    }
    try endParagraph()
  }

  private var isText: Bool {
    let group = groups[groups.count - 1]
    return group.isText && !group.isHidden && !group.isDeleted
  }

  private mutating func add(_ byte: UInt8) {
    guard isText else { return }
    if toSkip > 0 {
      toSkip -= 1
    } else {
      pending.append(byte)
    }
  }

  private mutating func decode() {
    guard !pending.isEmpty else { return }
    let codePage = fonts[groups[groups.count - 1].font] ?? codePage
    let name = codePage == 65001 ? "UTF-8" : codePage == 10000 ? "MACINTOSH" : "CP\(codePage)"
    text += DocumentEncoding.text(pending, name)
    pending = []
  }

  private mutating func add(_ sign: String) {
    decode()
    if isText { text += sign }
  }

  private mutating func control() throws(ReadingError) {
    guard let first = rest.first else { return }
    guard (0x61...0x7A).contains(first | 0x20) else {
      rest = rest.dropFirst()
      switch first {
      case UInt8(ascii: "'"):
        let digits = rest.prefix(2)
        rest = rest.dropFirst(digits.count)
        if let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) { add(value) }
      case UInt8(ascii: "*"): groups[groups.count - 1].isText = false
      case UInt8(ascii: "~"): add(" ")
      case UInt8(ascii: "_"): add("-")
      case UInt8(ascii: "-"): break
      default: add(first)
      }
      return
    }
    let word = rest.prefix { (0x61...0x7A).contains($0 | 0x20) }
    rest = rest.dropFirst(word.count)
    let digits = rest.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }.prefix(10)
    rest = rest.dropFirst(digits.count)
    if rest.first == 0x20 { rest = rest.dropFirst() }
    try control(String(decoding: word, as: UTF8.self), Int(String(decoding: digits, as: UTF8.self)))
  }

  private mutating func control(_ word: String, _ value: Int?) throws(ReadingError) {
    if Self.left.contains(word) {
      decode()
      groups[groups.count - 1].isText = false
      groups[groups.count - 1].isFontTable = word == "fonttbl"
    } else if let sign = Self.signs[word] {
      if toSkip > 0 { toSkip -= 1 } else { add(sign) }
    } else {
      switch word {
      case "par", "sect", "page", "row":
        decode()
        if isText { try endParagraph() }
      case "pard": groups[groups.count - 1].level = nil
      case "outlinelevel": groups[groups.count - 1].level = value.map { min(max($0, 0), 8) + 1 }
      case "ansicpg": codePage = value ?? codePage
      case "mac": codePage = 10000
      case "pc": codePage = 437
      case "pca": codePage = 850
      case "f", "deff":
        decode()
        groups[groups.count - 1].font = value ?? 0
      case "fcharset":
        let group = groups[groups.count - 1]
        if group.isFontTable, let value, let codePage = Self.codePages[value] { fonts[group.font] = codePage }
      case "v":
        decode()
        groups[groups.count - 1].isHidden = value != 0
      case "deleted":
        decode()
        groups[groups.count - 1].isDeleted = value != 0
      case "plain":
        decode()
        groups[groups.count - 1].isHidden = false
      case "uc": groups[groups.count - 1].replaced = max(0, min(value ?? 1, 8))
      case "u":
        let number = value.map { $0 < 0 ? $0 + 65536 : $0 } ?? 0xFFFD
        addUnit(UInt16(truncatingIfNeeded: number))
        toSkip = groups[groups.count - 1].replaced
      // As many bytes as it says are no text at all.
      case "bin": rest = rest.dropFirst(max(0, value ?? 0))
      default: break
      }
    }
  }

  private var surrogate: UInt16?

  private mutating func addUnit(_ unit: UInt16) {
    if let high = surrogate {
      surrogate = nil
      add(String(decoding: [high, unit], as: UTF16.self))
    } else if UTF16.isLeadSurrogate(unit) {
      surrogate = unit
    } else {
      add(String(decoding: [unit], as: UTF16.self))
    }
  }

  private mutating func endParagraph() throws(ReadingError) {
    decode()
    if let level = groups[groups.count - 1].level {
      try builder.heading(text, level: level)
    } else {
      try builder.paragraph(text)
    }
    text = ""
  }
}
