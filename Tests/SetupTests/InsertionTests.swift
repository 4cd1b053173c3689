import Setup
import Testing

/// What is put into configuration files as people have them, and that taking it out leaves the same bytes.
@Suite struct InsertionTests {
  static let entry = JSONLine(
    node: .object([("command", JSONLine.string("/bin/akin")), ("args", .array([JSONLine.string("mcp")]))]))

  /// The entry on lines of their own, behind an indentation.
  private static func lines(_ indentation: String, _ unit: String = "  ", _ newline: String = "\n") -> String {
    let inner = indentation + unit
    return ["\"akin\": {", "\(inner)\"command\": \"/bin/akin\",", "\(inner)\"args\": [\"mcp\"]", "\(indentation)}"]
      .joined(separator: newline)
  }

  /// Before and after.
  static let cases: [(String, String)] = [
    ("", "{\n  \"mcpServers\": {\n    \(lines("    "))\n  }\n}\n"),
    ("{}", "{\n  \"mcpServers\": {\n    \(lines("    "))\n  }\n}"),
    ("{\n  \"mcpServers\": {}\n}\n", "{\n  \"mcpServers\": {\n    \(lines("    "))\n  }\n}\n"),
    (
      "{\"mcpServers\": {\"other\": {\"command\": \"x\"}}}",
      "{\"mcpServers\": {\"akin\": {\"command\": \"/bin/akin\", \"args\": [\"mcp\"]}, "
        + "\"other\": {\"command\": \"x\"}}}"
    ),
    (
      // Comments, tabs, a trailing comma.
      "{\n\t// mine\n\t\"mcpServers\": { /* none */\n\t\t// the first\n\t\t\"other\": {},\n\t},\n}\n",
      "{\n\t// mine\n\t\"mcpServers\": { /* none */\n\t\t// the first\n\t\t\(lines("\t\t", "\t")),\n"
        + "\t\t\"other\": {},\n\t},\n}\n"
    ),
    (
      "{\n    \"theme\": \"dark\"\n}",
      "{\n    \"mcpServers\": {\n        \(lines("        ", "    "))\n    },\n    \"theme\": \"dark\"\n}"
    ),
    (
      "{\r\n  \"a\": [1, 2]\r\n}\r\n",
      "{\r\n  \"mcpServers\": {\r\n    \(lines("    ", "  ", "\r\n"))\r\n  },\r\n  \"a\": [1, 2]\r\n}\r\n"
    ),
    // Nothing but comments: one that goes to the end of the text, one that ends before a bracket.
    ("// mine", "// mine\n{\n  \"mcpServers\": {\n    \(lines("    "))\n  }\n}\n"),
    ("// mine\n", "// mine\n{\n  \"mcpServers\": {\n    \(lines("    "))\n  }\n}\n"),
    ("\u{FEFF}", "\u{FEFF}{\n  \"mcpServers\": {\n    \(lines("    "))\n  }\n}\n"),
    ("\u{FEFF}{}", "\u{FEFF}{\n  \"mcpServers\": {\n    \(lines("    "))\n  }\n}"),
    ("{ /* none\n yet */ }", "{ /* none\n yet */ \n  \"mcpServers\": {\n    \(lines("    "))\n  }\n}"),
    // A name with an escape is the same name.
    (
      "{\"mcp\\u0053ervers\": {\"other\": {}}}",
      "{\"mcp\\u0053ervers\": {\"akin\": {\"command\": \"/bin/akin\", \"args\": [\"mcp\"]}, \"other\": {}}}"
    ),
  ]

  @Test(arguments: cases) func membersGoWhereTheyBelongAndOutAgain(before: String, after: String) throws {
    let bytes = Array(before.utf8)
    let insertion = try #require(try Insertion.member("akin", Self.entry, at: ["mcpServers"], in: bytes))
    let changed = insertion.applied(to: bytes)
    #expect(String(decoding: changed, as: UTF8.self) == after)
    #expect(insertion.removed(from: changed) == bytes)
    // Once more there is nothing to do.
    #expect(try Insertion.member("akin", Self.entry, at: ["mcpServers"], in: changed) == nil)
    // Also where the file has moved on.
    #expect(insertion.removed(from: Array("// new\n".utf8) + changed) == Array("// new\n".utf8) + bytes)
  }

