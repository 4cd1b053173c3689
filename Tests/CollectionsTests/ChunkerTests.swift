import AkinCollections
import AkinTestSupport
import Foundation
import Testing
import Tokenizers

/// Chunking with the default model's vocabulary.
@Suite struct ChunkerTests {
  let chunker: Chunker

  init() throws {
    let path = try TestModel.folder + "/vocab.txt"
    let vocabulary = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    let tokenizer = try Tokenizer(.bert(vocabulary: TokenList(vocabulary)))
    chunker = Chunker(tokenizer: tokenizer, modelLength: 256)
  }

  private func chunks(_ text: String, _ language: String) throws -> [DocumentChunk] {
    chunker.chunks(of: text, language: try #require(Language.named(language)))
  }

  /// What must hold for any text: no chunk over the limit, every word in one and a word in each, texts and places true.
  private func check(_ text: String, _ language: String, _ note: Comment) throws {
    let bytes = Array(text.utf8)
    let found = try chunks(text, language)
    #expect(chunker.checkInvariants(of: text, language: try #require(Language.named(language))) == nil, note)
    var covered = [Bool](repeating: false, count: bytes.count)
    for chunk in found {
      let range = chunk.span.bytes
      #expect(chunker.tokenCount(chunk) <= chunker.limit, note)
      #expect(Array(chunk.text.utf8) == Array(bytes[range]), note)
      for index in range { covered[index] = true }
      checkPlace(chunk.span.start, at: range.lowerBound, bytes, note)
      checkPlace(chunk.span.end, at: range.upperBound, bytes, note)
      let before = String(decoding: bytes[..<range.lowerBound], as: UTF8.self).unicodeScalars.count
      #expect(chunk.span.characters == before..<before + chunk.text.unicodeScalars.count, note)
    }
    #expect(zip(bytes, covered).allSatisfy { $1 || !Self.isLetter($0) }, note)
    #expect(found.allSatisfy { $0.text.utf8.contains { Self.isLetter($0) || $0 >= 0x80 } }, note)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.span.bytes.lowerBound < $1.span.bytes.lowerBound }, note)
    #expect(try chunks(text, language) == found, note)
  }

  /// A letter or a digit of ASCII.
  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
  }

  private func checkPlace(_ place: TextPlace, at offset: Int, _ bytes: [UInt8], _ note: Comment) {
    var line = 0
    var start = 0
    for index in 0..<offset {
      let isReturn = bytes[index] == 13 && (index + 1 == bytes.count || bytes[index + 1] != 10)
      if bytes[index] == 10 || isReturn {
        line += 1
        start = index + 1
      }
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    #expect(
      place == TextPlace(line: line, utf8: offset - start, utf16: text.utf16.count, scalars: text.unicodeScalars.count),
      note)
  }

  @Test(arguments: ["swift", "c", "python", "javascript", "markdown", "plaintext", "lisp", "yaml"])
  func randomTexts(language: String) throws {
    var random = SeededRandom(seed: 7)
    let pieces = [
      "func a() {", "}", "  return b", "# Title", "## Part", "```", "def f(x):", "class A {", "// note", "@x", "",
      "    if (a) {", "    }", "A sentence. Another, longer one! And?", "(defun x ()", "key: value", "\t\tdeep",
      String(repeating: "z", count: 300), "naïve 한국어 👩‍💻 e\u{301}", "#ifdef A", "===", "\u{FEFF}", "{", "a;b;c",
    ]
    for round in 0..<60 {
      let lines = (0..<Int.random(in: 0...120, using: &random)).map { _ in
        String(repeating: " ", count: Int.random(in: 0...3, using: &random) * 2)
          + (pieces.randomElement(using: &random) ?? "")
      }
      let end = ["\n", "\r\n", "\r"][round % 3]
      try check(lines.joined(separator: end), language, "seed 7, round \(round), \(language)")
    }
  }

