import Extraction
import Extractors
import Testing

/// What people's documents have besides text, and what they are when they have none.
@Suite struct HardDocumentTests {
  private func read(_ format: DocumentFormat, _ text: String) throws(ReadingError) -> ExtractedText {
    try DocumentReader.read(Array(text.utf8), format)
  }

  private func read(_ format: DocumentFormat, _ parts: [(String, String)]) throws(ReadingError) -> ExtractedText {
    try DocumentReader.read(StoredZip.bytes(parts), format)
  }

  private func reason(_ body: () throws(ReadingError) -> ExtractedText) -> String {
    do throws(ReadingError) { return "read: " + (try body().text) } catch { return error.description }
  }

  // MARK: Pages

  @Test func pagesOfFewLinesKeepThem() throws {
    let quiz = (1...4).map { "Question\n\nAnswer number \($0) is here.\n\u{0C}" }.joined()
    let text = try PageText(quiz).text()
    #expect(text.text.contains("Question\n\nAnswer number 3 is here."))
    #expect(text.locations.map(\.fragment) == ["page=1", "page=2", "page=3", "page=4"])
  }

  @Test func lettersAreApartAndMarksOfDirectionsGone() throws {
    let text = try PageText("The o\u{FB03}ce \u{FB01}nds\n\u{202B}\u{5E9}\u{5DC}\u{5D5}\u{5DD}\u{202C}\n\u{0C}").text()
    #expect(text.text == "The office finds\n\u{5E9}\u{5DC}\u{5D5}\u{5DD}\n")
  }

  /// As the fonts of older TeX have them in a PDF.
  @Test func codesOfTeXAreLetters() throws {
    let text = try PageText("Coe\u{1E}cients \u{1C}t \u{10}di\u{1B}erent\u{11} \u{1D}ows, pages 3\u{15}5\u{3}.\n\u{0C}")
      .text()
    #expect(text.text == "Coefficients fit \u{201C}different\u{201D} flows, pages 3\u{2013}5 .\n")
  }

  // MARK: Pages of the web

  @Test func pagesWrittenAsXMLAreReadToTheirEnd() throws {
    let head = "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><head>"
    let page = try read(
      .html,
      head + "<title/><script src='a.js'/></head><body><p class=\"a>b\">One<br/>two</p><!-- <p/> --><a id='x'/>"
        + "<p>three</p></body></html>")
    #expect(page.text == "One\ntwo\n\nthree\n")
    // A browser reads a page without this name as HTML.
    #expect(try read(.html, "<p>One<b/>two").text == "Onetwo\n")
  }

  @Test func whatIsDeepIsText() throws {
    let deep = String(repeating: "<div>", count: 3000)
    let end = String(repeating: "</div>", count: 3000)
    let page = try read(.html, deep + "the deep <script>no</script>text" + end + "<p>after")
    #expect(page.text.contains("the deep") && page.text.contains("text") && page.text.hasSuffix("after\n"))
    #expect(!page.text.contains("no"))
  }

  @Test func whatItsOwnStyleHidesIsHidden() throws {
    let page = try read(
      .html,
      "<body style='visibility:hidden'><p>seen<span style='color: red; DISPLAY : none'>unseen</span></p>"
        + "<p style='visibility: hidden !important'>unseen</p><p style='display: block'>again</p>")
    #expect(page.text == "seen\n\nagain\n")
  }

  /// As programs write tables, with paragraphs and lists in their cells; a cell that lays out a page has the page's paragraphs.
  @Test func cellsOfARowAreALine() throws {
    let page = try read(
      .html,
      "<table>\n <tr>\n  <td><p>Height</p></td>\n  <td><div>Boiling</div><div>point</div></td>\n </tr>\n"
        + " <tr><td>3000 m</td><td><ul><li>90 degrees</li><li>less</li></ul></td></tr>\n</table>")
    #expect(page.text == "Height | Boiling point\n3000 m | 90 degrees less\n")
    let laidOut = try read(.html, "<table><tr><td><h1>Tides</h1><p>They rise.</p><p>They fall.</p></td></tr></table>")
    #expect(laidOut.text == "Tides\n\nThey rise.\n\nThey fall.\n")
  }

