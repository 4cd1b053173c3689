import AkinCollections
import AkinTestSupport
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

/// The machine that runs patterns, against a table of which part of a pattern fits which part of a path, and by its steps.
@Suite struct GlobMachineTests {
  /// `**/`, `/**` at the end, `*`, `?`, a set or a byte.
  private enum Part {
    case folders, inside, star, any
    case set([UInt8])
    case byte(UInt8)
  }

  /// Parts as random patterns have them, with the pattern that they stand for. The last is never a star: what fits a folder fits all
  /// that is in it, which the patterns of the test do not want.
  private static func pattern(_ random: inout SeededRandom) -> (text: String, parts: [Part]) {
    var text = "/"
    var parts: [Part] = []
    var isAtName = true
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      switch Int.random(in: 0..<8, using: &random) {
      case 0 where isAtName:
        text += "**/"
        parts.append(.folders)
      case 1 where text.last != "*":
        text += "*"
        parts.append(.star)
        isAtName = false
      case 2:
        text += "?"
        parts.append(.any)
        isAtName = false
      case 3:
        text += "[ab]"
        parts.append(.set(Array("ab".utf8)))
        isAtName = false
      case 4 where !isAtName:
        text += "/"
        parts.append(.byte(UInt8(ascii: "/")))
        isAtName = true
      default:
        let byte = "abc".utf8.randomElement(using: &random) ?? 0x61
        text += String(UnicodeScalar(byte))
        parts.append(.byte(byte))
        isAtName = false
      }
    }
    text += "z"
    return (text, parts + [.byte(UInt8(ascii: "z"))])
  }

  /// Whether parts from one on fit a path from one byte on, by all ways.
  private static func fits(_ parts: ArraySlice<Part>, _ path: ArraySlice<UInt8>) -> Bool {
    let slash = UInt8(ascii: "/")
    guard let part = parts.first else { return path.isEmpty }
    let rest = parts.dropFirst()
    switch part {
    case .byte(let byte): return path.first == byte && fits(rest, path.dropFirst())
    case .any: return path.first.map { $0 != slash } ?? false && fits(rest, path.dropFirst())
    case .set(let set): return path.first.map(set.contains) ?? false && fits(rest, path.dropFirst())
    case .inside: return true
    case .star:
      var path = path
      while true {
        if fits(rest, path) { return true }
        guard let byte = path.popFirst(), byte != slash else { return false }
      }
    case .folders:
      if fits(rest, path) { return true }
      var path = path
      while let byte = path.popFirst() {
        if byte == slash, fits(rest, path) { return true }
      }
      return false
    }
  }

  @Test func patternsFitWhatTheirPartsFit() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    var fitting = 0
    for _ in 0..<20_000 {
      let (text, parts) = Self.pattern(&random)
      let path =
        (0..<Int.random(in: 1...10, using: &random)).map { _ in "aabbc/".utf8.randomElement(using: &random) ?? 0 }
        + [UInt8(ascii: "z")]
      let expected = Self.fits(parts[...], path[...])
      let found = try PathGlobs([text]).includes(String(decoding: path, as: UTF8.self))
      #expect(found == expected, "\(text) \(String(decoding: path, as: UTF8.self)), seed \(seed)")
      fitting += expected ? 1 : 0
    }
    #expect(fitting > 200)
  }

  /// However a pattern is made, it takes a path's length times its own 64 positions at a time, and no more.
  @Test func stepsGrowWithThePathAlone() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    let pieces = ["*", "?", "**/", "a", "/", "[a-z]", "*a", "?*", "{a,b}", "**/?*", "*/", "\\*"]
    for length in [10, 100, 1000] {
      for _ in 0..<100 {
        var pattern = ""
        while pattern.utf8.count < length { pattern += pieces.randomElement(using: &random) ?? "a" }
        guard let globs = try? PathGlobs([pattern]) else { continue }
        let path = String(repeating: "a/aab", count: 200)
        var steps = 0
        _ = globs.includes(path, steps: &steps)
        // Braces stand for 65,536 bytes at most, and a pattern for itself and for what is in a folder that it fits.
        #expect(steps <= 4 * 2 * (path.utf8.count + 1) * ((1 << 16) / 64 + 256), "\(pattern.prefix(200)), seed \(seed)")
        if !pattern.contains("{") {
          #expect(steps <= 4 * 2 * (path.utf8.count + 1) * (length / 64 + 2), "\(pattern.prefix(200)), seed \(seed)")
        }
      }
    }
  }

  @Test func patternsBeyondAnyPathAreRefused() throws {
    let many = String(repeating: "{a,b}", count: 8)
    #expect(throws: CollectionError.self) { try PathGlobs([many + String(repeating: "**/?*", count: 4000)]) }
    #expect(throws: CollectionError.self) { try PathGlobs([String(repeating: "?", count: 1 << 17)]) }
  }
}