  @Test(arguments: ["swift", "markdown", "plaintext"])
  func hostileTexts(language: String) throws {
    let megabyte = 1 << 20
    let texts: [String] = [
      String(repeating: "a", count: megabyte),
      String(repeating: "\n", count: 100_000),
      String(repeating: "word ", count: megabyte / 16),
      (0..<200).map { _ in "x" + String(repeating: "\n", count: 500) }.joined(),
      (0..<600).map { String(repeating: " ", count: $0) + "x {" }.joined(separator: "\n"),
      "a" + String(repeating: "\u{301}", count: 20_000),
      String(repeating: "한국어", count: 20_000),
      String(repeating: "(", count: 20_000),
      String(decoding: (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }, as: UTF8.self),
      "", "\u{FEFF}", "\r", "x",
    ]
    for (index, text) in texts.enumerated() {
      let found = try chunks(text, language)
      #expect(
        chunker.checkInvariants(of: text, language: try #require(Language.named(language))) == nil, "text \(index)")
      #expect(found.allSatisfy { chunker.tokenCount($0) <= chunker.limit }, "text \(index)")
      let covered = found.reduce(into: IndexSet()) { $0.insert(integersIn: $1.span.bytes) }
      let bytes = Array(text.utf8)
      #expect(
        bytes.indices.allSatisfy { !Self.isLetter(bytes[$0]) || covered.contains($0) }, "text \(index)")
    }
  }

  @Test func functionsStayWhole() throws {
    let text = """
      import A

      /// Adds.
      func add(_ a: Int, _ b: Int) -> Int {
        let sum = a + b
        let message = "the sum of the two numbers is \\(sum), which is what was asked for"
        print(message)
        return sum
      }

      /// A place.
      struct Place {
        var x = 0

        /// Moves it.
        mutating func move(by distance: Int) {
          x += distance
          print("moved by", distance, "to", x, "and this is a longer line, so that it is not small")
          print("moved by", distance, "to", x, "and this is a longer line, so that it is not small")
        }
      }
      """
    let found = try chunks(text, "swift")
    let add = try #require(found.first { $0.symbol == "add" })
    #expect(add.text.contains("/// Adds.\nfunc add") && add.text.hasSuffix("  return sum\n}"))
    #expect(add.symbolKind == 12)
    let place = try #require(found.first { $0.symbol == "Place" })
    #expect(place.symbolKind == 23 && place.text.contains("mutating func move"))
  }

  @Test func classesThatDoNotFitAreCutBetweenTheirMembers() throws {
    let members = (0..<12).map { number in
      """
        /// Does step \(number) of the work, and says so to whoever listens.
        def step_\(number)(self, value):
            print("step number \(number) begins with the value", value)
            result = value * \(number) + self.offset_of_the_step_before
            return result
      """
    }
    let found = try chunks("class Work:\n  \"\"\"Steps.\"\"\"\n\n" + members.joined(separator: "\n\n"), "python")
    #expect(found.first?.symbol == "Work")
    for number in 0..<12 {
      let step = try #require(found.first { $0.text.contains("def step_\(number)(") })
      #expect(step.heading == "Work" && step.lead == "Work\n")
      #expect(step.text.contains("return result"))
    }
  }

  @Test func longFunctionsOverlapAndNameThemselves() throws {
    let body = (0..<80).map { "  total = total + value_\($0) * weight" }.joined(separator: "\n")
    let found = try chunks("function sum() {\n\(body)\n}\n", "javascript")
    #expect(found.count > 2 && found[0].symbol == "sum")
    for (left, right) in zip(found, found.dropFirst()) {
      #expect(right.heading == "sum")
      #expect(right.span.bytes.lowerBound <= left.span.bytes.upperBound)
      #expect(right.span.start.utf8 == 0)
    }
  }