  @Test func aTitleStandsForHeadingsThatAreMissing() throws {
    let page = try read(.html, "<title>Tides</title><p>They rise.<svg><title>moon</title></svg>")
    #expect(page.headings == [.init(line: 0, level: 0, title: "Tides")])
    #expect(try read(.html, "<title>Site</title><h2>Tides</h2><p>They rise.").headings.map(\.title) == ["Tides"])
  }

  // MARK: Notebooks

  @Test func notebooksOfTheThirdFormatAreWhole() throws {
    let notebook = try read(
      .notebook,
      #"{"worksheets": [{"cells": [{"cell_type": "heading", "level": 3, "source": "Tides"}, {"cell_type": "code", "#
        + #""language": "julia", "input": ["a = 1"], "outputs": [{"output_type": "pyout", "text": ["the answer"]}]}]}, "#
        + #"{"cells": [{"cell_type": "markdown", "source": "second"}]}]}"#)
    #expect(notebook.text == "### Tides\n\n```julia\na = 1\n```\n\n```\nthe answer\n```\n\nsecond\n")
    #expect(notebook.locations.map(\.fragment) == ["cell=1", "cell=2", "cell=3"])
  }

  @Test func whatCellsPrintIsReadAndPicturesAreNot() throws {
    let notebook = try read(
      .notebook,
      #"{"cells": [{"cell_type": "code", "source": "a", "outputs": [{"output_type": "stream", "text": ["42 mm\n"]}, "#
        + #"{"data": {"text/plain": "<Figure>", "image/png": "iVBO"}}, {"ename": "ValueError", "evalue": "too wet"}]}]}"#
    )
    #expect(notebook.text.contains("42 mm") && notebook.text.contains("ValueError: too wet"))
    #expect(!notebook.text.contains("Figure") && !notebook.text.contains("iVBO"))
    let long = String(repeating: "row of numbers ", count: 1000)
    let cut = try read(
      .notebook, #"{"cells": [{"cell_type": "code", "source": "a", "outputs": [{"text": "\#(long)"}]}]}"#)
    #expect(cut.text.utf8.count < 2100)
  }

  // MARK: Office files

  @Test func datesAreReadAsDates() throws {
    let cells = [
      "<c s='1'><v>45443</v></c>", "<c s='2'><v>45443.5</v></c>", "<c s='3'><v>0.5729166666666666</v></c>",
      "<c s='4'><v>1.25</v></c>", "<c s='5'><v>45443</v></c>", "<c><v>0.30000000000000004</v></c>",
      "<c t='b'><v>1</v></c>", "<c s='1'><v>59</v></c>", "<c s='1'><v>61</v></c>",
    ]
    let styles =
      "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='dd\\.mm\\.yyyy hh:mm'/>"
      + "<numFmt numFmtId='165' formatCode='[h]:mm'/><numFmt numFmtId='166' formatCode='\"days\" 0.0'/></numFmts>"
      + "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs>"
      + [0, 14, 164, 20, 165, 166].map { "<xf numFmtId='\($0)'/>" }.joined() + "</cellXfs></styleSheet>"
    func book(_ properties: String) throws(ReadingError) -> String {
      try read(
        .xlsx,
        [
          (
            "xl/workbook.xml",
            "<workbook xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'>\(properties)"
              + "<sheets><sheet name='S' r:id='a'/></sheets></workbook>"
          ),
          ("xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id='a' Target='s.xml'/></Relationships>"),
          ("xl/s.xml", "<worksheet><sheetData><row r='2'>\(cells.joined())</row></sheetData></worksheet>"),
          ("xl/styles.xml", styles),
        ]
      ).text
    }
    #expect(
      try book("")
        == "S\n2024-05-31 | 2024-05-31 12:00 | 13:45 | 30:00 | 45443 | 0.3 | TRUE | 1900-02-28 | 1900-03-01\n")
    #expect(try book("<workbookPr date1904='1'/>").contains("2028-06-01 | "))
  }

  @Test func whatWordHidesIsHidden() throws {
    let text = try read(
      .docx,
      [
        (
          "word/document.xml",
          "<document><p><r><t>seen</t></r><r><rPr><vanish/></rPr><t> unseen</t></r>"
            + "<r><rPr><vanish val='0'/></rPr><t> again</t></r></p></document>"
        )
      ])
    #expect(text.text == "seen again\n")
  }

  /// Programs of the web call the parts otherwise.
  @Test func partsAreFoundByTheirRelations() throws {
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    func relations(_ targets: [(String, String)]) -> String {
      targets.map { "<Relationship Id='\($0)' Type='\(kind)/\($0)' Target='\($1)'/>" }.joined()
    }
    func relationships(_ targets: [(String, String)]) -> String {
      "<Relationships>\(relations(targets))</Relationships>"
    }
    let text = try read(
      .docx,
      [
        ("_rels/.rels", relationships([("officeDocument", "/word/document2.xml")])),
        ("word/document2.xml", "<document><p><pPr><pStyle val='U'/></pPr><r><t>Tides</t></r></p></document>"),
        ("word/_rels/document2.xml.rels", relationships([("styles", "styles2.xml"), ("footnotes", "notes.xml")])),
        ("word/styles2.xml", "<styles><style styleId='U'><name val='heading 1'/></style></styles>"),
        ("word/notes.xml", "<footnotes><p><r><t>By the moon.</t></r></p></footnotes>"),
      ])
    #expect(text.text == "Tides\n\nBy the moon.\n")
    #expect(text.headings == [.init(line: 0, level: 1, title: "Tides")])
    let book = try read(
      .xlsx,
      [
        ("_rels/.rels", relationships([("officeDocument", "book/b.xml")])),
        (
          "book/b.xml",
          "<workbook xmlns:r='\(kind)'><sheets><sheet name='S' r:id='worksheet'/></sheets></workbook>"
        ),
        ("book/_rels/b.xml.rels", relationships([("worksheet", "s.xml"), ("sharedStrings", "texts.xml")])),
        ("book/texts.xml", "<sst><si><t>Tides</t></si></sst>"),
        ("book/s.xml", "<worksheet><row><c t='s'><v>0</v></c></row></worksheet>"),
      ])
    #expect(book.text == "S\nTides\n")
  }

  @Test func howAParagraphWasBeforeIsNotRead() throws {
    let text = try read(
      .docx,
      [
        (
          "word/document.xml",
          "<document><p><pPr><outlineLvl val='9'/><pPrChange><pPr><outlineLvl val='0'/><numPr/></pPr></pPrChange></pPr>"
            + "<r><rPr><b/><rPrChange><rPr><vanish/></rPr></rPrChange></rPr><t>Boats rise.</t></r></p></document>"
        )
      ])
    #expect(text.text == "Boats rise.\n" && text.headings.isEmpty)
  }

  @Test func boxesStandBesideTheirParagraph() throws {
    let box = "<pict><textbox><txbxContent><p><r><t>In the box.</t></r></p></txbxContent></textbox></pict>"
    let text = try read(
      .docx,
      [("word/document.xml", "<document><p><r><t>Around </t></r><r>\(box)</r><r><t>it.</t></r></p></document>")])
    #expect(text.text == "In the box.\n\nAround it.\n")
  }

  @Test func sheetsAreWhatOneSees() throws {
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    let book = try read(
      .xlsx,
      [
        (
          "xl/workbook.xml",
          "<workbook xmlns:r='\(kind)'><sheets><sheet name='S' r:id='a'/><sheet name='H' state='hidden' r:id='b'/>"
            + "</sheets></workbook>"
        ),
        (
          "xl/_rels/workbook.xml.rels",
          "<Relationships><Relationship Id='a' Target='s.xml'/><Relationship Id='b' Target='h.xml'/></Relationships>"
        ),
        (
          "xl/s.xml",
          "<worksheet><row r='3'><c><f>SUM(A1:A2)</f></c><c><f>1+1</f><v>2</v></c></row></worksheet>"
        ),
        ("xl/h.xml", "<worksheet><row><c t='str'><v>unseen</v></c></row></worksheet>"),
      ])
    #expect(book.text == "S\n=SUM(A1:A2) | 2\n")
    #expect(book.location(of: 1) == "S!A3")
  }

  @Test func whatOpenDocumentsHideIsHidden() throws {
    let text = try read(
      .openDocument,
      [
        (
          "content.xml",
          "<document><automatic-styles><style name='T1'><text-properties display='none'/></style>"
            + "<style name='T2'><text-properties/></style></automatic-styles><body><p style-name='T2'>seen"
            + "<span style-name='T1'> unseen</span><span style-name='T2'> again</span></p>"
            + "<section display='none'><p>unseen</p></section><p style-name='T1'>unseen</p></body></document>"
        )
      ])
    #expect(text.text == "seen again\n")
  }

  @Test func booksHaveTheirTitle() throws {
    let book = try read(.epub, Self.book)
    #expect(book.text == "On moss\nJane Fern\n\nMoss grows.\n")
    #expect(book.headings == [.init(line: 0, level: 0, title: "On moss")])
    #expect(book.location(of: 0) == "a.xhtml")
  }

  private static let book = [
    ("META-INF/container.xml", "<container><rootfiles><rootfile full-path='p.opf'/></rootfiles></container>"),
    (
      "p.opf",
      "<package><metadata><title>On moss</title><creator>Jane Fern</creator></metadata><manifest>"
        + "<item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest>"
        + "<spine><itemref idref='a'/></spine></package>"
    ),
    (
      "a.xhtml",
      "<html xmlns='http://www.w3.org/1999/xhtml'><head><title/></head><body><p>Moss grows.</p></body></html>"
    ),
  ]

  @Test func whatIsLockedIsToldSo() {
    let keys = "<encryption><EncryptedData><CipherReference URI='a.xhtml'/></EncryptedData></encryption>"
    let sold = Self.book + [("META-INF/encryption.xml", keys)]
    #expect(reason { () throws(ReadingError) in try read(.epub, sold) }.contains("DRM"))
    let manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    let text = [("content.xml", "\u{1}"), ("META-INF/manifest.xml", manifest)]
    let locked = "it is protected by a password"
    #expect(reason { () throws(ReadingError) in try read(.openDocument, text) } == locked)
    let old: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 600)
    let name = Array("EncryptedPackage".utf8.map { [$0, 0] }.joined())
    for format in [DocumentFormat.docx, .xlsx, .pptx] {
      #expect(reason { () throws(ReadingError) in try DocumentReader.read(old + name, format) } == locked)
      #expect(reason { () throws(ReadingError) in try DocumentReader.read(old, format) }.contains("before 2007"))
    }
  }

