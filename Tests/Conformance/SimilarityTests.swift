import AkinTestSupport
import JSON
import Testing

@Suite(.timeLimit(.minutes(10))) struct SimilarityTests {
  private let notebook: JSONField

  init() throws {
    notebook = JSONField(try JSONValue.parse(try Fixtures.bytes("notebook.json")), path: "notebook.json")
  }

  private func rows(_ value: JSONValue, _ key: String) throws -> [[Float]] {
    try JSONField(value, path: "output")[key].array().map { row throws(JSONFieldError) in try row.float32s() }
  }

  @Test func notebookQuestionsAgainstDocuments() throws {
    let folder = try TemporaryFolder()
    let documents = try notebook["documents"].strings()
    let file = try folder.write(documents.map { $0 + "\n" }.joined().utf8, to: "documents.txt")
    let questions = try notebook["queries"].strings()
    let run = try Akin.run(["similarity", "--json", "--precision", "f32", "--right-file", file] + questions)
    let answer = try #require(try run.jsonLines().first)
    #expect(answer["left"] == .array(questions.map { .string($0) }))
    #expect(answer["right"] == .array(documents.map { .string($0) }))
    #expect(answer.string("function") == "cosine")
    let expected = try notebook["cosine"].array().map { row throws(JSONFieldError) in try row.float32s() }
    for (scores, expected) in zip(try rows(answer, "scores"), expected) {
      for (score, expected) in zip(scores, expected) { #expect(abs(score - expected) < 2e-6) }
    }
  }

  @Test func twoTextsGiveOneNumber() throws {
    let run = try Akin.run("similarity", "a king", "a monarch")
    let score = try #require(Float(run.output.dropLast()))
    let matrix = try rows(
      try #require(try Akin.run("similarity", "--json", "a king", "a monarch").jsonLines().first), "scores")
    #expect(abs(score - matrix[0][1]) < 1e-4)
    #expect(matrix[0][1] == matrix[1][0])
  }

  @Test func pipeGetsRowsOfNumbers() throws {
    let run = try Akin.run("similarity", input: "a king\na queen\na stone\n")
    let rows = run.lines.map { $0.split(separator: "\t").compactMap { Float($0) } }
    try #require(rows.count == 3 && rows.allSatisfy { $0.count == 3 })
    #expect(rows[0][1] > rows[0][2])
  }

  @Test(arguments: ["cosine", "dot", "euclidean", "manhattan"])
  func functionsAreOfTheSameVectors(function: String) throws {
    let texts = ["a king", "a stone"]
    let vectors = try Akin.run(["embed", "--json", "--no-normalize"] + texts).jsonLines().map {
      $0.floats("embedding") ?? []
    }
    let run = try Akin.run(["similarity", "--json", "--no-normalize", "--function", function] + texts)
    let score = try rows(try #require(try run.jsonLines().first), "scores")[0][1]
    let pairs = zip(vectors[0], vectors[1]).map { (Double($0), Double($1)) }
    let expected =
      switch function {
      case "dot": pairs.reduce(0) { $0 + $1.0 * $1.1 }
      case "euclidean": -pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      case "manhattan": -pairs.reduce(0) { $0 + abs($1.0 - $1.1) }
      default: cosine(vectors[0], vectors[1])
      }
    #expect(abs(Double(score) - expected) <= 1e-5 * max(1, abs(expected)))
  }

  @Test func numpyFileHoldsTheMatrix() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("scores.npy")
    #expect(try Akin.run("similarity", "--output", path, "--right", "c", "a", "b").status == 0)
    #expect(try NumpyArray(contentsOf: path).shape == [2, 1])
  }
}
