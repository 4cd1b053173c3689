import AkinTestSupport
import Extraction
import Extractors
import Testing

/// The readers over documents that other programs' libraries have made (scripts/document_fixtures.py).
@Suite struct DocumentReaderTests {
  private func read(_ name: String) throws -> ExtractedText {
    let format = try #require(DocumentFormat(path: name))
    return try DocumentReader.read(try Fixtures.bytes("documents/" + name), format)
  }

  private func outline(_ text: ExtractedText) -> [String] {
    text.headings.map { String(repeating: "#", count: $0.level) + " " + $0.title }
  }

  @Test func pagesAreReadColumnByColumn() throws {
    let paper = try read("paper.pdf")
    #expect(paper.text.contains("comes up to the harbour wall and goes back again."))
    // The word has its hyphen elsewhere.
    #expect(paper.text.contains("by a well-known table."))
    let harbour = try #require(paper.text.firstRange(of: "Boats that lie"))
    let kettle = try #require(paper.text.firstRange(of: "Water in a kettle"))
    #expect(harbour.lowerBound < kettle.lowerBound)
    #expect(!paper.text.contains("Journal of Everyday Physics"))
    #expect(!paper.text.contains("of 4"))
    // A sentence goes on on the next page.
    #expect(paper.text.contains("thermometer to the\nsummit finds"))
    #expect(paper.locations.map(\.fragment) == ["page=1", "page=2", "page=3", "page=4"])
    let line = try #require(
      paper.text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.hasPrefix("summit") })
    #expect(paper.location(of: line) == "page=2")
    #expect(paper.location(of: line - 1) == "page=1")
  }

  @Test func wordHasItsHeadingsListsAndTables() throws {
    let report = try read("report.docx")
    #expect(outline(report) == [" Notes on water", "# Tides", "## Spring tides", "# Kettles"])
    #expect(report.text.contains("- Bring boots\n- Bring a lamp\n"))
    #expect(report.text.contains("Height | Boiling point\n3000 m | 90 degrees\n"))
  }

  @Test func slidesHaveTheirTitlesAndNotes() throws {
    let slides = try read("slides.pptx")
    #expect(outline(slides) == ["# Tides", "# Kettles"])
    #expect(slides.locations.map(\.fragment) == ["slide=1", "slide=2"])
    #expect(slides.text.contains("Boats rise with it.\n\nShow the harbour here.\n"))
  }

  @Test func sheetsAreRows() throws {
    let table = try read("table.xlsx")
    #expect(outline(table) == ["# Harbours", "# Kettles"])
    #expect(table.text.contains("Hamburg | 03:12 | storm surge expected\nBrest | 4.5\n"))
    #expect(table.locations.contains { $0.fragment == "Harbours!A2" })
    #expect(table.locations.last?.fragment == "Kettles!A3")
  }

  @Test func openDocumentsHaveTheirHeadingsNotesAndRows() throws {
    let text = try read("text.odt")
    #expect(outline(text) == ["# Tides", "## Spring tides"])
    #expect(text.text.contains("The tide follows the moon. (Kepler knew)"))
    #expect(text.text.contains("- Bring boots"))
    let table = try read("table.ods")
    #expect(outline(table) == ["# Harbours"])
    #expect(table.text.hasSuffix("Harbour | Remark\nHamburg | storm surge expected\n"))
    #expect(table.locations.map(\.fragment) == ["Harbours!A1", "Harbours!A1", "Harbours!A2"])
  }

  @Test func booksAreReadInTheOrderOfTheirSpine() throws {
    let book = try read("book.epub")
    #expect(outline(book) == ["# Tides", "## Spring tides", "# Kettles"])
    #expect(book.locations.map(\.fragment) == ["chapter%20one.xhtml", "chapter%20one.xhtml#spring", "two.xhtml"])
  }

  @Test func notebooksAreMarkdownWithFences() throws {
    let notebook = try read("study.ipynb")
    #expect(notebook.isMarkdown)
    #expect(notebook.text.contains("```python\ndef height(hours):\n    # not a heading\n"))
    #expect(notebook.locations.map(\.fragment) == ["cell=1", "cell=2", "cell=3"])
  }

  @Test func pagesOfTheWebAreWhatOneReads() throws {
    let page = try read("page.html")
    #expect(outline(page) == ["# Notes on water", "## Kettles & pots"])
    #expect(page.text.contains("Spring tides are higher."))
    #expect(page.text.contains("Fill it\nWait\n"))
    #expect(page.text.contains("if boiling:\n    stop()\n"))
    #expect(page.text.contains("Height | Degrees\n3000 m | 90\n"))
    for hidden in ["var tide", "color: red", "Home", "never shown"] { #expect(!page.text.contains(hidden)) }
    #expect(page.locations.map(\.fragment) == ["water", "kettles"])
  }

  @Test func messagesAreDecoded() throws {
    let message = try read("message.eml")
    #expect(outline(message) == ["# Hochwasser am Mühlenfleth – bitte lesen"])
    #expect(message.text.contains("From: Jürgen Flut <juergen@example.org>"))
    #expect(message.text.contains("das Wasser steigt über die Mauer."))
    // One of the two forms, without the card.
    #expect(message.text.components("Liebe Anna") == 2 && !message.text.contains("\nJürgen\n"))
    #expect(message.text.contains("Attachment: Pegel.png"))
    #expect(message.locations.map(\.fragment) == ["mid:tide-1@example.org"])
  }

  @Test func mailboxesAreMessages() throws {
    let list = try read("list.mbox")
    #expect(outline(list) == ["# Tides", "# Re: Tides"])
    #expect(list.locations.map(\.fragment) == ["mid:list-0@example.org", "mid:list-1@example.org"])
    #expect(list.text.contains("From here on it only rises."))
  }

  @Test func richTextIsItsText() throws {
    let note = try read("note.rtf")
    #expect(outline(note) == ["# Tides"])
    #expect(note.text == "Tides\n\nThe tide follows the moon. Mühle, —, 潮汐.\n\nSecond bold paragraph.\n")
  }

  @Test(arguments: [("talk.srt", "t=62"), ("talk.vtt", "t=3602")])
  func subtitlesAreWhatIsSaid(name: String, second: String) throws {
    let talk = try read(name)
    #expect(talk.text.hasPrefix("The tide follows the moon.\n\nWater in a kettle boils"))
    #expect(talk.locations.map(\.fragment) == ["t=1", second])
  }

  @Test func everyTextIsWhatItsPlacesSay() throws {
    for name in [
      "paper.pdf", "report.docx", "slides.pptx", "table.xlsx", "text.odt", "table.ods", "book.epub", "page.html",
      "message.eml", "list.mbox", "note.rtf", "talk.srt", "talk.vtt",
    ] {
      let document = try read(name)
      let lines = document.text.split(separator: "\n", omittingEmptySubsequences: false)
      for heading in document.headings { #expect(lines[heading.line] == heading.title, "\(name)") }
      for place in document.locations { #expect(!lines[place.line].isEmpty, "\(name) \(place)") }
      #expect(!document.text.contains("\u{0}") && document.text.hasSuffix("\n"))
    }
  }

  // MARK: What is none

  @Test(arguments: DocumentFormat.allCases) func whatIsNoneIsToldSo(_ format: DocumentFormat) {
    for bytes in [[], Array("PK\u{3}\u{4}".utf8), [0xFF, 0xFE, 0], Array("{\"cells\": 3}".utf8)] {
      guard
        case .failure(let error) = Result(catching: { () throws(ReadingError) in try DocumentReader.read(bytes, format)
        })
      else {
        // Some formats take anything for a text.
        #expect([.html, .message].contains(format))
        continue
      }
      #expect(!error.description.isEmpty)
    }
  }
}

extension String {
  /// The parts between a separator.
  fileprivate func components(_ separator: String) -> Int {
    ranges(of: separator).count + 1
  }
}

/// Text of pages, line by line.
@Suite struct PageTextTests {
  private func text(_ pages: String...) throws -> String {
    try PageText(pages.map { $0 + "\u{0C}" }.joined()).text().text
  }

  @Test func wordsAreWholeAgain() throws {
    #expect(try text("The har-\nbour is full.") == "The harbour\nis full.\n")
    #expect(try text("A state-of-the-\nart boat.") == "A state-of-the-art\nboat.\n")
    #expect(try text("He met Smith-\nJones there.") == "He met Smith-\nJones there.\n")
    #expect(try text("Pages 12-\n14 tell.") == "Pages 12-\n14 tell.\n")
    #expect(try text("well-known facts\nare well-\nknown.") == "well-known facts\nare well-known.\n")
  }

  @Test func headsAndFeetAreLeftOut() throws {
    let words = ["rivers", "lakes", "boats", "moons", "nets", "winds"]
    let pages = words.enumerated().map {
      "Handbook of Tides\n\nThis page is about \($1).\nOf \($1) there is more to say.\n\n\($0 + 1)"
    }
    let text = try PageText(pages.map { $0 + "\u{0C}" }.joined()).text()
    #expect(!text.text.contains("Handbook"))
    #expect(text.text.contains("This page is about boats.\nOf boats there is more to say.\n\n"))
    #expect(text.locations.count == 6)
    // Of one page nobody knows what repeats.
    #expect(try self.text("Handbook of Tides\n\nText.").contains("Handbook"))
  }

  @Test func aParagraphEndsWithItsPageUnlessItsSentenceGoesOn() throws {
    #expect(try text("The tide comes in and", "goes out again.") == "The tide comes in and\ngoes out again.\n")
    #expect(try text("The tide comes in.", "Then it goes out.") == "The tide comes in.\n\nThen it goes out.\n")
  }
}