  // MARK: RTF

  @Test func fontsHaveTheirCodePages() throws {
    let fonts = #"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial;}{\f2\fcharset128 Gothic;}}"#
    let text = try read(.rtf, fonts + #"M\'fchle {\f1 \'cf\'f0\'e8} {\f2\'93\'fa\'96\'7b} \'fc\par}"#)
    #expect(text.text == "Mühle При 日本 ü\n")
    #expect(try read(.rtf, #"{\rtf1\mac Caf\'8e\par}"#).text == "Café\n")
    #expect(try read(.rtf, #"{\rtf1\pc \'81ber\par}"#).text == "über\n")
  }

  @Test func whatRichTextHidesIsHidden() throws {
    #expect(try read(.rtf, "\n" + #"{\rtf1 seen{\v unseen} \v no\v0 again{\deleted gone}\par}"#).text == "seen again\n")
    #expect(try read(.rtf, #"{\rtf1 seen \deleted gone\deleted0 again\par}"#).text == "seen again\n")
  }

  /// What stands for a character of Unicode may be a word or be missing, but never lies behind the end of its group.
  @Test func whatStandsForACharacterIsPassedOver() throws {
    #expect(
      try read(.rtf, #"{\rtf1\uc1 {\u8364}uro {\u8212\emdash} a\u8211\'96b \u-10179?\u-8704?\par}"#).text
        == "€uro — a–b 😀\n")
  }

  // MARK: Mail

  @Test func linesOfATextBeginNoMessage() throws {
    let box = try read(
      .mailbox,
      "From ann Mon Jan  1 00:00:00 2024\nSubject: Tea\n\nOne.\n\nFrom here on it rains.\n\n"
        + "From bob\nSubject: No id\n\nTwo.\n\nFrom eve Mon Jan  1 00:00:00 2024\nMessage-ID: <3@x>\n\nThree.\n")
    #expect(box.headings.map(\.title) == ["Tea", "No id", "(no subject)"])
    #expect(box.text.contains("From here on it rains."))
    #expect(box.locations.map(\.fragment) == ["message=1", "message=2", "mid:3@x"])
  }

  @Test func boundariesThatBeginAlikeAreTwo() throws {
    let message = try read(
      .message,
      "Subject: a\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=b1\n\n"
        + "--b1\n\nOne.\n--b1\nContent-Type: text/html\n\n<p>One.\n--b1-- \n\n--b\n\nTwo.\n--before all\n--b--\nnothing\n"
    )
    #expect(message.text == "a\n\nOne.\n\nTwo.\n--before all\n")
  }

  @Test func digestsAreMessages() throws {
    let digest = try read(
      .message,
      "Subject: all\nContent-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: Tea\nFrom: ann\n\nGreen.\n--x--\n")
    #expect(digest.headings.map(\.title) == ["all", "Tea"])
    #expect(digest.text.hasSuffix("Tea\nFrom: ann\n\nGreen.\n"))
  }

  @Test func messagesWithoutAHeaderHaveTheirText() throws {
    #expect(try read(.message, "just text\nof two lines\n").text == "(no subject)\n\njust text\nof two lines\n")
    #expect(try read(.message, "From a Mon Jan 1\nSubject: Tea\n>From here\n").text == "Tea\n\n>From here\n")
    #expect(reason { () throws(ReadingError) in try read(.message, " \n") } == "there is no text in it")
  }

  @Test(arguments: [
    ("filename*=utf-8''b%C3%A9richt.pdf", "béricht.pdf"),
    ("filename*0*=utf-8''b%C3%A9; filename*1=richt; filename*2*=%2E.pdf", "béricht..pdf"),
    ("filename*0=\"a very \"; filename*1=\"long name.pdf\"", "a very long name.pdf"),
    ("filename*=koi8-r''%F0%D2%C9", "При"),
  ])
  func namesOfAttachmentsAreDecoded(parameter: String, name: String) throws {
    let message = try read(
      .message, "Subject: a\nContent-Type: application/pdf\nContent-Disposition: attachment; \(parameter)\n\nx\n")
    #expect(message.text == "a\n\nAttachment: \(name)\n")
  }

  // MARK: Films

  @Test func subtitlesWithStylesAreWhatIsSaid() throws {
    let film = try read(
      .subtitles,
      "[Script Info]\nTitle: x\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
        + "Dialogue: 0,0:00:09.00,0:00:10.00,D,later, with, commas\nComment: 0,0:00:01.00,0:00:02.00,D,none\n"
        + "Dialogue: 0,0:00:01.00,0:00:03.00,D,{\\i1}Hello{\\i0} there,\\Nyou\n"
        + "Dialogue: 0,0:00:01.00,0:00:03.00,D,{\\p1}m 0 0 l 1 1\n")
    #expect(film.text == "Hello there, you\n\nlater, with, commas\n")
    #expect(film.locations.map(\.fragment) == ["t=1", "t=9"])
    #expect(DocumentFormat(path: "a.ASS") == .subtitles)
    #expect(
      try read(.subtitles, "WEBVTT\n\n00:01.000 --> 00:02.000\nTea &amp; &lt;milk&gt;\n").text == "Tea & <milk>\n")
  }
}

/// An archive of parts that are not packed.
private enum StoredZip {
  static func bytes(_ parts: [(String, String)]) -> [UInt8] {
    var (archive, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, text) in parts {
      let sizes = number(0, 4) + number(text.utf8.count, 4) + number(text.utf8.count, 4) + number(name.utf8.count, 2)
      let common = number(20, 2) + number(0, 8) + sizes + number(0, 2)
      directory += [0x50, 0x4B, 1, 2] + number(20, 2) + common + number(0, 10) + number(archive.count, 4)
      directory += name.utf8
      archive += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + Array(text.utf8)
    }
    let end = number(0, 4) + number(parts.count, 2) + number(parts.count, 2) + number(directory.count, 4)
    return archive + directory + [0x50, 0x4B, 5, 6] + end + number(archive.count, 4) + number(0, 2)
  }

  private static func number(_ value: Int, _ bytes: Int) -> [UInt8] {
    (0..<bytes).map { $0 < 8 ? UInt8(value >> (8 * $0) & 0xFF) : 0 }
  }
}
