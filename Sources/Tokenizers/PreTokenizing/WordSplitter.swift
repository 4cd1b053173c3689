/// BertPreTokenizer: white space separates words, and every punctuation mark is a word.
package struct WordSplitter: Sendable {
  private enum ByteClass {
    static let letter: UInt8 = 0
    static let space: UInt8 = 1
    static let punctuation: UInt8 = 2
    /// Starts a scalar beyond ASCII.
    static let lead: UInt8 = 3
  }

  /// The class of every byte that starts a scalar.
  private let classes: [UInt8] = (0...255).map { byte in
    byte >= 0x80 ? ByteClass.lead : WordSplitter.scalarClass(UInt32(byte), .ascii)
  }

  private static func scalarClass(_ scalar: UInt32, _ properties: UnicodeProperties) -> UInt8 {
    let flags = properties.flags(of: scalar)
    if flags & UnicodeProperties.Flag.whiteSpace != 0 { return ByteClass.space }
    return flags & UnicodeProperties.Flag.punctuation != 0 ? ByteClass.punctuation : ByteClass.letter
  }

  /// Classes that depend on no option.
  package init() {}

  /// All words of a text that is normalised already.
  package func words(in text: String) -> [String] {
    let bytes = Array(text.utf8)
    var words: [String] = []
    var start = 0
    while let word = nextWord(in: bytes, from: start, to: bytes.count) {
      words.append(String(decoding: bytes[word], as: UTF8.self))
      start = word.upperBound
    }
    return words
  }

  /// The first word of `bytes` at or after `start` and before `end`; `nil` if only white space is left.
  @inline(__always)
  func nextWord(in bytes: [UInt8], from start: Int, to end: Int) -> Range<Int>? {
    var first = start
    var index = start
    while index < end {
      var byteClass = classes[Int(bytes[index])]
      var length = 1
      if byteClass == ByteClass.lead {
        let (scalar, width) = UTF8Bytes.scalar(in: bytes, at: index)
        byteClass = Self.scalarClass(scalar, .shared)
        length = width
      }
      if byteClass != ByteClass.letter {
        // A mark that ends a word is left for the next call, where it comes first.
        if first < index { return first..<index }
        if byteClass == ByteClass.punctuation { return index..<index + length }
        first = index + length
      }
      index += length
    }
    return first < end ? first..<end : nil
  }
}