  @Test func anEntryOfAnotherHandStays() {
    let bytes = Array("{\"mcpServers\": {\"akin\": {\"command\": \"mine\"}}}".utf8)
    #expect(throws: SetupError.taken("akin")) {
      try Insertion.member("akin", Self.entry, at: ["mcpServers"], in: bytes)
    }
  }

  @Test(arguments: [
    "{", "{\"a\": }", "{\"a\" 1}", "[1, 2", "{\"a\": 1} x", "{\"a\": \"b}", "{\"a\": nope}", "{'a': 1}", "{/* }",
    "{\"a\": nan}", "{\"a\": 0x10}", "{\"a\": 1,, }", "{,}", "{\"\\q\": 1}",
    "{\"mcpServers\": []}", "[]", "{\"mcpServers\": {}, \"mcpServers\": {}}",
  ]) func whatCannotBeUnderstoodIsRefused(text: String) {
    #expect(throws: SetupError.self) {
      try Insertion.member("akin", Self.entry, at: ["mcpServers"], in: Array(text.utf8))
    }
  }

  @Test func deepNestingEndsInAnError() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: SetupError.self) { try JSONText(Array(text.utf8)) }
  }

  static let tables = [
    "", "model = \"x\"\n",
    "# mine\n[a]\nb = [\n  1,\n  2,\n]\n\n[c.\"d\"]\ne = \"\"\"\n[mcp_servers.akin]\n\"\"\"",
    "a = 1\r\n[b]\r\nc = 'd' # e\r\n",
    // Brackets, quotes and marks of comments in strings; nested arrays; a comment with quotes.
    "a = \"say \\\"[hi\"\n[b]\nc = 1\n",
    "a = [\n  [1, 2], # ]\n  [3, '\"[']\n]\n[[b]]\nc = 1 # \"\"\" open\n[[b]]\n",
    "a = '''b \"\"\" c'''\nd = \"\"\"e ''' f\"\"\"\"\ng = 1979-05-27 07:32:00Z\nh.i.\"j k\" = +inf\nl = { m = [1], n = {} }\n",
    "\u{FEFF}# mine\n[mcp_servers]\n[mcp_servers.other]\ncommand = \"x\"\n", "mcp_servers.other.command = \"x\"\n",
    "[\"mcp_servers.akin\"]\n", "# the end",
  ]

  @Test(arguments: tables) func aTableGoesToTheEndAndOutAgain(before: String) throws {
    let bytes = Array(before.utf8)
    let lines = ["command = \"/bin/akin\"", "args = [\"mcp\"]"]
    let path = ["mcp_servers", "akin"]
    let insertion = try #require(try Insertion.table(path, lines, in: bytes))
    let changed = insertion.applied(to: bytes)
    #expect(insertion.removed(from: changed) == bytes)
    #expect(try Insertion.table(path, lines, in: changed) == nil)
    #expect(try TOMLText(changed).lines(of: path) == lines)
  }

  @Test(arguments: [
    "[mcp_servers.akin]\ncommand = \"mine\"\n", "[mcp_servers]\nakin = { command = \"mine\" }\n",
    "[mcp_servers.akin.env]\nA = \"b\"\n", "mcp_servers = { akin = {} }\n", "[mcp_servers.\"akin\"]\n", "[broken\n",
    "no equals sign\n", "a = \"\"\"\n", "a = [1,\n",
    "a = nope\n", "a = 1 b = 2\n", "a = \"b\nc\"\n", "[[a]\n", "a = {b}\n", "a = \"\\",
    "[mcp_servers]\n\"akin\".command = \"mine\"\n", "mcp_servers = { other = {} }\n", "mcp_servers = 1\n",
    "[[mcp_servers]]\nname = \"x\"\n", "[[mcp_servers.akin]]\n", "[[mcp_servers.akin.env]]\n",
  ]) func tablesOfAnotherHandAndBrokenOnesStay(text: String) {
    #expect(throws: SetupError.self) {
      try Insertion.table(["mcp_servers", "akin"], ["command = \"x\""], in: Array(text.utf8))
    }
  }

  @Test func whatIsNoLongerThereOrTwiceIsNotTakenOut() {
    let insertion = Insertion(offset: 3, bytes: Array("akin".utf8))
    #expect(insertion.removed(from: Array("nothing".utf8)) == nil)
    #expect(insertion.removed(from: Array("akin and akin".utf8)) == nil)
    #expect(insertion.removed(from: Array("my akin".utf8)) == Array("my ".utf8))
    #expect(insertion.removed(from: []) == nil)
  }
}
