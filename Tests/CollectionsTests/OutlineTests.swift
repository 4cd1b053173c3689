import AkinCollections
import AkinTestSupport
import Foundation
import Testing
import Tokenizers

/// Headings as each markup has them, told by what chunks stand under.
@Suite struct OutlineTests {
  private func chunker(_ modelLength: Int) throws -> Chunker {
    let path = try TestModel.folder + "/vocab.txt"
    let vocabulary = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    return Chunker(tokenizer: try Tokenizer(.bert(vocabulary: TokenList(vocabulary))), modelLength: modelLength)
  }

  /// `heading > symbol` of every chunk that is a section's first.
  private func outline(_ text: String, _ language: String) throws -> [String] {
    let chunker = try chunker(24)
    let language = try #require(Language.named(language))
    return chunker.chunks(of: text, language: language).compactMap { chunk in
      chunk.symbol.map { ([chunk.heading].compactMap { $0 } + [$0]).joined(separator: " > ") }
    }
  }

  private let filler = String(repeating: "Some words of a text that fills its section. ", count: 3)

  /// Sections long enough that none is joined to another one.
  private func sections(_ heads: String...) -> String {
    heads.map { $0 + "\n\n" + filler + "\n" }.joined(separator: "\n")
  }

  @Test func markdownIsCommonMarks() throws {
    #expect(
      try outline(sections("# One", "## Two ##", "# C#", "#Nothing", "Three\n====="), "markdown") == [
        "One", "One > Two", "C#", "Three",
      ])
    #expect(
      try outline(sections("# A `code` and *stress*", "Long title\nof two lines\n---"), "markdown")
        == ["A code and stress", "A code and stress > Long title of two lines"])
    // Tabs and three blanks before a mark are no code, four are.
    #expect(try outline(sections("   # Three", "    # Four", "#\tTab"), "markdown") == ["Three", "Tab"])
  }

  @Test func fencesInListsAndQuotesHideTheirHeadings() throws {
    let list = "# Real\n\n- item\n\n  ```sh\n  # not a heading\n\n  # nor this\n  ```\n\n" + filler + "\n"
    #expect(try outline(list + sections("## Next"), "markdown") == ["Real", "Real > Next"])
    let deep = "# Real\n\n1. item\n\n    ~~~\n    # not a heading\n    ~~~\n\n" + filler + "\n"
    #expect(try outline(deep + sections("## Next"), "markdown") == ["Real", "Real > Next"])
    #expect(try outline("> # Quoted\n\n" + sections("# Real"), "markdown") == ["Real"])
    #expect(try outline("```\n# code\n````\n\n" + sections("# Real"), "markdown") == ["Real"])
    #expect(try outline("<!--\n# comment\n-->\n\n" + sections("# Real"), "markdown") == ["Real"])
    #expect(try outline("<details>\n# inside\n</details>\n\n" + sections("# Real"), "markdown") == ["Real"])
  }

  @Test func frontMatterAndHTMLHeadings() throws {
    #expect(try outline("---\ntitle: Front\ntags: [a]\n---\n\n" + sections("# Real"), "markdown") == ["Real"])
    #expect(try outline("+++\ntitle = \"Front\"\n+++\n\n" + sections("# Real"), "markdown") == ["Real"])
    // A line across the page is none.
    #expect(try outline("---\n\nText\n---\n\n" + filler, "markdown").first == "Text")
    #expect(
      try outline(sections("<h1 align=\"center\">\n  <img src=\"x\"> The <b>Name</b>\n</h1>", "## Use"), "markdown")
        == ["The Name", "The Name > Use"])
  }

  @Test func orgHasItsBlocksAndKeywords() throws {
    let text =
      "#+TITLE: Notes\n\n" + sections("* TODO [#A] One :work:home:", "** Two", "*bold* is none")
      + "#+BEGIN_SRC org\n* not a heading\n#+END_SRC\n\n" + sections("* Three")
    #expect(try outline(text, "org") == ["Notes", "Notes > One", "Notes > One > Two", "Notes > Three"])
  }

  @Test func asciiDocHasItsBlocksAndUnderlines() throws {
    let text =
      sections("= Title", "== One", "=== Two ===") + "----\n== not a heading\n----\n\n"
      + "....\n= nor this\n....\n\n" + "====\n== an example\n====\n\n" + "****\n== a sidebar\n****\n\n"
      + sections("Under\n-----", "## Marked")
    #expect(
      try outline(text, "asciidoc") == ["Title", "Title > One", "Title > One > Two", "Title > Under", "Title > Marked"])
  }

  @Test func restructuredTextHasLevelsInTheOrderOfItsMarks() throws {
    let
      text =
        sections("=====\nTitle\n=====", "One\n===", "Two\n---") + "An example::\n\n    Not\n    ===\n\n"
        + ".. code-block:: rst\n\n   Nor\n   ---\n\n" + sections("Three\n====="),
      indented = "* item\n\n  Four\n  ====\n\n"
    #expect(
      try outline(text + indented, "restructuredtext") == [
        "Title", "Title > One", "Title > One > Two", "Title > Three",
      ])
    #expect(try outline(sections("漢字\n===="), "restructuredtext") == ["漢字"])
    // What docutils reads too: a title right below a target or another title, and a rule that is too short.
    let close = sections(".. _one:\nOne\n===\nTwo\n---", "A title of many words\n=========", "Ab c\n==")
    #expect(try outline(close, "restructuredtext") == ["One", "One > Two", "A title of many words"])
  }

  @Test func latexHasItsSections() throws {
    let text =
      sections("\\chapter{One}", "\\section[short]{Two \\emph{words} \\& more}", "% \\section{comment}")
      + "\\begin{verbatim}\n\\section{not}\n\\end{verbatim}\n\n" + sections("\\subsection*{Three}")
    #expect(try outline(text, "latex") == ["One", "One > Two words & more", "One > Two words & more > Three"])
  }

  @Test func tablesAreCutByRecordsUnderTheirHead() throws {
    let chunker = try chunker(32)
    let language = try #require(Language.named("csv"))
    let rows = (1...20).map { "name \($0),\"a remark\nof two lines, and more of it\",city" }
    let chunks = chunker.chunks(of: "name,remark,city\n" + rows.joined(separator: "\n") + "\n", language: language)
    #expect(chunks.count > 5)
    for chunk in chunks.dropFirst() {
      #expect(chunk.heading == "name,remark,city")
      #expect(chunk.text.hasPrefix("name "), "\(chunk.text)")
    }
    // As programs write them where the comma is the sign of decimals.
    let table = "name;remark\n" + rows.map { $0.replacing(",", with: ";") }.joined(separator: "\n") + "\n"
    let other = chunker.chunks(of: table, language: language)
    #expect(other.count > 5)
    #expect(other.dropFirst().allSatisfy { $0.heading == "name;remark" && $0.text.hasPrefix("name ") })
    let commas = chunker.chunks(of: "name, of whom;remark;city\n" + rows.joined(separator: "\n"), language: language)
    #expect(commas.dropFirst().allSatisfy { $0.heading == "name, of whom;remark;city" })
    let numbers = chunker.chunks(of: "1,2\n3,4\n", language: language)
    #expect(numbers.allSatisfy { $0.heading == nil })
  }

  /// Long files of openers that nothing closes take no time of their square.
  @Test(arguments: [
    ("asciidoc", "```a\n"), ("asciidoc", "----\nx\n----\n"), ("org", "#+begin_src\n"),
    ("restructuredtext", "a::\n\n  b\n"), ("latex", "\\section{\n"),
    ("markdown", "> > > ```\n"), ("markdown", "[a](\n"), ("csv", "\"\n"), ("markdown", "* [ ] `` ``` \n"),
  ])
  func hostileMarkupTakesLinearTime(language: String, line: String) throws {
    let text = String(repeating: line, count: 200_000 / line.utf8.count)
    let chunks = try chunker(256).chunks(of: text, language: #require(Language.named(language)))
    // What has no words is no chunk.
    #expect(chunks.isEmpty == !line.contains(where: \.isLetter))
  }
}
