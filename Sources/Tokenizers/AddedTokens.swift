/// The added tokens of a definition: where they are found in a text, and their names.
struct AddedTokens: Sendable {
  /// Looked for in the text as it came.
  let verbatim: AddedTokenMatcher
  /// Looked for in the normalised text.
  let normalized: AddedTokenMatcher
  let specialIDs: Set<Int32>
  private let tokens: [Int32: String]
  private let ids: [[UInt8]: Int32]

  /// One more than the largest id of an added token; 0 where there is none.
  let end: Int

  /// - Parameter splitsSpecial: special tokens are found, and are not cut out.
  /// - Throws: for a token that is empty, before normalising or after, or whose id belongs to another one.
  init(
    _ list: [AddedToken], _ vocabulary: Vocabulary, _ normalizer: Normalizer, splitsSpecial: Bool
  ) throws(TokenizerError) {
    var tokens: [Int32: String] = [:]
    var ids: [[UInt8]: Int32] = [:]
    for token in list {
      try Self.check(token, vocabulary, tokens, ids)
      tokens[token.id] = token.content
      ids[Array(token.content.utf8)] = token.id
    }
    verbatim = AddedTokenMatcher(
      list.filter { !$0.normalized }.map { ($0, Array($0.content.utf8)) }, splitsSpecial: splitsSpecial)
    let normalized = list.filter(\.normalized).map { ($0, Array(normalizer.normalize($0.content).utf8)) }
    if let empty = normalized.first(where: { $0.1.isEmpty }) { throw .emptyAddedToken(id: empty.0.id) }
    self.normalized = AddedTokenMatcher(normalized, splitsSpecial: splitsSpecial)
    specialIDs = Set(list.filter(\.special).map(\.id))
    self.tokens = tokens
    self.ids = ids
    end = tokens.keys.reduce(0) { max($0, Int($1) + 1) }
  }

  /// Holds an added token against the vocabulary and the added tokens before it.
  private static func check(
    _ token: AddedToken, _ vocabulary: Vocabulary, _ tokens: [Int32: String], _ ids: [[UInt8]: Int32]
  ) throws(TokenizerError) {
    guard !token.content.isEmpty else { throw .emptyAddedToken(id: token.id) }
    guard token.id >= 0, token.id < TokenList.limit.tokens else {
      throw .conflictingAddedToken(token.content, id: token.id, found: nil)
    }
    let bytes = Array(token.content.utf8)
    if let first = ids[bytes] ?? vocabulary.id(token.content), first != token.id {
      throw .duplicateToken(token.content, first: Int(first), second: Int(token.id))
    }
    if let owner = tokens[token.id] ?? vocabulary.token(token.id), !owner.utf8.elementsEqual(bytes) {
      throw .conflictingAddedToken(token.content, id: token.id, found: owner)
    }
  }

  /// The name of an added token.
  func token(_ id: Int32) -> String? { tokens[id] }

  /// The id of an added token.
  func id(_ token: String) -> Int32? { ids[Array(token.utf8)] }
}