  @Test func sectionsKnowTheirHeadings() throws {
    let long = String(repeating: "This sentence is about gears and levers. ", count: 60)
    let text = "# Guide\n\nShort.\n\n## Install\n\n\(long)\n\n### On Linux\n\n```sh\n# not a heading\n```\n"
    let found = try chunks(text, "markdown")
    #expect(found.first?.heading == nil)
    let parts = found.filter { $0.text.contains("gears") }
    #expect(parts.count > 2)
    #expect(parts[0].symbol == "Install" && parts[0].heading == "Guide")
    #expect(parts[1].heading == "Guide > Install" && parts[1].lead == "Guide > Install\n")
    // Cut between sentences, and with a sentence of the part before.
    #expect(parts.dropFirst().allSatisfy { $0.text.hasPrefix("This sentence") })
    #expect(parts[1].span.bytes.lowerBound < parts[0].span.bytes.upperBound)
    let linux = try #require(found.first { $0.text.contains("not a heading") })
    #expect(linux.heading == "Guide > Install" && linux.symbol == "On Linux")
  }

  @Test(arguments: [
    ("go", "func (s *Server) Start(port int) error {\n\treturn nil\n}", "Start", 12),
    ("rust", "pub(crate) fn parse<T>(text: &str) -> T {\n    todo!()\n}", "parse", 12),
    ("rust", "impl<T: Copy> Stack<T> {\n    fn push() {}\n}", "Stack", 5),
    ("c", "static int\nadd(int a, int b)\n{\n  return a + b;\n}", "add", 12),
    ("cpp", "void Window::resize(int width) {\n  w = width;\n}", "Window::resize", 12),
    ("typescript", "export const load = async (path: string) => {\n  return read(path)\n}", "load", 12),
    ("java", "public class Main {\n  int x;\n}", "Main", 5),
    ("ruby", "def valid?\n  true\nend", "valid?", 12),
    ("shellscript", "install() {\n  cp a b\n}", "install", 12),
    ("lua", "function M.setup(options)\n  return options\nend", "M.setup", 12),
    ("lisp", "(defun akin-search (query)\n  \"Search.\")", "akin-search", 12),
    ("vim", "function! akin#search(query) abort\n  return 1\nendfunction", "akin#search", 12),
    ("swift", "@MainActor public final class Model: Sendable {\n  var x = 1\n}", "Model", 5),
    ("swift", "class func make() -> Int {\n  1\n}", "make", 12),
    ("python", "@cached\nasync def fetch(url):\n    return url", "fetch", 12),
  ])
  func namesOfDeclarations(language: String, text: String, name: String, kind: Int) throws {
    let found = try chunks(text, language)
    #expect(found.count == 1)
    #expect(found.first?.symbol == name)
    #expect(found.first?.symbolKind == kind)
  }

  @Test func encodedDataIsNoChunk() {
    var random = SeededRandom(seed: 64)
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let lines = (0..<120).map { _ in String((0..<76).map { _ in letters.randomElement(using: &random)! }) }
    let data = lines.joined(separator: "\n") + "\nNoJRA0GI4Q==\n"
    #expect(chunker.chunks(of: data, language: .plainText).isEmpty)
    let named = chunker.chunks(of: "certificate of the harbour\n" + data, language: .plainText)
    #expect(named.count == 1 && named.first?.text.hasPrefix("certificate of the harbour") == true)
    // Hashes, paths and long names are looked for.
    for text in [
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "usr/local/lib/python3/site-packages/sentence_transformers/models/Transformer2",
      "testThatHTTP2ConnectionsAreReusedWhenTheServerAllowsIt",
    ] { #expect(chunker.chunks(of: text, language: .plainText).count == 1, "\(text)") }
  }

  @Test func languagesByName() {
    #expect(Language.of(path: "/a/Makefile").id == "makefile")
    #expect(Language.of(path: "x.test.TS").id == "typescript")
    #expect(Language.of(path: "run", text: "#!/usr/bin/env python3\n").id == "python")
    #expect(Language.of(path: "README").id == "plaintext")
    #expect(Language.of(path: "a.unknown").id == "plaintext")
  }
}
