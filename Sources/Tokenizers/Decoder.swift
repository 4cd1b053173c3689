extension Tokenizer {
  /// Text of ids, as the definition's decoder makes it. Upper case, accents and unusual white space do not come back where the
  /// normaliser took them.
  /// - Parameter skipSpecialTokens: whether special tokens are left out.
  /// - Throws: where an id names no token.
  public func decode(_ ids: [Int32], skipSpecialTokens: Bool = true) throws(TokenizerError) -> String {
    var tokens: [String] = []
    for (index, id) in ids.enumerated() {
      guard let token = token(id) else { throw .unknownID(id, index: index, vocabularySize: vocabularySize) }
      if skipSpecialTokens && added.specialIDs.contains(id) { continue }
      tokens.append(token)
    }
    return decoder.text(of: tokens)
  }
}

/// Makes text of tokens by the steps of a definition.
struct Decoder: Sendable {
  private let steps: [DecoderStep]?

  init(_ steps: [DecoderStep]?) {
    self.steps = steps
  }

  func text(of tokens: [String]) -> String {
    guard let steps else { return tokens.joined(separator: " ") }
    let list = steps.reduce(tokens.map { Array($0.utf8) }) { $1.applied(to: $0) }
    return String(decoding: list.joined(), as: UTF8.self)
  }
}

extension DecoderStep {
  fileprivate func applied(to tokens: [[UInt8]]) -> [[UInt8]] {
    switch self {
    case .wordPiece(let prefix, let cleansUp):
      let prefix = Array(prefix.utf8)
      return tokens.enumerated().map { index, token in
        var bytes = token
        if index > 0, bytes.starts(with: prefix) {
          bytes.removeFirst(prefix.count)
        } else if index > 0 {
          bytes.insert(UInt8(ascii: " "), at: 0)
        }
        return cleansUp ? Self.cleanUp(bytes) : bytes
      }
    case .byteLevel:
      let bytes = tokens.flatMap { ByteAlphabet.decoded($0) ?? $0 }
      return [Array(String(decoding: bytes, as: UTF8.self).utf8)]
    case .metaspace(let replacement, let dropsFirst):
      let mark = Array(String(replacement).utf8)
      return tokens.enumerated().map { index, token in
        token.replacing(mark, by: index == 0 && dropsFirst ? [] : [UInt8(ascii: " ")])
      }
    case .suffix(let suffix):
      let suffix = Array(suffix.utf8)
      return tokens.enumerated().map { index, token in
        token.replacing(suffix, by: index == tokens.count - 1 ? [] : [UInt8(ascii: " ")])
      }
    case .byteFallback: return Self.joinBytes(tokens)
    case .fuse: return [Array(tokens.joined())]
    case .strip(let scalar, let start, let stop):
      let mark = Array(String(scalar).utf8)
      return tokens.map { $0.stripped(of: mark, start: start, stop: stop) }
    case .replace(let pattern, let content):
      let content = Array(content.utf8)
      return tokens.map { $0.replacing(pattern, by: content) }
    }
  }

  /// What the decoder's cleanup replaces inside each token and the space before it, in this order.
  private static let replacements: [(from: [UInt8], to: [UInt8])] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
    (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

  private static func cleanUp(_ bytes: [UInt8]) -> [UInt8] {
    replacements.reduce(bytes) { $0.replacing($1.from, by: $1.to) }
  }

  /// Runs of byte tokens as text; as so many U+FFFD where they are none.
  private static func joinBytes(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var output: [[UInt8]] = []
    var run: [UInt8] = []
    func flush() {
      guard !run.isEmpty else { return }
      if String(validating: run, as: UTF8.self) != nil {
        output.append(run)
      } else {
        for _ in run { output.append(Array("\u{FFFD}".utf8)) }
      }
      run = []
    }
    for token in tokens {
      if let byte = byte(of: token) {
        run.append(byte)
      } else {
        flush()
        output.append(token)
      }
    }
    flush()
    return output
  }

  private static func byte(of token: [UInt8]) -> UInt8? {
    guard token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">") else { return nil }
    return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
  }
}

extension [UInt8] {
  fileprivate func replacing(_ from: [UInt8], by to: [UInt8]) -> [UInt8] {
    guard !from.isEmpty else { return self }
    return replacing(to) { from.firstMatch(in: self, from: $0, to: count) }
  }

  fileprivate func replacing(_ pattern: TextPattern, by to: [UInt8]) -> [UInt8] {
    replacing(to) { pattern.firstMatch(in: self, from: $0, to: count) }
  }

  private func replacing(_ content: [UInt8], _ firstMatch: (Int) -> Range<Int>?) -> [UInt8] {
    var output: [UInt8] = []
    var start = 0
    while let match = firstMatch(start) {
      output += self[start..<match.lowerBound]
      output += content
      start = match.upperBound
    }
    return start == 0 ? self : output + self[start...]
  }

  /// Without up to `start` marks at the beginning and `stop` at the end.
  fileprivate func stripped(of mark: [UInt8], start: Int, stop: Int) -> [UInt8] {
    var (first, last) = (0, count)
    var left = start
    while left > 0, last - first >= mark.count, self[first...].starts(with: mark) {
      first += mark.count
      left -= 1
    }
    left = stop
    while left > 0, last - first >= mark.count, self[(last - mark.count)..<last].elementsEqual(mark) {
      last -= mark.count
      left -= 1
    }
    return Array(self[first..<last])
  }
}
