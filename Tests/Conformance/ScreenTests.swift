import AkinTestSupport
import JSON
import Testing

/// What a person sees: widths, colours, columns.
@Suite(.timeLimit(.minutes(10))) struct ScreenTests {
  private static let escape = "\u{1B}["

  @Test func colourOnATerminalAndNotInAPipe() throws {
    let arguments = ["similarity", "a", "b", "c"]
    #expect(try Akin.runOnTerminal(arguments).output.contains(Self.escape))
    #expect(!(try Akin.run(arguments).output.contains(Self.escape)))
    #expect(try Akin.run(arguments + ["--color", "always"]).output.contains(Self.escape))
    #expect(!(try Akin.runOnTerminal(arguments + ["--color", "never"]).output.contains(Self.escape)))
  }

  @Test func environmentTurnsColourOff() throws {
    let arguments = ["similarity", "a", "b", "c"]
    #expect(!(try Akin.runOnTerminal(arguments, environment: ["NO_COLOR": "1"]).output.contains(Self.escape)))
    #expect(try Akin.runOnTerminal(arguments, environment: ["NO_COLOR": ""]).output.contains(Self.escape))
    #expect(!(try Akin.runOnTerminal(arguments, environment: ["TERM": "dumb"]).output.contains(Self.escape)))
    let forced = try Akin.runOnTerminal(arguments + ["--color", "always"], environment: ["NO_COLOR": "1"])
    #expect(forced.output.contains(Self.escape))
  }

  @Test(arguments: [40, 80, 132])
  func wideScriptsKeepTheColumns(columns: Int) throws {
    let texts = ["plain", "你好，世界！", "naïve cafe\u{301}", "東京タワーは高い"]
    // Columns of each text as a terminal shows it, counted by hand.
    let widths = [5, 12, 10, 16]
    let run = try Akin.runOnTerminal(["embed", "--color", "never"] + texts, columns: columns)
    #expect(run.status == 0)
    let rows = run.lines.dropFirst()
    try #require(rows.count == texts.count)
    for (row, (text, width)) in zip(rows, zip(texts, widths)) where width <= columns * 2 / 5 {
      try #require(row.hasPrefix(text))
      let blanks = row.dropFirst(text.count).prefix { $0 == " " }.count
      let longest = min(16, columns * 2 / 5)
      // Padding to the widest text, then a column of eight for the number of tokens.
      let digits = row.dropFirst(text.count + blanks).prefix { $0 != " " }.count
      #expect(width + blanks + digits == longest + 8, "\(row)")
    }
  }

  @Test func escapeSequencesInTextsAreNotPassedOn() throws {
    let run = try Akin.runOnTerminal(["embed", "--color", "never", "a\u{1B}[31mred\u{7}\u{9B}2J"])
    #expect(!run.outputBytes.contains(0x1B) && !run.outputBytes.contains(7))
    #expect(!run.output.unicodeScalars.contains("\u{9B}"))
  }

  @Test func longTextsAreCutToTheScreen() throws {
    let long = String(repeating: "wide 文字 ", count: 60)
    for command in ["embed", "tokenize"] {
      let run = try Akin.runOnTerminal([command, "--color", "never", long], columns: 60)
      // The least columns a line can have: every character counted once, wide ones twice.
      for line in run.lines { #expect(line.reduce(0) { $0 + ("一"..."龥" ~= $1 ? 2 : 1) } <= 60, "\(line)") }
    }
  }

  @Test func tokensStandAboveTheirIds() throws {
    let run = try Akin.runOnTerminal(["tokenize", "--color", "never", "by the fire"])
    #expect(run.lines == ["by the fire  5 tokens", "[CLS]  by    the   fire  [SEP]", "101    2011  1996  2543  102  "])
  }

  @Test func matrixWiderThanTheScreenIsFolded() throws {
    let texts = (1...12).map { "text \($0)" }
    let run = try Akin.runOnTerminal(["similarity", "--color", "never"] + texts, columns: 60)
    #expect(run.lines.allSatisfy { $0.count <= 60 })
    for text in texts { #expect(run.lines.filter { $0.contains(text + " ") }.count >= 2) }
  }

  @Test func cutTextsAreMarked() throws {
    let run = try Akin.runOnTerminal(["embed", "--color", "never", String(repeating: "word ", count: 300)])
    #expect(run.output.contains("302!"))
    #expect(run.output.contains("more tokens than the model takes"))
  }

  @Test(arguments: [80, 50]) func collectionsFitTheScreen(_ columns: Int) throws {
    let folder = try TemporaryFolder()
    try folder.write("Plants make food from light.\n".utf8, to: "a folder with a rather long name/facts.txt")
    let environment: [String: String?] = ["AKIN_DATA": folder.path + "/data"]
    _ = try Akin.runOnTerminal(
      ["index", folder.path + "/a folder with a rather long name"], environment: environment)
    let run = try Akin.runOnTerminal(["collections", "--color", "never"], columns: columns, environment: environment)
    #expect(run.output.contains("all-MiniLM-L6-v2 (q8_0)"), "\(run.output)")
    if columns == 80 {
      #expect(run.lines.count == 2 && run.lines.allSatisfy { $0.count <= columns }, "\(run.output)")
      #expect(run.lines.last?.hasPrefix(String(folder.path.prefix(7))) == true, "\(run.output)")
    } else {
      // The name is whole, so that it can be copied, and what is told of it fits below.
      #expect(run.lines.first?.hasSuffix("/a folder with a rather long name") == true, "\(run.output)")
      #expect(run.lines.dropFirst().allSatisfy { $0.count <= columns && $0.hasPrefix("  ") }, "\(run.output)")
      #expect(run.output.contains("documents 1  chunks 1"), "\(run.output)")
    }
  }

  @Test func searchShowsScoreLineAndText() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("The pyramids stand in Egypt.\nPlants make food from light.\n".utf8, to: "facts.txt")
    let run = try Akin.runOnTerminal(["search", "--color", "never", "How do plants live?", "-d", path, "-k", "1"])
    #expect(run.lines.first == "How do plants live?")
    #expect(run.lines.count == 2)
    #expect(run.lines.last?.wholeMatch(of: #/   0\.\d{3}   2  Plants make food from light\./#) != nil, "\(run.output)")
  }
}
