import AkinCollections
import Testing

@Suite struct PathGlobsTests {
  @Test(arguments: [
    ("*.swift", ["a.swift", "x/y/a.swift"], ["a.swiftx", "a.c"]),
    ("src/*.c", ["src/a.c"], ["a.c", "src/x/a.c", "x/src/a.c"]),
    ("/a.c", ["a.c"], ["x/a.c"]),
    ("src/**/*.c", ["src/a.c", "src/x/a.c", "src/x/y/a.c"], ["a.c", "srcx/a.c"]),
    ("**/test/**", ["test/a", "x/test/a/b"], ["test", "atest/b"]),
    ("docs/", ["docs/a", "x/docs/b/c"], ["docs", "mydocs/a"]),
    ("?.md", ["a.md"], ["ab.md", ".md"]),
    ("[a-c]x", ["ax", "cx"], ["dx", "x"]),
    ("[!a-c]x", ["dx"], ["ax"]),
    ("*.{c,h}", ["a.c", "x/a.h"], ["a.cpp", "a.{c,h}"]),
    ("src", ["src/a", "x/src/y/b"], ["a/srcx/b"]),
    ("./src", ["src/a"], ["x/src/a"]),
    ("src/*", ["src/a", "src/x/y"], ["a", "x/src/a"]),
    (".", ["a", "x/y"], []),
    ("[{]a", ["{a"], ["a"]),
    ("\\*", ["*"], ["a"]),
    ("é*", ["été.md", "étage"], ["e.md"]),
    ("**", ["a", "x/y"], []),
    ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb", "x/a/b"]),
    ("a**b", ["ab", "axb", "x/axb"], ["a/b"]),
    ("**/x/*y", ["x/y", "a/x/ay"], ["x/a/y", "ax/y"]),
    ("[[:digit:]]?", ["1a", "x/23"], ["a1", "1"]),
    ("\\{a,b}", ["{a,b}"], ["a", "b"]),
  ])
  func patterns(glob: String, inside: [String], outside: [String]) throws {
    let globs = try PathGlobs([glob])
    for path in inside { #expect(globs.includes(path), "\(glob) \(path)") }
    for path in outside { #expect(!globs.includes(path), "\(glob) \(path)") }
  }

  @Test func theLastThatFitsDecides() throws {
    let globs = try PathGlobs(["*.swift", "!Tests/**", "Tests/Keep.swift"])
    #expect(globs.includes("a.swift") && globs.includes("Tests/Keep.swift"))
    #expect(!globs.includes("Tests/a.swift") && !globs.includes("a.c"))
    let others = try PathGlobs(["!*.c"])
    #expect(others.includes("a.h") && !others.includes("a.c"))
    #expect(try PathGlobs([]).includes("anything"))
  }

  @Test func hostilePatternsTakeNoExponentialTime() throws {
    let stars = String(repeating: "*a", count: 200)
    #expect(try !PathGlobs([stars]).includes(String(repeating: "a", count: 300) + "b"))
  }

  /// Neither the stack nor the number of alternatives grows with the braces.
  @Test func bracesAreBounded() throws {
    #expect(throws: CollectionError.self) { try PathGlobs([String(repeating: "{a,b}", count: 60)]) }
    #expect(throws: CollectionError.self) { try PathGlobs([String(repeating: "{a,b}", count: 40_000)]) }
    let single = try PathGlobs([String(repeating: "{a}", count: 40_000)])
    #expect(single.includes(String(repeating: "a", count: 40_000)))
    #expect(try PathGlobs([String(repeating: "{a,b}", count: 8)]).includes("abababab"))
    #expect(throws: CollectionError.self) { try PathGlobs([String(repeating: "{", count: 40_000)]) }
  }

  @Test(arguments: ["[a", "a{b", "a\\", "x/[!", "{a,[b}"])
  func brokenPatternsAreErrors(glob: String) {
    #expect(throws: CollectionError.self) { try PathGlobs([glob]) }
    #expect(throws: CollectionError.self) { try PathGlobs(["!" + glob]) }
  }
}
