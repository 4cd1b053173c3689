/// The headers of one frame, as far as they have been read.
struct HeaderBlock: Sendable, Equatable {
  /// The body's length in bytes.
  var length: Int?
  /// A charset that is not UTF-8.
  var charset: String?
  /// Whether no header has been read.
  var isEmpty = true
}

/// Framing by headers: LSP 3.17, "Base Protocol", read leniently. Names in any case, any blanks around values, line
/// feeds alone, unknown headers in any order.
extension MessageFraming {
  mutating func takeHeaderLine(_ rest: inout ArraySlice<UInt8>, _ events: inout [Event]) {
    guard let line = takeUnframedLine(&rest, &events) else { return }
    if line.allSatisfy(Self.isBlank) {
      finishBlock(&events)
    } else if let header = Header(line) {
      apply(header, line, &events)
    } else {
      lose(
        line, ResponseError(.parseError, "not a header line; a frame's length may have been counted in characters"),
        &events)
    }
  }

  /// Looks for a header line with a length, at the start of a line or right behind the end of a body, which need not end
  /// in a line feed. Inside valid JSON neither can stand: a string holds no line feed.
  mutating func resynchronise(_ rest: inout ArraySlice<UInt8>, _ events: inout [Event]) {
    guard let line = takeUnframedLine(&rest, &events) else { return }
    resume(with: line)
  }

  mutating func takeBody(_ rest: inout ArraySlice<UInt8>, _ events: inout [Event], missing: Int) {
    let part = rest.prefix(missing)
    buffer.append(contentsOf: part)
    rest = rest.dropFirst(part.count)
    guard part.count == missing else { return state = .body(missing: missing - part.count) }
    events.append(.message(buffer))
    startBlock()
  }

  mutating func dropBody(_ rest: inout ArraySlice<UInt8>, missing: Int) {
    let part = rest.prefix(missing)
    rest = rest.dropFirst(part.count)
    guard part.count == missing else { return state = .droppedBody(missing: missing - part.count) }
    startBlock()
  }

  private mutating func startBlock() {
    state = .header
    buffer = []
    block = HeaderBlock()
    unframedBytes = 0
  }

  /// The next whole line without its end; nil while it is incomplete, and when too much came without a frame.
  private mutating func takeUnframedLine(_ rest: inout ArraySlice<UInt8>, _ events: inout [Event]) -> [UInt8]? {
    let end = rest.firstIndex(of: UInt8(ascii: "\n"))
    let part = rest[rest.startIndex..<(end ?? rest.endIndex)]
    unframedBytes += part.count
    guard unframedBytes <= Self.headerBytes else {
      let message = "no frame within \(Self.headerBytes) bytes"
      fail(ResponseError(.invalidRequest, message), message, &events)
      return nil
    }
    buffer.append(contentsOf: part)
    rest = end.map { rest[($0 + 1)...] } ?? []
    guard end != nil else { return nil }
    defer { buffer = [] }
    return buffer
  }

  private mutating func apply(_ header: Header, _ line: [UInt8], _ events: inout [Event]) {
    block.isEmpty = false
    switch header.name {
    case "content-length":
      guard let length = Header.length(header.value) else {
        return lose(line, ResponseError(.invalidRequest, "Content-Length must be decimal digits"), &events)
      }
      if let earlier = block.length, earlier != length {
        let message = "two Content-Length headers that differ: \(earlier) and \(length)"
        return fail(ResponseError(.invalidRequest, message), message, &events)
      }
      block.length = length
    case "content-type":
      if let charset = Header.charset(header.value), charset != "utf-8", charset != "utf8" { block.charset = charset }
    default:
      break
    }
  }

  /// Acts on the empty line behind a header block; without a block it is skipped.
  private mutating func finishBlock(_ events: inout [Event]) {
    guard !block.isEmpty else { return unframedBytes = 0 }
    guard let length = block.length else {
      return lose([], ResponseError(.invalidRequest, "a header block without Content-Length"), &events)
    }
    if length == 0 {
      events.append(.refused(ResponseError(.parseError, "an empty message")))
      return startBlock()
    }
    if length > limit {
      let error = ResponseError(
        .invalidRequest, .maxMessageBytes, maximum: limit, actual: length,
        "a message of \(length) bytes, over the limit of \(limit)")
      guard length < Self.skippedBytes else {
        return fail(error, "a message of \(length) bytes cannot be skipped", &events)
      }
      return drop(length, error, &events)
    }
    if let charset = block.charset {
      let error = ResponseError(
        .invalidRequest, "charset \(ResponseError.quoted(charset)) is not known; messages are utf-8")
      return drop(length, error, &events)
    }
    state = .body(missing: length)
  }

  private mutating func drop(_ length: Int, _ error: ResponseError, _ events: inout [Event]) {
    events.append(.refused(error))
    state = .droppedBody(missing: length)
  }

  /// The end of the present frame is unknown: refuses it and looks for the next, which may begin on this very line.
  private mutating func lose(_ line: [UInt8], _ error: ResponseError, _ events: inout [Event]) {
    events.append(.refused(error))
    startBlock()
    state = .resynchronising
    resume(with: line)
  }

  private mutating func fail(_ error: ResponseError, _ reason: String, _ events: inout [Event]) {
    events.append(.refused(error))
    events.append(.fatal(reason))
    end()
  }

  /// Begins a header block with `line` if a length stands at its start or behind a closing bracket.
  private mutating func resume(with line: [UInt8]) {
    let name = Array("content-length:".utf8)
    for start in line.indices.reversed() where line.count - start > name.count {
      let isBoundary = start == 0 || line[start - 1] == UInt8(ascii: "}") || line[start - 1] == UInt8(ascii: "]")
      guard isBoundary, line[start..<(start + name.count)].elementsEqual(name, by: { $0 | 0x20 == $1 | 0x20 }),
        let header = Header(Array(line[start...])), let length = Header.length(header.value)
      else { continue }
      startBlock()
      block = HeaderBlock(length: length, isEmpty: false)
      return
    }
  }
}

/// One header line, cut at the first colon.
struct Header {
  /// In lower case.
  let name: String
  /// Without blanks around it.
  let value: ArraySlice<UInt8>

  /// Nil for a line that does not begin with a name and a colon.
  init?(_ line: [UInt8]) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let name = Self.trimmed(line[..<colon])
    guard !name.isEmpty, name.allSatisfy(MessageFraming.isNameByte) else { return nil }
    self.name = String(decoding: name, as: UTF8.self).lowercased()
    value = Self.trimmed(line[(colon + 1)...])
  }

  /// The number that `value` is; nil for anything but decimal digits. Lengths beyond `Int` count as `Int.max`.
  static func length(_ value: ArraySlice<UInt8>) -> Int? {
    guard !value.isEmpty, value.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(String(decoding: value, as: UTF8.self)) ?? .max
  }

  /// The `charset` parameter of a media type in lower case, without quotes; nil where there is none.
  static func charset(_ value: ArraySlice<UInt8>) -> String? {
    for parameter in value.split(separator: UInt8(ascii: ";")).dropFirst() {
      let parts = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, String(decoding: trimmed(parts[0]), as: UTF8.self).lowercased() == "charset" else {
        continue
      }
      let text = trimmed(parts[1]).filter { $0 != UInt8(ascii: "\"") }
      return String(decoding: text, as: UTF8.self).lowercased()
    }
    return nil
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let first = bytes.firstIndex(where: { !MessageFraming.isBlank($0) }),
      let last = bytes.lastIndex(where: { !MessageFraming.isBlank($0) })
    else { return [] }
    return bytes[first...last]
  }
}
