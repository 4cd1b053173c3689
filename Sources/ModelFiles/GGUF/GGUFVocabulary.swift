import Tokenizers

/// llama.cpp's spelling of a WordPiece vocabulary: the first piece of a word begins with U+2581, later pieces have no
/// prefix, and special tokens are spelled as they are (`BertModel.set_vocab` of convert_hf_to_gguf.py).
enum GGUFVocabulary {
  private static let wordStart = "\u{2581}"

  /// `enum llama_token_type` (llama.h).
  enum TokenType: Int32 {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  /// A vocabulary as it stands in a file. The spelling cannot be undone for every token ("##" and U+2581 may be part of
  /// a token's own text), so that Akin keeps the exceptions.
  struct Spelled: Equatable {
    var tokens: [String] = []
    var types: [Int32] = []
    var irregularIDs: [Int32] = []
    var irregularTokens: [String] = []
  }

  /// - Parameter size: rows of the word-embedding table, to which llama.cpp has the list filled up.
  static func spell(_ tokenizer: TokenizerDefinition, size: Int) -> Spelled {
    let added = Dictionary(tokenizer.addedTokens.map { (Int($0.id), $0) }, uniquingKeysWith: { _, last in last })
    let special = Set(tokenizer.names.all)
    // Only WordPiece's tokens are spelled otherwise.
    var prefix: String?
    if case .wordPiece(let model) = tokenizer.model { prefix = model.continuingPrefix }
    var hasByteTokens = false
    if case .bytePair(let model) = tokenizer.model { hasByteTokens = model.byteFallback }
    if case .unigram(let model) = tokenizer.model { hasByteTokens = model.byteFallback }
    let unknown = tokenizer.unknownToken
    var spelled = Spelled()
    for id in 0..<max(size, tokenizer.vocabulary.count) {
      let token = id < tokenizer.vocabulary.count ? tokenizer.vocabulary[id] : nil
      let isControl = added[id]?.special ?? (token.map(special.contains) ?? false)
      let type: TokenType =
        switch (token, added[id]) {
        case (nil, nil): .unused
        case (.some(let token), _) where token == unknown: prefix == nil ? .unknown : .control
        case _ where isControl: .control
        case (_, .some): .userDefined
        case (.some(let token), _) where hasByteTokens && isByte(token): .byte
        default: .normal
        }
      let text = token ?? added[id]?.content ?? "[PAD\(id)]"
      let spelling = prefix.map { type == .normal ? spell(text, prefix: $0) : text } ?? text
      spelled.tokens.append(spelling)
      spelled.types.append(type.rawValue)
      if let token, let prefix {
        var read = TokenList()
        append(Array(spelling.utf8), type: type, prefix: Array(prefix.utf8), to: &read)
        guard !read.bytes.elementsEqual(token.utf8) else { continue }
        spelled.irregularIDs.append(Int32(id))
        spelled.irregularTokens.append(token)
      }
    }
    return spelled
  }

  /// Appends the token of a spelling, but for the exceptions.
  static func append<Bytes: Collection<UInt8>>(
    _ spelling: Bytes, type: TokenType, prefix: [UInt8], to vocabulary: inout TokenList
  ) {
    if type != .normal {
      vocabulary.append { $0 += spelling }
    } else if spelling.starts(with: wordStart.utf8) {
      vocabulary.append { $0 += spelling.dropFirst(wordStart.utf8.count) }
    } else {
      vocabulary.append {
        $0 += prefix
        $0 += spelling
      }
    }
  }

  /// `<0x00>` to `<0xFF>`
  private static func isByte(_ token: String) -> Bool {
    token.utf8.count == 6 && token.utf8.starts(with: "<0x".utf8) && token.utf8.last == UInt8(ascii: ">")
  }

  private static func spell(_ token: String, prefix: String) -> String {
    drop(prefix, from: token) ?? wordStart + token
  }

  /// By bytes: Swift's own comparison takes a following accent for a part of the prefix's last character.
  private static func drop(_ prefix: String, from text: String) -> String? {
    guard !prefix.isEmpty, text.utf8.starts(with: prefix.utf8) else { return nil }
    return String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }
}
