import JSON

/// What sentence-transformers computes with a model, in a Python that a person has named.
package struct PythonReference: Sendable {
  /// What is asked of a model.
  package enum Kind: String, Sendable {
    /// A vector a text.
    case vectors
    /// A vector a text over the vocabulary.
    case sparse
    /// The vectors of each text's tokens, end to end, as of a document.
    case tokens
    /// The logits of each text and the first one, which is the query.
    case pairs
  }

  private let python: String
  private let environment: [String: String]

  /// - Parameters:
  ///   - python: the path of a program, or its name in PATH.
  ///   - environment: of the process.
  package init(python: String, environment: [String: String]) {
    var environment = environment
    // A path is a folder to look in first.
    if let slash = python.lastIndex(of: "/") {
      let folder = Files.absolute(String(python[..<slash]))
      environment["PATH"] = folder + ":" + (environment["PATH"] ?? "")
      self.python = String(python[python.index(after: slash)...])
    } else {
      self.python = python
    }
    // What it asks for is on this machine.
    environment["HF_HUB_OFFLINE"] = "1"
    self.environment = environment
  }

  private static let script = """
    from sys import stdin, stdout; import json, torch, sentence_transformers as library
    request = json.load(stdin)
    folder, texts, kind = request["model"], request["texts"], request["kind"]
    if kind == "vectors":
        found = library.SentenceTransformer(folder, device="cpu").float().encode(texts, batch_size=1).tolist()
    elif kind == "sparse":
        found = library.SparseEncoder(folder, device="cpu").float().encode(texts, convert_to_sparse_tensor=False).tolist()
    elif kind == "tokens":
        rows = library.MultiVectorEncoder(folder, device="cpu").float().encode_document(texts, batch_size=1, convert_to_numpy=True)
        found = [row.reshape(-1).tolist() for row in rows]
    else:
        model = library.CrossEncoder(folder, device="cpu").float()
        scores = model.predict([(texts[0], text) for text in texts], batch_size=1, activation_fn=torch.nn.Identity())
        found = [[float(score)] for score in scores]
    versions = {"sentence_transformers": library.__version__, "torch": torch.__version__}
    stdout.write("\\n" + json.dumps({"vectors": found, "versions": versions}))
    """

  /// Values of texts, and the versions of what computed them.
  /// - Parameter folder: of the model.
  /// - Throws: `unreadable` with the end of what the program said.
  package func values(
    of texts: [String], model folder: String, _ kind: Kind
  ) async throws(ModelFileError) -> (vectors: [[Float]], by: String) {
    func failed(_ reason: String) -> ModelFileError { ModelFileError(.unreadable(reason), path: python) }
    guard Files.status(Files.absolute(folder))?.isFolder == true else {
      throw failed("sentence-transformers reads model folders, not \(folder): name the folder that it was made of")
    }
    let request: JSONValue = [
      "model": .string(Files.absolute(folder)), "texts": .array(texts.map { .string($0) }),
      "kind": .string(kind.rawValue),
    ]
    let outcome: Program.Outcome
    do throws(SourceError) {
      // A person's own Python, of which nobody knows how much memory a model takes in it.
      outcome = try await Program(environment: environment, folder: nil, isBounded: false).run(
        python, ["-c", Self.script], input: String(decoding: request.serialized(), as: UTF8.self), limit: 256 << 20)
    } catch {
      throw failed("\(error)")
    }
    guard outcome.status.isSuccess else {
      let last = outcome.errors.split(separator: "\n").last.map(String.init) ?? "\(outcome.status)"
      throw failed("sentence-transformers did not compute it: \(last)")
    }
    // Libraries write lines of their own first.
    let line = outcome.output.split(separator: UInt8(ascii: "\n")).last ?? []
    do {
      let root = JSONField(try JSONValue.parse(Array(line)), path: "")
      let vectors = try root["vectors"].array().map { try $0.float32s() }
      let version = try root["versions"]["sentence_transformers"].string()
      return (vectors, "sentence-transformers \(version), torch \(try root["versions"]["torch"].string())")
    } catch {
      throw failed("its answer is not what was asked for: \(error)")
    }
  }
}
