/// Runs the steps of a definition's normaliser.
package struct Normalizer: Sendable {
  private let steps: [NormalizerStep]
  /// BertNormalizer where it is the only step: it writes where its result is wanted.
  private let bert: BertNormalizer?
  /// Where nothing but a character is spelled in another way, as SentencePiece's models do with the space.
  private let spelling: CharacterSpelling?

  /// - Parameter steps: in their order.
  package init(_ steps: [NormalizerStep]) {
    self.steps = steps
    if case .bert(let options)? = steps.first, steps.count == 1 {
      bert = BertNormalizer(options)
    } else {
      bert = nil
    }
    spelling = CharacterSpelling(steps)
  }

  /// A whole text, normalised.
  package func normalize(_ text: String) -> String {
    let source = SourceText(text, offsets: false)
    var output = NormalizedText()
    append(source, 0..<source.bytes.count, to: &output)
    return String(decoding: output.bytes, as: UTF8.self)
  }

  /// Normalises the bytes of `source` in `range` as a text of their own and appends the result.
  func append(_ source: SourceText, _ range: Range<Int>, to output: inout NormalizedText) {
    if let bert { return bert.append(source, range, to: &output) }
    let isTraced = !source.scalarIndices.isEmpty
    if let spelling, !isTraced { return spelling.append(source.bytes, range, to: &output.bytes) }
    if steps.isEmpty {
      output.bytes += source.bytes[range]
      if isTraced { output.origins += source.scalarIndices[range] }
      return
    }
    var text = NormalizedText(
      bytes: Array(source.bytes[range]), origins: isTraced ? Array(source.scalarIndices[range]) : [])
    for step in steps where !text.bytes.isEmpty { text = step.applied(to: text) }
    output.append(text, 0..<text.bytes.count)
  }
}

/// `Replace` of an ASCII character, after a `Prepend` or without one, for texts whose offsets are not wanted.
private struct CharacterSpelling: Sendable {
  private var lead: [UInt8] = []
  private let byte: UInt8
  private let content: [UInt8]

  /// - Returns: nil where the steps are others.
  init?(_ steps: [NormalizerStep]) {
    var steps = steps[...]
    if case .prepend(let text)? = steps.first {
      lead = Array(text.utf8)
      steps.removeFirst()
    }
    guard steps.count == 1, case .replace(.literal(let pattern), let text)? = steps.first,
      let byte = pattern.utf8.first,
      pattern.utf8.count == 1, byte < 0x80, !lead.contains(byte)
    else { return nil }
    (self.byte, content) = (byte, Array(text.utf8))
  }

  func append(_ bytes: [UInt8], _ range: Range<Int>, to output: inout [UInt8]) {
    guard !range.isEmpty else { return }
    output.reserveCapacity(output.count + lead.count + range.count + range.count / 2)
    output += lead
    for index in range {
      if bytes[index] == byte { output += content } else { output.append(bytes[index]) }
    }
  }
}

extension NormalizerStep {
  /// The text after this step; what comes in is not empty.
  fileprivate func applied(to text: NormalizedText) -> NormalizedText {
    switch self {
    case .bert(let options):
      var output = NormalizedText()
      BertNormalizer(options).append(
        SourceText(bytes: text.bytes, scalarIndices: text.origins), 0..<text.bytes.count, to: &output)
      return output
    case .form(let form): return form.applied(to: text)
    case .lowercase: return text.lowercased()
    case .stripAccents: return text.filtered { $0 < 0x80 || !ScalarClass.of($0).contains(.accent) }
    case .strip(let left, let right): return text.stripped(left: left, right: right)
    case .replace(let pattern, let content): return text.replacing(pattern, by: Array(content.utf8))
    case .prepend(let content):
      var output = NormalizedText()
      output.append(Array(content.utf8), origin: text.origins.first)
      output.append(text, 0..<text.bytes.count)
      return output
    case .characterMap(let map): return map.applied(to: text)
    case .nmt: return text.cleanedAsNmt()
    }
  }
}

extension NormalizedText {
  /// The scalars that `isKept`, each with its place.
  func filtered(_ isKept: (UInt32) -> Bool) -> NormalizedText {
    mapped { isKept($0) ? $0 : nil }
  }

  /// Each scalar becomes another one or none.
  private func mapped(_ map: (UInt32) -> UInt32?) -> NormalizedText {
    var output = NormalizedText()
    output.bytes.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let (scalar, length) = UTF8Bytes.scalar(in: bytes, at: index)
      if let new = map(scalar) {
        let written = UTF8Bytes.append(new, to: &output.bytes)
        if !origins.isEmpty { for _ in 0..<written { output.origins.append(origins[index]) } }
      }
      index += length
    }
    return output
  }

  func lowercased() -> NormalizedText {
    var rewriter = TextRewriter(self)
    var index = 0
    while index < bytes.count {
      let (scalar, length) = UTF8Bytes.scalar(in: bytes, at: index)
      index += length
      guard UnicodeProperties.flags(of: scalar) & UnicodeProperties.Flag.lowercase != 0 else {
        rewriter.put(scalar, change: 0)
        continue
      }
      let properties = scalar < 0x80 ? UnicodeProperties.ascii : UnicodeProperties.shared
      rewriter.put(properties.lowercase(scalar), change: 0)
      // Of all scalars only U+0130, I with dot above, has a lower case of two.
      if scalar == 0x130 { rewriter.put(0x307, change: 1) }
    }
    return rewriter.new
  }

  fileprivate func stripped(left: Bool, right: Bool) -> NormalizedText {
    func isSpace(_ scalar: UInt32) -> Bool {
      UnicodeProperties.flags(of: scalar) & UnicodeProperties.Flag.whiteSpace != 0
    }
    var (start, end) = (0, bytes.count)
    while left, start < end {
      let (scalar, length) = UTF8Bytes.scalar(in: bytes, at: start)
      guard isSpace(scalar) else { break }
      start += length
    }
    while right, end > start {
      let (scalar, length) = UTF8Bytes.scalar(in: bytes, before: end)
      guard isSpace(scalar) else { break }
      end -= length
    }
    var output = NormalizedText()
    output.append(self, start..<end)
    return output
  }

  /// What comes in for a match stands where its last scalar does.
  fileprivate func replacing(_ pattern: TextPattern, by content: [UInt8]) -> NormalizedText {
    var output = NormalizedText()
    output.bytes.reserveCapacity(bytes.count)
    var start = 0
    while let match = pattern.firstMatch(in: bytes, from: start, to: bytes.count) {
      output.append(self, start..<match.lowerBound)
      output.append(content, origin: origins.isEmpty ? nil : origins[match.upperBound - 1])
      start = match.upperBound
    }
    if start == 0 { return self }
    output.append(self, start..<bytes.count)
    return output
  }

  fileprivate func cleanedAsNmt() -> NormalizedText {
    mapped { scalar in
      switch scalar {
      case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: nil
      case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD: 0x20
      default: scalar
      }
    }
  }
}
