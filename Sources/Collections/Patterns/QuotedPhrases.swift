/// The phrases between quotes in a query, as search engines read them.
///
/// A quote begins a phrase at the query's start or behind a blank, and ends one at its end, before a blank or before a mark
/// that ends a sentence, so that `print("hello")` has none.
public struct QuotedPhrases: Sendable, Equatable {
  /// Without their quotes; none that is blank.
  public let phrases: [String]
  /// The query without the quotes of its phrases.
  public let text: String

  private static let quotes: [Character: Character] = ["\"": "\"", "\u{201C}": "\u{201D}", "\u{AB}": "\u{BB}"]
  private static let marks: Set<Character> = [".", ",", ";", ":", "!", "?", ")"]

  /// Reads a query.
  public init(_ query: String) {
    var phrases: [String] = []
    var text = ""
    var rest = query[...]
    var previous: Character?
    while let character = rest.first {
      rest = rest.dropFirst()
      let begins = previous?.isWhitespace ?? true
      if begins, let closing = Self.quotes[character], let end = Self.end(of: rest, closing) {
        let phrase = rest[..<end]
        if !phrase.allSatisfy(\.isWhitespace) { phrases.append(String(phrase)) }
        text += phrase
        rest = rest[rest.index(after: end)...]
        previous = closing
      } else {
        text.append(character)
        previous = character
      }
    }
    self.phrases = phrases
    self.text = text
  }

  private static func end(of rest: Substring, _ closing: Character) -> Substring.Index? {
    rest.indices.first { index in
      guard rest[index] == closing else { return false }
      let next = rest.index(after: index)
      return next == rest.endIndex || rest[next].isWhitespace || marks.contains(rest[next])
    }
  }
}
