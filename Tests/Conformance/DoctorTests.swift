import AkinTestSupport
import Foundation
import JSON
import Testing

@Suite(.timeLimit(.minutes(10))) struct DoctorTests {
  private func checks(_ run: Akin.Run) throws -> [String: JSONValue] {
    let report = try #require(try run.jsonLines().first)
    return Dictionary(report.items("checks").map { ($0.string("name") ?? "", $0) }, uniquingKeysWith: { $1 })
  }

  @Test(arguments: ["q8_0", "f32"])
  func soundInstallationIsHealthy(precision: String) throws {
    let run = try Akin.run("doctor", "--json", "--precision", precision)
    #expect(run.status == 0)
    #expect(try run.jsonLines().first?["healthy"] == .bool(true))
    let checks = try checks(run)
    #expect(checks["kernels"]?.string("chosen")?.isEmpty == false)
    #expect(checks["kernels"]?.items("available").contains("scalar") == true)
    #expect(checks["jansson"]?.string("version")?.hasPrefix("2.") == true)
    #expect(checks["graphs"]?["available"] == true)
    #expect(checks["cache"]?["writable"] == .bool(true))
    #expect(checks["vectors"]?.string("outcome") == "ok")
    #expect(checks["documents"]?.items("held").contains("limits") == true)
    #expect(checks["pdftotext"]?.string("path")?.hasPrefix("/") == true)
  }

  @Test func statedCosinesAreThoseOfTheFixtures() throws {
    let reference = try #require(try checks(try Akin.run("doctor", "--json"))["reference"])
    let texts = try JSONField(reference["texts"], path: "texts").strings()
    let stated = reference.floats("cosines") ?? []
    try #require(texts.count == stated.count && texts.count >= 3)
    let golden = try GoldenText.all()
    let answers = try Akin.run(["embed", "--json"] + texts).jsonLines()
    for (index, text) in texts.enumerated() {
      let expected = try #require(golden.first { $0.text == text }).embedding
      let own = cosine(try #require(answers[index].floats("embedding")), expected)
      #expect(abs(Double(stated[index]) - own) < 1e-6)
    }
  }

  /// Of a model that has no values built in: those that stand beside it.
  @Test func valuesBesideAModelAreCompared() throws {
    let folder = try TemporaryFolder()
    let cache = ["AKIN_CACHE": folder.file("cache")]
    let model = folder.file("sentence")
    try FileManager.default.copyItem(atPath: Fixtures.path("models/sentence"), toPath: model)
    func check() throws -> (run: Akin.Run, reference: JSONValue) {
      let run = try Akin.run(["doctor", "--json", "--precision", "f32", model], environment: cache)
      return (run, try #require(try checks(run)["reference"]))
    }
    #expect(try check().reference.string("found")?.contains("akin-reference.jsonl") == true)
    let lines = try Akin.run(
      ["embed", "--json", "--precision", "f32", "--model", model, "hello world", "a"], environment: cache
    ).output
    try folder.write(Array(lines.utf8), to: "sentence/akin-reference.jsonl")
    let same = try check()
    #expect(
      same.run.status == 0 && same.reference.floats("cosines")?.allSatisfy { $0 > 0.99999 } == true, "\(same.reference)"
    )
    try folder.write(Array(lines.replacing("hello world", with: "hello").utf8), to: "sentence/akin-reference.jsonl")
    let other = try check()
    #expect(other.run.status == 1 && other.reference.string("outcome") == "fail", "\(other.reference)")
    try folder.write(Array("{}".utf8), to: "sentence/akin-reference.jsonl")
    #expect(try check().reference.string("found")?.contains("akin-reference.jsonl:1") == true)
    // A Python that is none.
    let python = try Akin.run(
      ["doctor", "--json", model, "--python", folder.file("no-python")], environment: cache)
    let outcome = try checks(python)["reference"]?.string("outcome")
    #expect(python.status == 1 && outcome == "fail")
  }

  @Test func brokenInstallationIsSaid() throws {
    let folder = try TemporaryFolder()
    let empty = ["AKIN_CACHE": folder.path, "HF_HOME": folder.path, "HF_HUB_CACHE": folder.path]
    let noModel = try Akin.run(["doctor", "--json"], environment: empty)
    #expect(noModel.status == 1)
    #expect(try checks(noModel)["model"]?.string("outcome") == "fail")
    #expect(try checks(noModel)["model"]?.string("found")?.contains("akin pull") == true)
    let wrongKernels = try Akin.run(["doctor", "--json"], environment: ["AKIN_KERNELS": "abacus"])
    #expect(wrongKernels.status == 1)
    #expect(try checks(wrongKernels)["kernels"]?.string("outcome") == "fail")
  }

  @Test func personGetsALineACheck() throws {
    let run = try Akin.runOnTerminal("doctor", "--color", "never")
    #expect(run.status == 0)
    #expect(run.lines.last == "All is well.")
    #expect(run.lines.filter { $0.hasPrefix("✓ ") }.count >= 8)
  }
}
