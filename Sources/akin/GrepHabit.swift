/// An option that people know from grep and ripgrep, and that means nothing to a search by meaning.
struct GrepHabit {
  /// By option, what there is in its place.
  private static let advice: [String: String] = [
    "-i": "No search minds capital letters.", "-S": "No search minds capital letters.",
    "-n": "Lines are always told, as FILE:LINE.", "-H": "Files are always told, as FILE:LINE.",
    "-r": "A folder is searched with all that is in it.", "-R": "A folder is searched with all that is in it.",
    "-e": "The query is the first argument; --file FILE holds several, one a line.",
    "-w": "--phrase WORDS leaves only texts with these words.",
    "-F": "--phrase WORDS leaves only texts with these words.",
    "-E": "--regex PATTERN leaves only texts that match it.", "-P": "--regex PATTERN leaves only texts that match it.",
    "-A": "-C N shows N lines of each place.", "-B": "-C N shows N lines of each place.",
    "-c": "--files names the files, one a line.", "-L": "--files names the files that are found.",
    "-u": "--no-ignore and --hidden take more files.", "-v": "What is unlike a query is everything else.",
  ]

  private let option: String
  private let advice: String

  /// - Parameter message: what the parser says of an option that it does not know.
  /// - Returns: nil for others, and outside of `akin search`.
  init?(_ message: String, arguments: [String] = Array(CommandLine.arguments.dropFirst())) {
    guard arguments.first == "search", message.hasPrefix("Unknown option '") else { return nil }
    let option = message.dropFirst("Unknown option '".count).prefix { $0 != "'" }
    guard option.hasPrefix("-"), !option.hasPrefix("--") else { return nil }
    // Of several letters, or of one with its value: -rn, -A3.
    let known = String(option.prefix(2))
    guard let advice = Self.advice[known] else { return nil }
    (self.option, self.advice) = (known, advice)
  }

  var failure: Failure { Failure(.usage, "'akin search' has no option \(option)", hint: advice) }
}
