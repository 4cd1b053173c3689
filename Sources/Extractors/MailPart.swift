/// A part of a message, or a whole one: the fields of its header and its body (RFC 5322, RFC 2045 to 2047, RFC 2231). No library of
/// MIME that is kept up links without an object system, a TLS library or both, and what a search needs of it is little.
struct MailPart {
  /// Values by names in lower case, encoded words decoded; of a name that comes again the first.
  let fields: [String: String]
  let body: ArraySlice<UInt8>
  /// Its type, where it tells none.
  private let usualType: String

  /// Bytes of a header at most.
  private static let longestHeader = 1 << 20

  init(_ bytes: ArraySlice<UInt8>, usualType: String = "text/plain") {
    self.usualType = usualType
    var fields: [String: String] = [:]
    var rest = bytes
    var open: (name: String, value: [UInt8])?
    func close(_ fields: inout [String: String]) {
      guard let (name, value) = open, fields[name] == nil else { return }
      fields[name] = EncodedWords.decoded(value)
    }
    while let line = Self.line(of: rest), rest.startIndex - bytes.startIndex < Self.longestHeader {
      rest = rest[line.end...]
      if line.text.isEmpty { break }
      if let first = line.text.first, first == 0x20 || first == 0x09 {
        open?.value += [0x20] + line.text.drop { $0 == 0x20 || $0 == 0x09 }
      } else if let colon = Self.endOfName(line.text) {
        close(&fields)
        let value = line.text[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        open = (String(decoding: line.text[..<colon], as: UTF8.self).lowercased(), Array(value))
      } else if open == nil, line.text.starts(with: "From ".utf8) || line.text.starts(with: ">From ".utf8) {
        // How it came here, as a mailbox has it.
        continue
      } else {
        // A blank line is missing before the text.
        rest = bytes[line.text.startIndex...]
        break
      }
    }
    close(&fields)
    self.fields = fields
    body = rest
  }

  /// Where the name of a field ends; nil in a line that begins none.
  static func endOfName(_ line: ArraySlice<UInt8>) -> Int? {
    let colon = UInt8(ascii: ":")
    guard let end = line.firstIndex(where: { $0 <= 0x20 || $0 >= 0x7F || $0 == colon }), end > line.startIndex,
      line[end...].drop(while: { $0 == 0x20 || $0 == 0x09 }).first == colon
    else { return nil }
    return line[end...].firstIndex(of: colon)
  }

  /// The first line, and where the next one begins; nil at the end.
  static func line(of bytes: ArraySlice<UInt8>) -> (text: ArraySlice<UInt8>, end: Int)? {
    guard !bytes.isEmpty else { return nil }
    let end = bytes.firstIndex(of: 0x0A) ?? bytes.endIndex
    var text = bytes[..<end]
    if text.last == 0x0D { text.removeLast() }
    return (text, min(end + 1, bytes.endIndex))
  }

  /// In lower case.
  var contentType: String {
    let type = fields["content-type"] ?? usualType
    return String(type.prefix { $0 != ";" }).filter { !$0.isWhitespace }.lowercased()
  }

  /// A parameter of a field: `boundary`, `charset`, `filename`.
  func parameter(_ name: String, of field: String) -> String? {
    guard let value = fields[field] else { return nil }
    for (key, value) in Self.parameters(value) {
      if key == name { return value }
    }
    // The extended form (RFC 2231): charset, language and escapes, whole or in numbered pieces.
    let pieces = Self.parameters(value).filter { key, _ in
      key.hasPrefix(name + "*") && key.dropFirst(name.count + 1).first?.isNumber ?? true
    }
    guard let first = pieces.first else { return nil }
    let parts = first.1.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
    let isEncoded = first.0.hasSuffix("*") && parts.count == 3
    let words = [isEncoded ? String(parts[2]) : first.1] + pieces.dropFirst().map(\.1)
    let bytes = zip(pieces, words).flatMap { piece, word in
      piece.0.hasSuffix("*") ? TransferEncoding.escaped(word.utf8) : Array(word.utf8)
    }
    return DocumentEncoding.text(bytes, isEncoded ? String(parts[0]) : "")
  }

  private static func parameters(_ value: String) -> [(String, String)] {
    var parameters: [(String, String)] = []
    var rest = value.drop { $0 != ";" }.dropFirst()
    while !rest.isEmpty {
      let key = rest.prefix { $0 != "=" && $0 != ";" }
      rest = rest.dropFirst(key.count)
      var word = ""
      if rest.first == "=" {
        rest = rest.dropFirst().drop(while: \.isWhitespace)
        if rest.first == "\"" {
          rest = rest.dropFirst()
          while let character = rest.first, character != "\"" {
            rest = rest.dropFirst()
            if character == "\\", let next = rest.first {
              word.append(next)
              rest = rest.dropFirst()
            } else {
              word.append(character)
            }
          }
          rest = rest.drop { $0 != ";" }
        } else {
          let bare = rest.prefix { $0 != ";" }
          word = String(bare).trimmedBlanks
          rest = rest.dropFirst(bare.count)
        }
      }
      rest = rest.dropFirst()
      parameters.append((String(key).trimmedBlanks.lowercased(), word))
    }
    return parameters
  }

  /// The body without its transfer encoding.
  var decodedBody: [UInt8] {
    switch fields["content-transfer-encoding"].map({ $0.trimmedBlanks.lowercased() }) {
    case "base64": TransferEncoding.base64(body)
    case "quoted-printable": TransferEncoding.quotedPrintable(body)
    default: Array(body)
    }
  }

  /// The parts between the lines of a boundary.
  func parts(most: Int) -> [MailPart] {
    guard let boundary = parameter("boundary", of: "content-type"), !boundary.isEmpty else { return [] }
    let mark = Array("--".utf8) + boundary.utf8
    let usual = contentType == "multipart/digest" ? "message/rfc822" : "text/plain"
    var parts: [MailPart] = []
    var start: Int?
    var rest = body
    while let line = Self.line(of: rest), parts.count < most {
      if let isLast = Self.isBoundary(line.text, mark) {
        if let start { parts.append(MailPart(body[start..<line.text.startIndex], usualType: usual)) }
        start = line.end
        if isLast {
          start = nil
          break
        }
      }
      rest = rest[line.end...]
    }
    if let start, start < body.endIndex { parts.append(MailPart(body[start...], usualType: usual)) }
    return parts
  }

  /// Whether a line is a boundary, and the last one; nil for others, such as those of parts within whose boundary only begins so.
  private static func isBoundary(_ line: ArraySlice<UInt8>, _ mark: [UInt8]) -> Bool? {
    guard line.starts(with: mark) else { return nil }
    let rest = line.dropFirst(mark.count)
    let isLast = rest.starts(with: "--".utf8)
    return rest.dropFirst(isLast ? 2 : 0).allSatisfy { $0 == 0x20 || $0 == 0x09 } ? isLast : nil
  }
}

extension String {
  /// Without white space around it.
  var trimmedBlanks: String {
    var text = drop(while: \.isWhitespace)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}

/// How bytes travel through mail that carries seven bits: RFC 2045, section 6.
enum TransferEncoding {
  static func base64(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var (bits, count) = (0 as UInt32, 0)
    for byte in bytes {
      let value: UInt8
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - UInt8(ascii: "A")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - UInt8(ascii: "a") + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0") + 52
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: "/"): value = 63
      // What is none of the alphabet is passed over.
      default: continue
      }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return result
  }

