import Extraction

/// Text that was set in pages, as one that is read: without the lines that repeat at the head or the foot of pages, words that were
/// divided at line ends whole again, and a sentence that goes on on the next page together.
package struct PageText {
  /// Lines at the head and at the foot of a page that may be no part of its text.
  private static let margin = 2
  /// Pages from which on a line can be seen to repeat.
  private static let fewestPages = 3

  /// Lines of each page.
  private var pages: [[Substring]]

  /// - Parameter text: pages end with a form feed.
  package init(_ text: String) {
    pages = Self.readable(text).split(separator: "\u{0C}", omittingEmptySubsequences: false).map { page in
      page.split(separator: "\n", omittingEmptySubsequences: false)
    }
    if pages.last?.allSatisfy(Self.isBlank) ?? false { pages.removeLast() }
  }

  /// What the fonts of older TeX have at codes that are no letters elsewhere (T1, the Cork encoding): their glyphs have no names, and the codes
  /// come as they are.
  private static let cork: [UInt32: String] = [
    0x10: "\u{201C}", 0x11: "\u{201D}", 0x15: "\u{2013}", 0x16: "\u{2014}", 0x1B: "ff", 0x1C: "fi", 0x1D: "fl",
    0x1E: "ffi",
    0x1F: "ffl",
  ]

  /// Without signs that are none.
  private static func readable(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x0C }) else { return text }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar.value >= 0x20 || scalar.value == 0x0A || scalar.value == 0x0C {
        scalars.append(scalar)
      } else {
        scalars.append(contentsOf: (cork[scalar.value] ?? " ").unicodeScalars)
      }
    }
    return String(scalars)
  }

  private static func isBlank(_ line: Substring) -> Bool { line.utf8.allSatisfy { $0 <= 0x20 } }

  private struct Line {
    var text: String
    let page: Int
  }

  /// The whole text, a place a page.
  package func text() throws(ReadingError) -> ExtractedText {
    let repeated = Self.repeated(pages)
    var lines: [Line] = []
    for (number, page) in pages.enumerated() {
      let page = Self.withoutMargins(page, repeated)
      if let last = lines.last, let first = page.first, !Self.goesOn(last.text, first) {
        lines.append(Line(text: "", page: number))
      }
      lines += page.map { Line(text: String($0), page: number) }
    }
    var builder = TextBuilder()
    var page = -1
    for line in Self.withHyphens(Self.withWholeWords(lines)) {
      if Self.isBlank(line.text[...]) {
        builder.separate()
        continue
      }
      if line.page != page { builder.place("page=\(line.page + 1)") }
      page = line.page
      try builder.line(line.text)
    }
    return try builder.text()
  }

  /// Whether a sentence goes on from the last line of a page to the first of the next one.
  private static func goesOn(_ line: String, _ next: Substring) -> Bool {
    guard let last = line.unicodeScalars.last, let first = next.unicodeScalars.first(where: { $0 != " " }) else {
      return false
    }
    let ends = ".!?:;\u{3002}\"\u{201D})".unicodeScalars
    return !ends.contains(last) && (first.properties.isLowercase || last == "," || last == "-")
  }

  // MARK: Heads and feet

  /// What stands near the edge of so many pages that it is no part of the text. Numbers count as the same.
  private static func repeated(_ pages: [[Substring]]) -> Set<String> {
    guard pages.count >= fewestPages else { return [] }
    var counts: [String: Int] = [:]
    for page in pages {
      let lines = page.filter { !isBlank($0) }
      for line in Set((lines.prefix(margin) + lines.suffix(margin)).map(shape)) { counts[line, default: 0] += 1 }
    }
    // Left and right pages may have their own; chapters too, of some pages each.
    let enough = max(fewestPages, pages.count / 5)
    let repeated = Set(counts.filter { $0.value >= enough }.keys)
    // Where pages have little more than such lines, these are the text: questions of a quiz, cards, titles of slides.
    let full = pages.filter { !$0.allSatisfy(isBlank) }
    let emptied = full.count { withoutMargins($0, repeated).isEmpty }
    return 2 * emptied > full.count ? [] : repeated
  }

  /// A line with its numbers alike.
  private static func shape(_ line: Substring) -> String {
    var shape = String.UnicodeScalarView()
    for scalar in TextBuilder.joined(String(line)).unicodeScalars {
      if scalar.properties.numericType == nil {
        shape.append(scalar)
      } else if shape.last != "0" {
        shape.append("0")
      }
    }
    let text = String(shape)
    let letters = text.lowercased()
    return letters.allSatisfy { "ivxlc".contains($0) } ? "0" : letters
  }

  private static func withoutMargins(_ page: [Substring], _ repeated: Set<String>) -> ArraySlice<Substring> {
    var page = page[...]
    func trim(_ page: inout ArraySlice<Substring>) {
      while let line = page.first, isBlank(line) { page = page.dropFirst() }
      while let line = page.last, isBlank(line) { page = page.dropLast() }
    }
    trim(&page)
    for _ in 0..<margin {
      guard let line = page.first, repeated.contains(shape(line)) else { break }
      page = page.dropFirst()
      trim(&page)
    }
    for _ in 0..<margin {
      guard let line = page.last, repeated.contains(shape(line)) else { break }
      page = page.dropLast()
      trim(&page)
    }
    return page
  }

  // MARK: Divided words

  /// Words that stand undivided somewhere, in lower case.
  private static func words(_ lines: [Line]) -> Set<String> {
    var words: Set<String> = []
    for line in lines {
      for word in line.text.split(whereSeparator: { !$0.isLetter && $0 != "-" }) where word.utf8.count < 64 {
        words.insert(word.lowercased())
      }
    }
    return words
  }

  /// Lines whose last word goes on in the next one have it whole. A hyphen that belongs to the word stays: where the word
  /// stands so elsewhere, or a capital or a digit follows.
  private static func withWholeWords(_ lines: [Line]) -> [Line] {
    let known = words(lines)
    var result: [Line] = []
    for line in lines {
      guard let last = result.last, let (whole, rest) = joined(last.text, line.text, known) else {
        result.append(line)
        continue
      }
      result[result.count - 1].text = whole
      if !rest.isEmpty { result.append(Line(text: rest, page: line.page)) }
    }
    return result
  }

  /// Poppler has put words together itself that were divided at line ends, also where the hyphen was the word's own: it is put
  /// back where the word stands with it as often as without.
  private static func withHyphens(_ lines: [Line]) -> [Line] {
    var hyphenated: [String: (word: String, count: Int)] = [:]
    var plain: [String: Int] = [:]
    for line in lines {
      for word in line.text.split(separator: " ").map({ trimmed($0) }) where word.utf8.count < 64 {
        if word.contains("-") {
          let lowercase = word.lowercased()
          hyphenated[lowercase.filter { $0 != "-" }, default: (lowercase, 0)].count += 1
        } else {
          plain[word.lowercased(), default: 0] += 1
        }
      }
    }
    let lost = hyphenated.filter { plain[$0.key, default: 0] > 0 && plain[$0.key, default: 0] <= $0.value.count }
    guard !lost.isEmpty else { return lines }
    return lines.map { line in
      let words = line.text.split(separator: " ", omittingEmptySubsequences: false).map { word -> String in
        let letters = trimmed(word)
        guard let whole = lost[letters.lowercased()]?.word else { return String(word) }
        return word[..<letters.startIndex] + hyphened(letters, as: whole) + word[letters.endIndex...]
      }
      return Line(text: words.joined(separator: " "), page: line.page)
    }
  }

  /// The letters of a word with the hyphens of another one, whose letters are the same in lower case.
  private static func hyphened(_ word: Substring, as whole: String) -> String {
    var result = ""
    var letters = word.makeIterator()
    for character in whole {
      if character == "-" { result.append("-") } else if let letter = letters.next() { result.append(letter) }
    }
    return result + String(IteratorSequence(letters))
  }

  private static func trimmed(_ word: Substring) -> Substring {
    var word = word.drop { !$0.isLetter }
    while let last = word.last, !last.isLetter { word.removeLast() }
    return word
  }

  /// The line with the word that begins the next one, and what is left of that.
  private static func joined(_ line: String, _ next: String, _ known: Set<String>) -> (whole: String, rest: String)? {
    guard let hyphen = line.last, "-\u{2010}\u{AD}".contains(hyphen) else { return nil }
    let head = String(line.dropLast().reversed().prefix { $0.isLetter || $0 == "-" }.reversed())
    let start = next.drop { $0 == " " }
    let word = start.prefix { !$0.isWhitespace }
    let letters = start.prefix { $0.isLetter }
    guard head.count > 1, letters.first?.isLowercase ?? false else { return nil }
    let keeps =
      head.contains("-")
      || hyphen != "\u{AD}" && known.contains((head + "-" + letters).lowercased())
        && !known.contains((head + letters).lowercased())
    let rest = start.dropFirst(word.count).drop { $0 == " " }
    return (line.dropLast() + (keeps ? "-" : "") + word, String(rest))
  }
}
