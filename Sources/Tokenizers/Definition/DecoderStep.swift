/// How tokens become text: the types of `decoder` in a tokenizer.json. Each takes the list of tokens and makes another.
public enum DecoderStep: Sendable, Equatable {
  /// WordPiece: joins pieces to words and closes the gaps before punctuation where `cleansUp`.
  case wordPiece(prefix: String, cleansUp: Bool)
  /// ByteLevel: one token, of the bytes that all of them spell.
  case byteLevel
  /// Metaspace: `replacement` becomes a space, and nothing in the first token, if there `dropsFirst`.
  case metaspace(replacement: Unicode.Scalar, dropsFirst: Bool)
  /// BPEDecoder: the suffix becomes a space, and nothing in the last token.
  case suffix(String)
  /// ByteFallback: tokens `<0x00>` to `<0xFF>` become the characters that they spell together.
  case byteFallback
  /// Fuse: one token.
  case fuse
  /// Strip: takes as many of a character from the ends of each token.
  case strip(Unicode.Scalar, start: Int, stop: Int)
  /// Replace, in each token.
  case replace(TextPattern, by: String)
}
