/// Reads the grammar of one JSON text (RFC 8259) without building anything, so that every verdict on a text is made
/// here and not in the parser: where it is not JSON, what jansson cannot hold, and where the parts of its outermost
/// value lie. Nesting is counted on a stack of its own; the call depth does not grow with the text.
struct JSONScanner {
  /// What `scan` should find.
  enum Detail {
    /// The verdict and the repairs.
    case verdict
    /// Also the spans of the outermost value's members or elements.
    case outline
  }

  /// The containers that are open, outermost first; true for an object.
  private var openObjects: [Bool] = []
  private let depthLimit: Int
  private let valueLimit: Int
  private var valueCount = 0
  private let detail: Detail
  private var nameSpan = 0..<0
  private var valueStart = 0
  var position = 0
  var outline = JSONOutline()

  private init(depthLimit: Int, valueLimit: Int, detail: Detail) {
    self.depthLimit = depthLimit
    self.valueLimit = valueLimit
    self.detail = detail
  }

  /// Scans the whole of `text`.
  /// - Throws: for what is not JSON; what is JSON and cannot be held is `JSONOutline.unrepresentable`.
  static func scan(
    _ text: Span<UInt8>, limits: JSONLimits, detail: Detail
  ) throws(JSONParseError) -> JSONOutline {
    guard text.count <= limits.bytes else { throw JSONParseError(.tooLarge(limit: limits.bytes), offset: limits.bytes) }
    let depthLimit = min(max(limits.depth, 1), JSONLimits.parserDepth)
    var scanner = JSONScanner(depthLimit: depthLimit, valueLimit: limits.values, detail: detail)
    scanner.skipBlanks(text)
    guard scanner.position < text.count else { throw JSONParseError(.empty, offset: scanner.position) }
    scanner.outline.kind = JSONOutline.Kind(firstByte: text[scanner.position])
    let start = scanner.position
    try scanner.values(text)
    scanner.outline.span = start..<scanner.position
    scanner.skipBlanks(text)
    guard scanner.position == text.count else { throw JSONParseError(.trailingText, offset: scanner.position) }
    return scanner.outline
  }

  /// Reads one value and all that is inside it.
  private mutating func values(_ text: Span<UInt8>) throws(JSONParseError) {
    repeat {
      if openObjects.count == 1 { valueStart = position }
      guard position < text.count else { throw unexpected(text, "a value") }
      try count(text[position])
      switch text[position] {
      case UInt8(ascii: "{"):
        try open(text, object: true)
        if try !openedEmpty(text, close: UInt8(ascii: "}")) {
          try name(text)
          continue
        }
      case UInt8(ascii: "["):
        try open(text, object: false)
        if try !openedEmpty(text, close: UInt8(ascii: "]")) { continue }
      case UInt8(ascii: "\""):
        try string(text, isName: false)
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        try number(text)
      default:
        try literal(text)
      }
      try afterValue(text)
    } while !openObjects.isEmpty
  }

  /// Counts a value by its first byte.
  private mutating func count(_ first: UInt8) throws(JSONParseError) {
    let isContainer = first == UInt8(ascii: "[") || first == UInt8(ascii: "{")
    valueCount += isContainer ? JSONLimits.containerValues : 1
    guard valueCount <= valueLimit else { throw JSONParseError(.tooMany(limit: valueLimit), offset: position) }
  }

  private mutating func open(_ text: Span<UInt8>, object: Bool) throws(JSONParseError) {
    guard openObjects.count < depthLimit else { throw JSONParseError(.tooDeep(limit: depthLimit), offset: position) }
    openObjects.append(object)
    position += 1
    skipBlanks(text)
  }

  /// After an opening bracket: whether its closing one follows, which is then consumed.
  private mutating func openedEmpty(_ text: Span<UInt8>, close: UInt8) throws(JSONParseError) -> Bool {
    guard position < text.count, text[position] == close else { return false }
    position += 1
    openObjects.removeLast()
    return true
  }

  /// After a whole value: closes what ends here and stops before the next value, or at the end of the outermost.
  private mutating func afterValue(_ text: Span<UInt8>) throws(JSONParseError) {
    while let inObject = openObjects.last {
      if openObjects.count == 1 { recordPart() }
      skipBlanks(text)
      let close = UInt8(ascii: inObject ? "}" : "]")
      guard position < text.count else { throw unexpected(text, inObject ? "',' or '}'" : "',' or ']'") }
      switch text[position] {
      case UInt8(ascii: ","):
        position += 1
        skipBlanks(text)
        if inObject { try name(text) }
        return
      case close:
        position += 1
        openObjects.removeLast()
      default:
        throw unexpected(text, inObject ? "',' or '}'" : "',' or ']'")
      }
    }
  }

  /// Reads a member's name and the colon after it.
  private mutating func name(_ text: Span<UInt8>) throws(JSONParseError) {
    guard position < text.count, text[position] == UInt8(ascii: "\"") else { throw unexpected(text, "a member's name") }
    let start = position
    try string(text, isName: true)
    if openObjects.count == 1 { nameSpan = start..<position }
    skipBlanks(text)
    guard position < text.count, text[position] == UInt8(ascii: ":") else { throw unexpected(text, "':'") }
    position += 1
    skipBlanks(text)
  }

  /// Keeps the span of the member or element of the outermost container that has just ended.
  private mutating func recordPart() {
    guard detail == .outline else { return }
    outline.parts.append(JSONOutline.Part(name: nameSpan, value: valueStart..<position))
  }

  private mutating func literal(_ text: Span<UInt8>) throws(JSONParseError) {
    let word =
      switch text[position] {
      case UInt8(ascii: "t"): "true"
      case UInt8(ascii: "f"): "false"
      case UInt8(ascii: "n"): "null"
      default: throw unexpected(text, "a value")
      }
    for expected in word.utf8 {
      guard position < text.count, text[position] == expected else { throw unexpected(text, "'\(word)'") }
      position += 1
    }
  }

  private mutating func skipBlanks(_ text: Span<UInt8>) {
    while position < text.count {
      switch text[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  /// The error of the present position.
  func unexpected(_ text: Span<UInt8>, _ expected: String) -> JSONParseError {
    position < text.count
      ? JSONParseError(.unexpectedByte(found: text[position], expected: expected), offset: position)
      : JSONParseError(.unexpectedEnd(expected: expected), offset: text.count)
  }
}
