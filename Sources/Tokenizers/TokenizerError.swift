/// Why a tokenizer could not be made, or could not do what was asked.
public enum TokenizerError: Error, Sendable, Equatable {
  /// The vocabulary has no entries.
  case emptyVocabulary
  /// The same entry twice, byte for byte.
  case duplicateToken(String, first: Int, second: Int)
  /// A special token that is neither in the vocabulary nor among the added tokens.
  case missingToken(String, role: String)
  /// An added token that matches nothing, or would match everywhere.
  case emptyAddedToken(id: Int32)
  /// An added token whose id is negative or names another token.
  case conflictingAddedToken(String, id: Int32, found: String?)
  /// A Unigram model with more or fewer scores than tokens.
  case wrongScores(Int, tokens: Int)
  /// A normaliser that may make a text so many times as long.
  case growth(Int, limit: Int)
  /// Fewer tokens than the special ones are allowed, or a negative number.
  case maxLengthTooSmall(Int, minimum: Int)
  /// A text of 2^31 bytes or more.
  case textTooLong(bytes: Int)
  /// An id that names no token; `index` is its place in the list.
  case unknownID(Int32, index: Int, vocabularySize: Int)
}

extension TokenizerError: CustomStringConvertible {
  /// What is wrong and what was expected.
  public var description: String {
    switch self {
    case .emptyVocabulary:
      return "the vocabulary is empty: expected one token a line"
    case .duplicateToken(let token, let first, let second):
      return "the vocabulary has the token \(token.debugDescription) twice, with the ids \(first) and \(second)"
    case .missingToken(let token, let role):
      return "the vocabulary lacks the \(role) token \(token.debugDescription)"
    case .emptyAddedToken(let id):
      return "the added token with id \(id) is empty after normalising: expected at least one character"
    case .conflictingAddedToken(let token, let id, let found):
      let owner = found.map { "is already that of \($0.debugDescription)" } ?? "is not between 0 and 2^30"
      return "the added token \(token.debugDescription) has the id \(id), which \(owner)"
    case .wrongScores(let scores, let tokens):
      return "the model has \(scores) scores: expected \(tokens), one a token"
    case .growth(let times, let limit):
      return "the normaliser may make a text \(times) times as long: expected at most \(limit) times"
    case .maxLengthTooSmall(let length, let minimum):
      return "maxLength is \(length): expected at least \(minimum), the number of special tokens"
    case .textTooLong(let bytes):
      return "the text has \(bytes) bytes: expected fewer than 2^31"
    case .unknownID(let id, let index, let size):
      return "ids[\(index)] is \(id): expected a token id between 0 and \(size - 1)"
    }
  }
}
