import AkinTestSupport
import Extraction
import Testing

/// A program within limits, and how each end of it is told.
@Suite(.timeLimit(.minutes(10))) struct ChildProgramTests {
  private func shell(
    _ script: String, input: [UInt8] = [], longest: Int = 1 << 20, seconds: Int = 20
  ) -> ChildProgram.Outcome {
    ChildProgram("/bin/sh", ["-c", script], longestOutput: longest, seconds: seconds).run(input: input)
  }

  @Test func whatItIsGivenComesBack() {
    let bytes = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    #expect(shell("cat", input: bytes, longest: 1 << 23) == .done(bytes))
    // One that does not read its input, and one that has none.
    #expect(shell("echo ok", input: bytes) == .done(Array("ok\n".utf8)))
    #expect(shell("cat") == .done([]))
  }

  @Test func everyEndIsTold() {
    #expect(shell("exit 3") == .failed(status: 3))
    #expect(shell("kill -SEGV $$") == .killed(signal: 11))
    #expect(shell("yes", longest: 100_000) == .tooLong)
    #expect(shell("sleep 30", seconds: 1) == .late)
    // It closes its output and stays.
    #expect(shell("exec >&-; sleep 30", seconds: 1) == .late)
    #expect(ChildProgram("/nonexistent/x", [], longestOutput: 1, seconds: 1).run(input: []) == .notStarted(2))
  }

  @Test func whatItHasStartedEndsWithIt() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("alive")
    #expect(shell("(sleep 1; echo > \(path)) >/dev/null & exit 0") == .done([]))
    #expect(shell("sleep 2; test ! -e \(path)") == .done([]))
  }

  @Test func itHasNothingOfItsParents() {
    guard case .done(let output) = shell("env | cut -d= -f1 | sort | tr '\\n' ' '") else {
      Issue.record("not done")
      return
    }
    let text = String(decoding: output, as: UTF8.self)
    #expect(text == "HOME LANG LC_ALL PATH PWD ", "\(text)")
  }
}

/// Documents through the process that reads them.
@Suite(.timeLimit(.minutes(10))) struct ExtractorTests {
  private let extractor = Extractor(program: BuiltProgram.akin)

  private func text(_ name: String) throws -> Result<ExtractedText, ExtractionFailure> {
    extractor.text(of: try Fixtures.bytes("documents/" + name), format: try #require(DocumentFormat(path: name)))
  }

  @Test(arguments: [
    "paper.pdf", "report.docx", "slides.pptx", "table.xlsx", "text.odt", "book.epub", "study.ipynb", "page.html",
    "message.eml", "list.mbox", "note.rtf",
  ])
  func everyFormatIsRead(_ name: String) throws {
    let document = try text(name).get()
    #expect(document.text.lowercased().contains("tide") || document.text.contains("Harbours"))
    #expect(!document.locations.isEmpty || name == "report.docx" || name == "text.odt" || name == "note.rtf")
  }

  @Test func aBrokenOneIsRefusedInWords() throws {
    for (name, format) in [("a.pdf", DocumentFormat.pdf), ("a.docx", .docx), ("a.ipynb", .notebook)] {
      guard case .failure(.refused(let reason)) = extractor.text(of: Array("nothing".utf8), format: format) else {
        Issue.record("\(name) was read")
        continue
      }
      #expect(reason.contains("it is no"))
    }
  }

  @Test func namesTellFormats() {
    #expect(DocumentFormat(path: "a/b.PDF") == .pdf)
    #expect(DocumentFormat(path: "Mail/cur/1700000000.M1P2.host:2,S") == .message)
    #expect(DocumentFormat(path: "Mail/new/1700000000.M1P2.host") == .message)
    #expect(DocumentFormat(path: "new/notes.txt") == nil)
    #expect(DocumentFormat(path: "pdf") == nil)
    #expect(DocumentFormat(path: "") == nil)
  }

  /// Damaged documents of every format end no reader: each is a text or a reason.
  @Test func damagedDocumentsFuzz() throws {
    var random = SeededRandom(seed: Fuzzing.seed)
    var inputs = 0
    for name in [
      "paper.pdf", "report.docx", "table.xlsx", "text.odt", "book.epub", "study.ipynb", "page.html", "message.eml",
      "list.mbox", "note.rtf",
    ] {
      let format = try #require(DocumentFormat(path: name))
      let whole = try Fixtures.bytes("documents/" + name)
      for _ in 0..<Fuzzing.count(8) {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...8, using: &random) { random.damage(&bytes) }
        inputs += 1
        guard case .failure(let failure) = extractor.text(of: bytes, format: format) else { continue }
        #expect(
          !failure.description.contains("signal") && !failure.description.contains("status"), "\(name): \(failure)")
      }
    }
    Fuzzing.report("damaged documents", inputs: inputs)
  }
}
