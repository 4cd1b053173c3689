/// Cuts a stream of bytes into messages. A pure state machine: it is fed what has been read, in pieces of any size, and
/// says what follows from it.
///
/// Two framings are told apart by the first line that is not blank and kept for good. A line that begins with a name and
/// a colon is a header as in LSP; anything else is one message a line. A byte order mark before it is skipped.
///
/// A frame whose end is known never costs its neighbours: what is wrong inside is refused, and the next one is read.
/// Where the end is lost, the bytes up to the next header line with a length are skipped, 64 KiB at most.
public struct MessageFraming: Sendable {
  /// How messages are told from each other.
  public enum Style: Sendable, Equatable {
    /// `Content-Length: N`, other headers, an empty line, and N bytes.
    case headers
    /// One message a line; blank lines are skipped.
    case lines
  }

  /// What follows from the bytes.
  public enum Event: Sendable, Equatable {
    /// The bytes of one message.
    case message([UInt8])
    /// Something that was no message: to be answered with this error and the id `null`.
    case refused(ResponseError)
    /// The stream is beyond repair; nothing after this is read.
    case fatal(String)
  }

  enum State: Sendable, Equatable {
    /// `buffer` holds the start of the first line, which may still turn out as either.
    case undecided
    /// `buffer` holds the start of a line.
    case line
    /// The rest of a line over the limit is dropped.
    case droppedLine
    /// `buffer` holds the start of a header line.
    case header
    /// `buffer` holds the start of a body.
    case body(missing: Int)
    /// A body that was refused is dropped.
    case droppedBody(missing: Int)
    /// The start of the next frame is looked for; `buffer` holds the start of a line.
    case resynchronising
    /// After `fatal`.
    case ended
  }

  /// A header block, or what is skipped in search of one, may be this long: 64 KiB.
  static let headerBytes = 64 << 10
  /// Refused bodies longer than this are not skipped: 4 GiB.
  static let skippedBytes = 4 << 30

  /// The framing in use; nil before it is known.
  public private(set) var style: Style?
  /// Longest message in bytes.
  let limit: Int
  var state = State.undecided
  var buffer: [UInt8] = []
  /// The headers of the present block.
  var block = HeaderBlock()
  /// Bytes of the present header block, or skipped since the frame was lost.
  var unframedBytes = 0
  private var isAtStart = true

  /// - Parameter limit: longest message in bytes; memory grows with what arrives, never with what a header claims.
  public init(limit: Int) {
    self.limit = limit
  }

  /// The bytes of one message to be sent.
  public static func frame(_ body: [UInt8], _ style: Style) -> [UInt8] {
    parts(body, style).flatMap(\.self)
  }

  /// The bytes of one message to be sent, in parts, so that a long body is not copied. `Content-Length` is the only header,
  /// as some clients read no other.
  static func parts(_ body: consuming [UInt8], _ style: Style) -> [[UInt8]] {
    switch style {
    case .headers: return [Array("Content-Length: \(body.count)\r\n\r\n".utf8), body]
    case .lines:
      body.append(UInt8(ascii: "\n"))
      return [body]
    }
  }

  /// Takes the next bytes of the stream.
  public mutating func feed(_ bytes: [UInt8]) -> [Event] {
    feed(bytes[...])
  }

  /// Takes the next bytes of the stream.
  public mutating func feed(_ bytes: ArraySlice<UInt8>) -> [Event] {
    var rest = bytes
    var events: [Event] = []
    while !rest.isEmpty, state != .ended {
      switch state {
      case .undecided: decide(&rest)
      case .line, .droppedLine: takeLine(&rest, &events)
      case .header: takeHeaderLine(&rest, &events)
      case .body(let missing): takeBody(&rest, &events, missing: missing)
      case .droppedBody(let missing): dropBody(&rest, missing: missing)
      case .resynchronising: resynchronise(&rest, &events)
      case .ended: break
      }
    }
    return events
  }

  /// Says that the stream has ended. A last line without a line feed is a message; a cut frame is not.
  public mutating func finish() -> [Event] {
    defer { end() }
    switch state {
    case .undecided where !buffer.isEmpty, .line:
      style = .lines
      return message(ofLine: buffer).map { [.message($0)] } ?? []
    case .undecided, .droppedLine, .resynchronising, .ended:
      return []
    case .header:
      guard !block.isEmpty || !buffer.allSatisfy(Self.isBlank) else { return [] }
      return [.fatal("the input ended inside a header")]
    case .body(let missing):
      return [.fatal("the input ended after \(buffer.count) bytes of a message of \(buffer.count + missing)")]
    case .droppedBody(let missing):
      return [.fatal("the input ended \(missing) bytes before the end of a message that was refused")]
    }
  }

  mutating func end() {
    state = .ended
    buffer = []
  }
}

// MARK: - The first line, and lines

extension MessageFraming {
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
  /// No header's name is this long; a text without a colon so far is a line.
  private static let longestName = 256

  /// Blanks of JSON, and the record separator that `jq --seq` puts before each text (RFC 7464).
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte) || byte == 0x1E
  }

  /// A byte of a header's name: RFC 9110, section 5.6.2, without the marks that no header in use has.
  static func isNameByte(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "_")
  }

  private mutating func decide(_ rest: inout ArraySlice<UInt8>) {
    while let byte = rest.first {
      if isAtStart, Self.byteOrderMark.starts(with: buffer + [byte]) {
        buffer.append(byte)
        if buffer == Self.byteOrderMark {
          isAtStart = false
          buffer = []
        }
      } else if buffer.isEmpty, Self.isBlank(byte) {
        isAtStart = false
      } else if Self.isNameByte(byte), buffer.count < Self.longestName, buffer.first != Self.byteOrderMark.first {
        isAtStart = false
        buffer.append(byte)
      } else {
        let isHeader = byte == UInt8(ascii: ":") && !buffer.isEmpty && buffer.allSatisfy(Self.isNameByte)
        style = isHeader ? .headers : .lines
        state = isHeader ? .header : .line
        return
      }
      rest = rest.dropFirst()
    }
  }

  private mutating func takeLine(_ rest: inout ArraySlice<UInt8>, _ events: inout [Event]) {
    let end = rest.firstIndex(of: UInt8(ascii: "\n"))
    let part = rest[rest.startIndex..<(end ?? rest.endIndex)]
    rest = end.map { rest[($0 + 1)...] } ?? []
    if state == .line {
      if buffer.count + part.count > limit {
        events.append(
          .refused(
            ResponseError(
              .invalidRequest, .maxMessageBytes, maximum: limit, actual: buffer.count + part.count,
              "a message over the limit of \(limit) bytes")))
        buffer = []
        state = .droppedLine
      } else {
        buffer.append(contentsOf: part)
      }
    }
    guard end != nil else { return }
    if state == .line, let message = message(ofLine: buffer) { events.append(.message(message)) }
    buffer = []
    state = .line
  }

  private func message(ofLine line: [UInt8]) -> [UInt8]? {
    guard let first = line.firstIndex(where: { !Self.isBlank($0) }),
      let last = line.lastIndex(where: { !Self.isBlank($0) })
    else { return nil }
    return Array(line[first...last])
  }
}
