import AkinCollections
import Testing

@Suite("Patterns that a text must have in it")
struct PatternTests {
  @Test("Regular expressions match lines, and are refused with the reason")
  func regex() throws {
    let pattern = try TextPattern(regex: #"^async fn \w+"#)
    #expect(pattern.matches("use x;\nasync fn load() {}"))
    #expect(!pattern.matches("// async fn load"))
    #expect(try TextPattern(regex: "(?i)ÜBER").ranges(in: "a über b Über") == [2..<7, 10..<15])
    #expect(try TextPattern(regex: "a*").ranges(in: "éaaé") == [2..<4])
    for broken in ["", "a(", "a)(b", "[", "x{2000}", "(?<=a)b", #"(a)\1"#, "((a{100}){100}){100}"] {
      #expect(throws: CollectionError.self, "\(broken)") { try TextPattern(regex: broken) }
    }
    let error = #expect(throws: CollectionError.self) { try TextPattern(regex: "foo(") }
    #expect(error?.description.contains("regex: expected a regular expression, found \"foo(\"") ?? false)
    #expect(error?.description.contains("(?m)") == false)
  }

  @Test("A pattern that backtracking never ends takes linear time")
  func linear() throws {
    let pattern = try TextPattern(regex: "^(a+)+$")
    #expect(!pattern.matches(String(repeating: "a", count: 1_000_000) + "!"))
    #expect(try !TextPattern(regex: "(x+x+)+y").matches(String(repeating: "x", count: 1_000_000)))
  }

  @Test("A phrase is whole words in their order, with any blanks and in either case")
  func phrase() throws {
    let pattern = try TextPattern(phrase: " exact  words")
    #expect(pattern.ranges(in: "the Exact\n  WORDS, exact words") == [4..<17, 19..<30])
    #expect(!pattern.matches("inexact words"))
    #expect(!pattern.matches("exact wordsmith"))
    #expect(!pattern.matches("words exact"))
    #expect(try TextPattern(phrase: "caf").matches("café") == false)
    #expect(try TextPattern(phrase: "CAFÉ").matches("café."))
    #expect(try TextPattern(phrase: "foo.bar(").matches("x = foo.bar(1)"))
    #expect(try !TextPattern(phrase: "foo.bar(").matches("fooxbar(1)"))
    #expect(throws: CollectionError.self) { try TextPattern(phrase: " \t") }
  }

  @Test("Quotes in a query are phrases where they stand apart")
  func quotes() {
    let quoted = QuotedPhrases(#"where is "connection reset" handled"#)
    #expect(quoted.phrases == ["connection reset"])
    #expect(quoted.text == "where is connection reset handled")
    #expect(QuotedPhrases(#""whole query""#).phrases == ["whole query"])
    #expect(QuotedPhrases(#"does "a b", do “c d”?"#).phrases == ["a b", "c d"])
    for plain in [#"print("hello")"#, #"5" screen"#, #"a "b"#, #""" "#, "it's"] {
      #expect(QuotedPhrases(plain).phrases.isEmpty, "\(plain)")
      #expect(QuotedPhrases(plain).text.filter { $0 != "\"" } == plain.filter { $0 != "\"" })
    }
  }

  @Test("The best line says something of what is looked for")
  func bestLine() throws {
    let lines = QueryLines("parse headers")
    #expect(lines.best(in: "\"\"\"\nimport http\n\ndef run(self):\n  self.parse_header()\n").number == 4)
    #expect(lines.best(in: "#endif\nint x = 1;").number == 1)
    #expect(lines.best(in: "#endif /* USE_A_LONG_NAME */\nint x = 1;").number == 1)
    #expect(lines.best(in: "import os\n\nvalue = 3").number == 2)
    let data = String(repeating: "QUJD", count: 30)
    #expect(lines.best(in: "\(data)\nkey: certificate").number == 1)
    #expect(lines.best(in: "  // nothing\nfunc load() {", symbol: "Cache.load").number == 1)
    #expect(lines.best(in: "").number == 0)
    #expect(QueryLines("import of headers").best(in: "let a = 1\nimport headers").number == 1)
    // What has a word of the query is taken before what has none, and after what says something besides.
    #expect(QueryLines("base64").best(in: "def picture():\n  return base64.decode(DATA)").number == 1)
    #expect(QueryLines("retry").best(in: "import retry\nretry(job)").number == 1)
    let base64 = "s3dra/wvyeekTjus6Nbh9Ql+T/40NoJRA0GIMyORHkUj4B/nK414H2CkOViiCEOSRV/EZsLSUkQR"
    #expect(lines.best(in: "\(base64)\nkey: certificate").number == 1)
    let match = QueryLines("headers", patterns: [try TextPattern(regex: "fn \\w+")])
    #expect(match.best(in: "headers headers\nfn parse() {").number == 1)
    #expect(match.first(in: "headers: fn parse()") == 9..<17)
    #expect(lines.first(in: "// größe of HTTP headers") == 19..<26)
    #expect(lines.first(in: "nothing") == nil)
  }
}
