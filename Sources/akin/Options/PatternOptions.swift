import AkinCollections
import ArgumentParser

/// What a text must have in it to be a result.
struct PatternOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Only texts with a match of this regular expression (RE2; ^ and $ at the ends of lines). May be repeated.",
      valueName: "pattern"))
  var regex: [String] = []
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Only texts with these words, one behind the other, in upper or lower case. May be repeated.", valueName: "words")
  )
  var phrase: [String] = []

  func validate() throws {
    do {
      _ = try all()
    } catch {
      guard case .invalid(let parameter, let expected, let found) = error.kind else { throw error }
      throw ValidationError("--\(parameter): expected \(expected), found \(found)")
    }
  }

  func all() throws(CollectionError) -> [TextPattern] {
    var patterns: [TextPattern] = []
    for text in regex { patterns.append(try TextPattern(regex: text)) }
    for text in phrase { patterns.append(try TextPattern(phrase: text)) }
    return patterns
  }
}