  /// Without the escapes of a URI.
  static func escaped(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Array(bytes)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        result.append(value)
        rest = rest.dropFirst(2)
      } else {
        result.append(byte)
      }
    }
    return result
  }

  /// - Parameter underscoreIsBlank: as in the fields of a header.
  static func quotedPrintable(_ bytes: some Collection<UInt8>, underscoreIsBlank: Bool = false) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Array(bytes)[...]
    while let byte = rest.first {
      rest = rest.dropFirst()
      if byte == UInt8(ascii: "_"), underscoreIsBlank {
        result.append(0x20)
      } else if byte == UInt8(ascii: "=") {
        let digits = rest.prefix(2)
        if digits.first == 0x0A {
          rest = rest.dropFirst()
        } else if digits.elementsEqual([0x0D, 0x0A]) {
          rest = rest.dropFirst(2)
        } else if digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) {
          result.append(value)
          rest = rest.dropFirst(2)
        } else {
          result.append(byte)
        }
      } else {
        result.append(byte)
      }
    }
    return result
  }
}

/// Words of a header in other encodings: RFC 2047.
enum EncodedWords {
  static func decoded(_ bytes: [UInt8]) -> String {
    var text = ""
    var plain: [UInt8] = []
    var rest = bytes[...]
    var isAfterWord = false
    while !rest.isEmpty {
      guard rest.starts(with: "=?".utf8), let (word, end) = word(rest) else {
        plain.append(rest.removeFirst())
        continue
      }
      // Blanks between two encoded words are none.
      if !(isAfterWord && plain.allSatisfy { $0 == 0x20 || $0 == 0x09 }) { text += DocumentEncoding.text(plain) }
      plain = []
      text += word
      isAfterWord = true
      rest = rest[end...]
    }
    return text + DocumentEncoding.text(plain)
  }

  /// `=?charset?B?text?=`
  private static func word(_ bytes: ArraySlice<UInt8>) -> (text: String, end: Int)? {
    let question = UInt8(ascii: "?")
    let parts = bytes.dropFirst(2).prefix(1000).split(
      separator: question, maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, parts[1].count == 1 else { return nil }
    let content = parts[2]
    guard content.endIndex + 1 < bytes.endIndex, bytes[content.endIndex + 1] == UInt8(ascii: "="),
      !content.contains(0x20)
    else { return nil }
    // A language may stand behind the charset.
    let charset = String(decoding: parts[0].prefix { $0 != UInt8(ascii: "*") }, as: UTF8.self)
    let decoded =
      switch parts[1].first {
      case UInt8(ascii: "B"), UInt8(ascii: "b"): TransferEncoding.base64(content)
      default: TransferEncoding.quotedPrintable(content, underscoreIsBlank: true)
      }
    return (DocumentEncoding.text(decoded, charset), content.endIndex + 2)
  }
}
