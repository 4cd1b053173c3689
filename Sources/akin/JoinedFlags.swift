/// Flags of one letter that stand before an option with a value in one word, as getopt takes them: `-lk5` is `-l -k5`. The argument
/// parser joins flags alone, and values to their option alone.
enum JoinedFlags {
  /// The letters of flags, in whatever command; none is an option's with a value. `Tests/Clients/folders.sh` holds it to the parser's help.
  private static let letters = Set("l0q")

  /// The words of a command line with such words in two.
  static func split(_ words: [String]) -> [String] {
    let end = words.firstIndex(of: "--") ?? words.count
    return words[..<end].flatMap(parts) + words[end...]
  }

  private static func parts(_ word: String) -> [String] {
    guard word.hasPrefix("-"), !word.hasPrefix("--"), Double(word) == nil else { return [word] }
    let flags = word.dropFirst().prefix { letters.contains($0) }
    let rest = word.dropFirst(1 + flags.count)
    // Without a value behind it the parser takes the next word.
    guard !flags.isEmpty, rest.count > 1, rest.first?.isLetter == true else { return [word] }
    return ["-" + flags, "-" + rest]
  }
}
