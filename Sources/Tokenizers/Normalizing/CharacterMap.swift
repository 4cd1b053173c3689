/// SentencePiece's map of characters, `precompiled_charsmap`: a trie over bytes (a double array, as Darts writes it) whose
/// values are places in a list of strings, each ended by a zero byte.
public struct CharacterMap: Sendable, Equatable {
  /// The file's bytes: the size of the trie in bytes, the trie, the strings.
  public let blob: [UInt8]
  private let units: [UInt32]
  private let texts: [UInt8]
  /// What each ASCII character becomes, as a place in `texts`; -1 where it stays.
  private let ascii: [Int32]
  /// What each byte becomes by itself where that is one ASCII character, else -1.
  private let single: [Int16]

  /// - Returns: `nil` where the bytes are no such map.
  public init?(blob: [UInt8]) {
    func word(_ offset: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(blob[offset + $1]) << (8 * UInt32($1)) } }
    guard blob.count >= 8 else { return nil }
    let size = Int(word(0))
    guard size >= 4, size % 4 == 0, size <= blob.count - 4 else { return nil }
    let texts = Array(blob[(4 + size)...])
    guard String(validating: texts, as: UTF8.self) != nil else { return nil }
    self.blob = blob
    self.texts = texts
    let units = stride(from: 4, to: 4 + size, by: 4).map { word($0) }
    self.units = units
    let ascii = (0..<0x80).map { Self.shortest([UInt8($0)], 0..<1, units, texts) ?? -1 }
    self.ascii = ascii
    single = (0...255).map { byte in
      // A line feed belongs to the carriage return before it.
      guard byte < 0x80, byte != 0x0D else { return -1 }
      guard ascii[byte] >= 0 else { return Int16(byte) }
      let place = Int(ascii[byte])
      let isOne = place + 1 < texts.count && texts[place + 1] == 0 && texts[place] < 0x80 && texts[place] != 0
      return isOne ? Int16(texts[place]) : -1
    }
  }

  /// Bytes of the longest text that something becomes.
  var longestText: Int {
    var (longest, length) = (0, 0)
    for byte in texts {
      length = byte == 0 ? 0 : length + 1
      longest = max(longest, length)
    }
    return longest
  }

  /// The value of the shortest key that `bytes[range]` begins with: this is what the reference takes, not the longest.
  private static func shortest(
    _ bytes: [UInt8], _ range: Range<Int>, _ units: [UInt32], _ texts: [UInt8]
  ) -> Int32? {
    func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 0x200) >> 6) }
    var node = offset(units[0])
    for index in range {
      let byte = bytes[index]
      guard byte != 0 else { return nil }
      node ^= Int(byte)
      guard node < units.count, units[node] & 0x8000_00FF == UInt32(byte) else { return nil }
      let unit = units[node]
      node ^= offset(unit)
      guard unit & 0x100 != 0 else { continue }
      guard node < units.count else { return nil }
      let value = Int(units[node] & 0x7FFF_FFFF)
      // A string that begins inside a character, or nowhere, would make bytes that are no text.
      return value < texts.count && !UTF8Bytes.isContinuation(texts[value]) ? Int32(value) : nil
    }
    return nil
  }

  /// The text with its characters mapped: clusters of fewer than six bytes as a whole, where a key begins them, others
  /// scalar by scalar.
  func applied(to text: NormalizedText) -> NormalizedText {
    if let mapped = mappedSingly(text) { return mapped }
    var rewrites = MappedScalars(capacity: text.bytes.count)
    var breaks = GraphemeBreaks()
    var start = 0
    var index = 0
    while index < text.bytes.count {
      // Two ASCII characters are one cluster only where they are a line end.
      let byte = text.bytes[index]
      let isAlone = byte < 0x80 && byte != 0x0D && (index + 1 == text.bytes.count || text.bytes[index + 1] < 0x80)
      if isAlone, start == index {
        append(ascii: byte, to: &rewrites)
        index += 1
        start = index
        breaks = GraphemeBreaks()
        continue
      }
      let (scalar, length) = UTF8Bytes.scalar(in: text.bytes, at: index)
      if breaks.isBreak(before: scalar), start < index {
        append(cluster: start..<index, of: text.bytes, to: &rewrites)
        start = index
        breaks = GraphemeBreaks()
        continue
      }
      index += length
    }
    if start < index { append(cluster: start..<index, of: text.bytes, to: &rewrites) }
    return rewrites.hasChanged ? rewrites.applied(to: text) : text
  }

  /// The text where each of its bytes becomes one by itself, as most do.
  private func mappedSingly(_ text: NormalizedText) -> NormalizedText? {
    var output = text
    for index in text.bytes.indices {
      let byte = text.bytes[index]
      let mapped = single[Int(byte)]
      guard mapped >= 0 else { return nil }
      if mapped != Int16(byte) { output.bytes[index] = UInt8(mapped) }
    }
    return output
  }

  @inline(__always)
  private func append(ascii byte: UInt8, to rewrites: inout MappedScalars) {
    let value = ascii[Int(byte)]
    if value < 0 {
      rewrites.keep(UInt32(byte))
    } else {
      rewrites.replace(1, by: string(at: value))
    }
  }

  private func append(cluster: Range<Int>, of bytes: [UInt8], to rewrites: inout MappedScalars) {
    if cluster.count < 6, let value = Self.shortest(bytes, cluster, units, texts) {
      let count = bytes[cluster].reduce(0) { $0 + (UTF8Bytes.isContinuation($1) ? 0 : 1) }
      return rewrites.replace(count, by: string(at: value))
    }
    var index = cluster.lowerBound
    while index < cluster.upperBound {
      let (scalar, length) = UTF8Bytes.scalar(in: bytes, at: index)
      if let value = Self.shortest(bytes, index..<index + length, units, texts) {
        rewrites.replace(1, by: string(at: value))
      } else {
        rewrites.keep(scalar)
      }
      index += length
    }
  }

  /// The scalars of the string at a place.
  private func string(at value: Int32) -> [UInt32] {
    var scalars: [UInt32] = []
    var index = Int(value)
    while index < texts.count, texts[index] != 0 {
      let (scalar, length) = UTF8Bytes.scalar(in: texts, at: index)
      scalars.append(scalar)
      index += length
    }
    return scalars
  }

  /// Whether the bytes are the same.
  public static func == (left: CharacterMap, right: CharacterMap) -> Bool { left.blob == right.blob }
}

/// What a map makes of a text, with the changes that `TextRewriter.put` takes.
private struct MappedScalars {
  private var scalars: [(scalar: UInt32, change: Int)] = []
  private(set) var hasChanged = false

  init(capacity: Int) {
    scalars.reserveCapacity(capacity)
  }

  @inline(__always)
  mutating func keep(_ scalar: UInt32) {
    scalars.append((scalar, 0))
  }

  /// The reference's bookkeeping: of more scalars the last ones are new; of fewer the last one written stands for the rest, and
  /// it may be that of the character before.
  mutating func replace(_ count: Int, by new: [UInt32]) {
    hasChanged = true
    for scalar in new { scalars.append((scalar, 0)) }
    if new.count > count {
      for index in 0..<new.count - count { scalars[scalars.count - 1 - index].change = 1 }
    } else if new.count < count, !scalars.isEmpty {
      scalars[scalars.count - 1].change += new.count - count
    }
  }

  func applied(to text: NormalizedText) -> NormalizedText {
    var rewriter = TextRewriter(text)
    for (scalar, change) in scalars { rewriter.put(scalar, change: change) }
    return rewriter.new
  }
}
