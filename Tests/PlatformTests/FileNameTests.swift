import Platform
import Testing

/// Names of files in lines: as they are, or as a shell's word.
@Suite struct FileNameTests {
  @Test(arguments: [
    ("src/a b.txt", "src/a b.txt"), ("naïve 日本.md", "naïve 日本.md"), ("it's", "it's"), ("a\\b", "a\\b"),
    ("a\nb.txt", "$'a\\nb.txt'"), ("a\rb", "$'a\\rb'"), ("a\tb", "$'a\\tb'"), ("\u{1B}[31m", "$'\\033[31m'"),
    ("it's\n", "$'it\\'s\\n'"), ("a\\b\n", "$'a\\\\b\\n'"), ("a\u{2028}b", "$'a\\342\\200\\250b'"),
    ("a\u{85}b", "$'a\\302\\205b'"), ("a\u{202E}b", "$'a\\342\\200\\256b'"), ("$'a'", "$'$\\'a\\''"),
  ])
  func namesAreOneLine(name: String, shown: String) {
    #expect(FileName.inLine(name) == shown)
    #expect(FileName.shown(name) == shown)
  }

  /// A joiner belongs to a name; on a screen it is told, since two names that look the same are two files.
  @Test func invisibleLettersAreToldOnAScreen() {
    #expect(FileName.inLine("👩\u{200D}🔬.txt") == "👩\u{200D}🔬.txt")
    #expect(FileName.shown("a\u{AD}b") == "$'a\\302\\255b'")
  }
}
