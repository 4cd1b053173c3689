import AkinTestSupport
import Foundation
import JSON
import Testing

@Suite(.timeLimit(.minutes(10))) struct EmbedTests {
  // MARK: Values

  @Test func float32AgreesWithTheReference() throws {
    let golden = try GoldenText.all()
    let run = try Akin.run(
      "embed", "--json", "--json-lines", "--precision", "f32", "--file", Fixtures.path("embed.jsonl"))
    #expect(run.status == 0)
    let answers = try run.jsonLines()
    try #require(answers.count == golden.count)
    for (answer, expected) in zip(answers, golden) {
      #expect(answer.string("text") == expected.text)
      let vector = try #require(answer.floats("embedding"))
      let difference = zip(vector, expected.embedding).map { abs($0 - $1) }.max() ?? .infinity
      #expect(
        vector.count == expected.embedding.count && difference <= 1e-5, "\(expected.text.prefix(60)): \(difference)")
    }
  }

  @Test func int8IsCloseToTheReference() throws {
    let golden = try GoldenText.all()
    let run = try Akin.run("embed", "--json", "--json-lines", "--file", Fixtures.path("embed.jsonl"))
    let cosines = zip(try run.jsonLines(), golden).map { cosine($0.floats("embedding") ?? [], $1.embedding) }
    try #require(cosines.count == golden.count)
    #expect(cosines.reduce(0, +) / Double(cosines.count) >= 0.9995)
    #expect((cosines.min() ?? 0) >= 0.998)
  }

  @Test func jsonNamesTextTokensAndCut() throws {
    let long = String(repeating: "word ", count: 400)
    let answers = try Akin.run("embed", "--json", "The cat is running on the stairs", long).jsonLines()
    try #require(answers.count == 2)
    #expect(answers[0].integer("tokens") == 9)
    #expect(answers[0]["truncated"] == .bool(false))
    #expect(answers[0].floats("embedding")?.count == 384)
    #expect(answers[1].integer("tokens") == 402)
    #expect(answers[1]["truncated"] == .bool(true))
  }

  @Test func tokenVectorsComeWithTheirTokens() throws {
    let answers = try Akin.run("embed", "--json", "--tokens", "by the fire").jsonLines()
    let answer = try #require(answers.first)
    #expect(answer.items("embedding").count == 5)
    #expect(answer["encoding"]?.items("tokens") == ["[CLS]", "by", "the", "fire", "[SEP]"])
  }

  @Test func optionsReachTheEngine() throws {
    func vector(_ arguments: String...) throws -> [Float] {
      try Akin.run(["embed", "--json", "a cat"] + arguments).jsonLines().first?.floats("embedding") ?? []
    }
    let plain = try vector()
    let short = try vector("--dimensions", "64")
    #expect(short.count == 64)
    #expect(cosine(short, Array(plain.prefix(64))) > 0.999999)
    #expect(abs(cosine(short, short) - 1) < 1e-6)
    let raw = try vector("--no-normalize")
    #expect(raw != plain && cosine(raw, plain) > 0.999999)
    #expect(cosine(try vector("--pooling", "cls"), plain) < 0.99)
    #expect(cosine(try vector("--prompt", "dog: "), plain) < 0.99)
    #expect(try vector("--threads", "1") == plain)
  }

  @Test func dimensionsBeyondTheModelAreRefused() throws {
    let run = try Akin.run("embed", "--dimensions", "100000", "a")
    #expect(run.status == 64)
    #expect(run.errors.contains("dimensions"))
  }

  @Test func whatAModelIsNotForIsSaidInFlags() throws {
    let sparse = try Akin.run("embed", "--model", Fixtures.path("heads/sparse-bert"), "a")
    #expect(sparse.status == 64 && sparse.errors.contains("expected --sparse") && !sparse.errors.contains("--output"))
    let plain = try Akin.run("embed", "--sparse", "a")
    #expect(plain.status == 64 && plain.errors.contains("found --sparse") && !plain.errors.contains("--output"))
  }

  @Test func overflowErrorRefusesALongText() throws {
    let run = try Akin.run("embed", "--overflow", "error", String(repeating: "word ", count: 400))
    #expect(run.status == 65)
    #expect(run.errors.contains("402") && run.errors.contains("256"), "\(run.errors)")
  }

  // MARK: Input

  @Test func argumentsFilesAndStandardInputAgree() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("first text\nsecond text\n".utf8, to: "texts.txt")
    let fromArguments = try Akin.run("embed", "--json", "first text", "second text")
    let fromFile = try Akin.run("embed", "--json", "--file", file)
    let fromInput = try Akin.run("embed", "--json", input: "first text\nsecond text\n")
    let fromDash = try Akin.run("embed", "--json", "-", input: "first text\r\nsecond text")
    #expect(fromArguments.lines.count == 2)
    #expect(fromFile.output == fromArguments.output)
    #expect(fromInput.output == fromArguments.output)
    #expect(fromDash.output == fromArguments.output)
  }

  @Test func nulSeparatesTextsWithLineEnds() throws {
    let answers = try Akin.run("embed", "--json", "-0", input: "two\nlines\0one line\0").jsonLines()
    #expect(answers.map { $0.string("text") } == ["two\nlines", "one line"])
  }

  @Test func jsonLinesKeepTheirIds() throws {
    let input = #"{"id": 7, "text": "a"}"# + "\n\n" + #""b""# + "\n" + #"{"text": "c", "id": "x", "other": [1]}"#
    let answers = try Akin.run("embed", "--json", "--json-lines", input: input).jsonLines()
    #expect(answers.map { $0.string("text") } == ["a", "b", "c"])
    #expect(answers.map { $0["id"] } == [.integer(7), nil, .string("x")])
  }

  @Test func emptyLinesKeepTheirPlace() throws {
    let answers = try Akin.run("embed", "--json", input: "a\n\nb\n").jsonLines()
    #expect(answers.map { $0.string("text") } == ["a", "", "b"])
    #expect(answers.map { $0.integer("tokens") } == [3, 2, 3])
  }

  @Test func emptyInputIsAnEmptyAnswer() throws {
    let run = try Akin.run("embed", "--json")
    #expect(run.status == 0)
    #expect(run.outputBytes.isEmpty && run.errors.isEmpty)
  }

  @Test func byteOrderMarkIsNotText() throws {
    let answers = try Akin.run("embed", "--json", input: "\u{FEFF}a\n").jsonLines()
    #expect(answers.map { $0.string("text") } == ["a"])
  }

  @Test func badInputNamesPlaceAndReason() throws {
    let notUTF8 = try Akin.run(["embed"], input: Array("fine\nna".utf8) + [0xEF] + Array("ve\n".utf8))
    #expect(notUTF8.status == 65)
    #expect(notUTF8.errors.hasPrefix("akin: standard input:2: not UTF-8"))
    let notJSON = try Akin.run("embed", "--json-lines", input: "\"a\"\n{\"text\": }\n")
    #expect(notJSON.status == 65)
    #expect(notJSON.errors.hasPrefix("akin: standard input:2: not JSON"))
    let number = try Akin.run("embed", "--json-lines", input: "3\n")
    #expect(number.status == 65)
    #expect(number.errors.contains("expected a JSON string"))
    let missing = try Akin.run("embed", "--file", "/no/such/file")
    #expect(missing.status == 66)
    #expect(missing.errors.contains("/no/such/file"))
    #expect(try Akin.run("embed", "--file", "/").status == 66)
  }

  // MARK: Much input

  @Test func fiveThousandLinesComeInOrderInFlatMemory() throws {
    var random = SeededRandom(seed: 5000)
    let words = ["cat", "fire", "stairs", "music", "energy", "plants", "king", "queen", "river", "stone"]
    let lines = (0..<5000).map { "\($0) \(words.randomElement(using: &random) ?? "")" }
    let few = try Akin.run("embed", "--json", input: lines.prefix(500).map { $0 + "\n" }.joined())
    let many = try Akin.run("embed", "--json", input: lines.map { $0 + "\n" }.joined())
    #expect(many.status == 0)
    let texts = try many.jsonLines().map { $0.string("text") }
    #expect(texts == lines)
    // The same bits in whatever chunk a text falls.
    #expect(many.lines.prefix(500).elementsEqual(few.lines))
    #expect(many.end.peakMemory < few.end.peakMemory + 24 << 20)
  }

  // MARK: Output

  @Test func numpyFileHoldsTheVectors() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("vectors.npy")
    let run = try Akin.run("embed", "--output", path, "a cat", "a dog", "a king")
    #expect(run.status == 0)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("3 x 384"))
    let array = try NumpyArray(contentsOf: path)
    #expect(array.shape == [3, 384])
    let expected = try Akin.run("embed", "--json", "a cat", "a dog", "a king").jsonLines().flatMap {
      $0.floats("embedding") ?? []
    }
    #expect(array.values == expected)
  }

  @Test func numpyFileOfTokens() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("tokens.npy")
    #expect(try Akin.run("embed", "--tokens", "--output", path, "by the fire").status == 0)
    #expect(try NumpyArray(contentsOf: path).shape == [5, 384])
    let several = try Akin.run("embed", "--tokens", "--output", path, "a", "b")
    #expect(several.status == 64)
  }

  @Test func numpyFileOfNothingIsValid() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("empty.npy")
    #expect(try Akin.run("embed", "--output", path).status == 0)
    #expect(try NumpyArray(contentsOf: path).shape == [0, 384])
  }

  @Test func aLinkStaysALinkAndWhatItLeadsToIsWritten() throws {
    let folder = try TemporaryFolder()
    try folder.write("old".utf8, to: "vectors.npy")
    let link = folder.file("link.npy")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "vectors.npy")
    #expect(try Akin.run("embed", "--output", link, "a cat").status == 0)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "vectors.npy")
    #expect(try NumpyArray(contentsOf: folder.file("vectors.npy")).shape == [1, 384])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["link.npy", "vectors.npy"])
  }

  @Test func outputThatCannotBeWritten() throws {
    let run = try Akin.run("embed", "--output", "/no/such/folder/x.npy", "a")
    #expect(run.status == 74)
    #expect(run.errors.hasPrefix("akin: cannot write /no/such/folder/x.npy"))
  }

  @Test func pipeGetsTabsAndEveryComponent() throws {
    let run = try Akin.run("embed", "a\tcat")
    let fields = run.lines.first?.split(separator: "\t") ?? []
    try #require(fields.count == 3)
    #expect(fields[0] == "a cat")
    #expect(fields[1] == "4")
    let components = fields[2].split(separator: " ").compactMap { Float($0) }
    #expect(components == (try Akin.run("embed", "--json", "a\tcat").jsonLines().first?.floats("embedding")))
  }

  @Test func readerThatGoesAwayEndsItQuietly() throws {
    let (read, write) = try Descriptors.pipe()
    close(read)
    let run = try Akin.run(["embed", "--json", "a", "b"], output: write)
    #expect(run.end.signal == nil)
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
  }

  @Test(arguments: zip(["<&-", ">&-"], ["cannot read standard input", "cannot write standard output"]))
  func streamsLeftClosedAreErrors(redirection: String, reason: String) throws {
    let text = redirection == "<&-" ? "" : "text"
    let (outputRead, outputWrite) = try Descriptors.pipe()
    let (errorRead, errorWrite) = try Descriptors.pipe()
    let nothing = try Descriptors.open("/dev/null", O_RDONLY)
    let shell = try ChildProcess.spawn(
      "/bin/sh", ["-c", "exec \"$0\" embed --json \(text) \(redirection)", Akin.binary],
      environment: Akin.environment(), streams: [nothing, outputWrite, errorWrite])
    for end in [nothing, outputWrite, errorWrite] { close(end) }
    var conversation = Conversation(input: nil, outputs: [outputRead, errorRead])
    let results = try conversation.run()
    #expect(try shell.wait().status == 74)
    #expect(results[0].isEmpty)
    #expect(String(decoding: results[1], as: UTF8.self).hasPrefix("akin: \(reason): "))
  }

  #if os(Linux)
    @Test func fullDiskIsAnError() throws {
      let run = try Akin.run(["embed", "--json", "a"], output: try Descriptors.open("/dev/full", O_WRONLY))
      #expect(run.status == 74)
      #expect(run.errors.hasPrefix("akin: cannot write standard output: "))
    }
  #endif
}
