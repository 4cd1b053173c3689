import Extraction

/// One message: its subject as the heading, who wrote it to whom and when, and its text.
enum MessageReader {
  /// Parts within each other.
  private static let deepest = 16
  private static let mostParts = 1000

  static func read(_ bytes: [UInt8]) throws(ReadingError) -> ExtractedText {
    var builder = TextBuilder()
    let message = MailPart(bytes[...])
    // Neither a header nor a text.
    guard !message.fields.isEmpty || message.body.contains(where: { $0 > 0x20 }) else { return try builder.text() }
    try read(message, into: &builder, level: 1)
    return try builder.text()
  }

  /// Puts a message into a larger text.
  /// - Parameter number: of a message among others, which names its place where it has no id.
  static func read(
    _ message: MailPart, into builder: inout TextBuilder, level: Int, number: Int? = nil
  ) throws(ReadingError) {
    let id = (message.fields["message-id"] ?? "").filter { $0 != "<" && $0 != ">" && !$0.isWhitespace }
    if level == 1, !id.isEmpty {
      builder.place("mid:" + id)
    } else if level == 1, let number {
      builder.place("message=\(number)")
    }
    builder.separate()
    try builder.heading(message.fields["subject"] ?? "(no subject)", level: level)
    for (name, title) in [("from", "From"), ("to", "To"), ("cc", "Cc"), ("date", "Date")] {
      if let value = message.fields[name], !value.trimmedBlanks.isEmpty {
        try builder.line(title + ": " + value.prefix(300))
      }
    }
    var left = mostParts
    try body(message, into: &builder, level: level, depth: 0, &left)
  }

  private static func body(
    _ part: MailPart, into builder: inout TextBuilder, level: Int, depth: Int, _ left: inout Int
  ) throws(ReadingError) {
    left -= 1
    guard depth < deepest, left > 0 else { return }
    let type = part.contentType
    let file = part.parameter("filename", of: "content-disposition") ?? part.parameter("name", of: "content-type")
    let isAttached = part.fields["content-disposition"]?.lowercased().hasPrefix("attachment") ?? false
    if type.hasPrefix("multipart/") {
      let parts = part.parts(most: left)
      guard type == "multipart/alternative" else {
        for inner in parts { try body(inner, into: &builder, level: level, depth: depth + 1, &left) }
        return
      }
      // The same text in several forms: the plainest.
      let plain = parts.first { $0.contentType == "text/plain" && !$0.decodedBody.allSatisfy { $0 <= 0x20 } }
      if let chosen = plain ?? parts.last(where: { !$0.contentType.hasPrefix("image/") }) {
        try body(chosen, into: &builder, level: level, depth: depth + 1, &left)
      }
    } else if type == "message/rfc822" {
      try read(MailPart(part.decodedBody[...]), into: &builder, level: level + 1)
    } else if isAttached || !type.hasPrefix("text/") {
      if let file { try builder.paragraph("Attachment: " + file) }
      let isLocked = ["application/pkcs7-mime", "application/pgp-encrypted"].contains(type)
      if isLocked { try builder.paragraph("(encrypted)") }
    } else {
      try text(part, into: &builder, level: level)
    }
  }

  private static func text(_ part: MailPart, into builder: inout TextBuilder, level: Int) throws(ReadingError) {
    let text = DocumentEncoding.text(
      part.decodedBody, part.parameter("charset", of: "content-type") ?? "", recognizes: true)
    if part.contentType == "text/html" {
      var page = TextBuilder()
      try HTMLReader.read(Array(text.utf8), into: &page)
      if !page.isEmpty { try builder.append(try page.text(), below: level) }
      return
    }
    let isFlowed = part.parameter("format", of: "content-type")?.lowercased() == "flowed"
    var lines: [String] = []
    var isOpen = false
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      // What follows is the writer's card: RFC 3676, section 4.3.
      if line == "-- " { break }
      if isOpen { lines[lines.count - 1] += line } else { lines.append(String(line)) }
      isOpen = isFlowed && line.last == " "
    }
    try builder.verbatim(lines.joined(separator: "\n"))
  }
}

/// Messages one after the other, each behind a line that begins with `From `.
enum MailboxReader {
  static func read(_ bytes: [UInt8]) throws(ReadingError) -> ExtractedText {
    var builder = TextBuilder()
    var start: Int?
    var isAfterBlank = true
    var rest = bytes[...]
    var number = 0
    while let line = MailPart.line(of: rest) {
      if isAfterBlank, line.text.starts(with: "From ".utf8), start == nil || begins(line.text, rest[line.end...]) {
        if let start { try message(bytes[start..<line.text.startIndex], into: &builder, number) }
        start = line.end
        number += 1
      }
      isAfterBlank = line.text.isEmpty
      rest = rest[line.end...]
    }
    guard let start else { throw ReadingError("it is no mailbox: no line begins a message") }
    try message(bytes[start...], into: &builder, number)
    return try builder.text()
  }

  /// Whether a line that begins with `From ` begins a message: it has a time, or a field follows. Programs that count bytes leave such
  /// lines of a text as they are.
  private static func begins(_ line: ArraySlice<UInt8>, _ rest: ArraySlice<UInt8>) -> Bool {
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    let hasTime = line.indices.dropFirst().dropLast().contains {
      line[$0] == UInt8(ascii: ":") && isDigit(line[$0 - 1]) && isDigit(line[$0 + 1])
    }
    guard let next = MailPart.line(of: rest)?.text else { return hasTime }
    return MailPart.endOfName(next) != nil || hasTime && (next.isEmpty || next.starts(with: ">From ".utf8))
  }

  /// Without the mark that keeps a line of a message from being taken for the beginning of the next one.
  private static func unquoted(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var result: [UInt8] = []
    var rest = bytes
    var hasQuotes = false
    while let line = MailPart.line(of: rest) {
      let isQuoted =
        line.text.first == UInt8(ascii: ">") && line.text.drop { $0 == UInt8(ascii: ">") }.starts(with: "From ".utf8)
      hasQuotes = hasQuotes || isQuoted
      result += rest[(rest.startIndex + (isQuoted ? 1 : 0))..<line.end]
      rest = rest[line.end...]
    }
    return hasQuotes ? result[...] : bytes
  }

  private static func message(
    _ bytes: ArraySlice<UInt8>, into builder: inout TextBuilder, _ number: Int
  ) throws(ReadingError) {
    try MessageReader.read(MailPart(unquoted(bytes)), into: &builder, level: 1, number: number)
  }
}
