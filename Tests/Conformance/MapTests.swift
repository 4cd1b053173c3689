import AkinTestSupport
import Digests
import Foundation
import JSON
import Testing

/// The page of `akin map` as a file; Tests/Clients/map.sh drives it in a browser.
@Suite(.timeLimit(.minutes(10))) struct MapTests {
  private let folder: TemporaryFolder
  private let lines = zip(TopicsTests.cats, TopicsTests.trains).flatMap { [$0, $1] }

  init() throws {
    folder = try TemporaryFolder()
  }

  private func page(_ arguments: [String], input: [UInt8] = []) throws -> String {
    let run = try Akin.run(
      ["map"] + arguments + ["-o", "-"], input: input, environment: ["AKIN_DATA": folder.path + "/data"])
    #expect(run.status == 0, "\(run.errors)")
    return run.output
  }

  private func data(_ page: String) throws -> JSONField {
    let start = try #require(page.range(of: "id=\"data\">")).upperBound
    let end = try #require(page.range(of: "</script>", range: start..<page.endIndex)).lowerBound
    return JSONField(try JSONValue.parse(Array(page[start..<end].utf8)), path: "data")
  }

  private func numbers<Number: FixedWidthInteger>(_ field: JSONField, _ type: Number.Type) throws -> [Number] {
    let bytes = try #require(Data(base64Encoded: try field.string()))
    return stride(from: 0, to: bytes.count, by: MemoryLayout<Number>.size).map { start in
      (0..<MemoryLayout<Number>.size).reduce(0) { $0 | Number(bytes[start + $1]) << Number(8 * $1) }
    }
  }

  @Test func aPageIsOneFileThatRunsItsOwnScriptAlone() throws {
    let input = Array(
      (lines + ["</script><script>alert(1)</script> <!-- cat", lines[0]]).map { $0 + "\n" }.joined().utf8)
    let page = try page(["-"], input: input)
    #expect(page.components(separatedBy: "<script").count == 3 && page.components(separatedBy: "</script>").count == 3)
    #expect(!page.contains("<!--") && !page.contains("//cdn") && !page.contains(" src="))
    let script = try #require(page.components(separatedBy: "<script>").last?.components(separatedBy: "</script>").first)
    let hash = Data(SHA256.hash(script.utf8)).base64EncodedString()
    #expect(page.contains("script-src 'sha256-\(hash)'") && page.contains("default-src 'none'"))
    #expect(!page.contains("unsafe-inline") && !page.contains("connect-src"))
    let data = try data(page)
    let texts = try data["texts"].array().map { text throws(JSONFieldError) in try text.string() }
    #expect(texts.count == 12 && texts[10].hasPrefix("</script><script>"))
    #expect(try numbers(data["places"], UInt16.self).count == 24)
    #expect(try numbers(data["lineOf"], UInt32.self) == Array(1...12))
    // The copy is linked with the first.
    let copies = try numbers(data["copies"], UInt32.self)
    #expect(stride(from: 0, to: copies.count, by: 2).contains { copies[$0] == 0 && copies[$0 + 1] == 11 })
    #expect(try self.page(["-"], input: input) == page, "the same texts have the same page")
  }

  @Test func whatTheIndexLeavesOutIsNotInIt() throws {
    let secret = "AKIA" + "ABCDEFGHIJKLMNOP"
    for (index, text) in lines.enumerated() { try folder.write(text.utf8, to: "files/sub\(index % 2)/\(index).md") }
    try folder.write("aws_access_key_id = \(secret)\n".utf8, to: "files/.env")
    try folder.write("-----BEGIN RSA PRIVATE KEY-----\n\(secret)\n".utf8, to: "files/key.pem")
    let page = try page([folder.path + "/files", "--editor", "https://example.org/tree/{file}#L{line}"])
    #expect(!page.contains(secret) && !page.contains("key.pem"))
    // Who gets the page learns nothing of the machine that it does not need.
    #expect(!page.contains(folder.path + "/data") && !page.contains("\"root\":\"\(folder.path)"))
    let data = try data(page)
    #expect(try data["files"].array().count == 10)
    #expect(
      Set(try data["folders"].array().map { name throws(JSONFieldError) in try name.string() }) == ["sub0", "sub1"])
    #expect(try data["root"].string().isEmpty)
    let local = try self.data(try self.page([folder.path + "/files", "--by", "file", "--no-update"]))
    #expect(try local["root"].string().hasSuffix("/files"))
    #expect(try local["editor"].string() == "vscode://file{path}:{line}:{column}")
  }

  @Test func jsonHasAPointALine() throws {
    let input = lines.map { $0 + "\n" }.joined()
    let points = try Akin.run("map", "-", "--json", "-n", "2", input: input).jsonLines()
    #expect(points.map { $0.integer("line") } == Array(1...10))
    #expect(Set(points.map { $0.integer("group") }) == [1, 2])
    #expect(points.allSatisfy { abs($0.float("x") ?? 1) <= 0.5 && abs($0.float("y") ?? 1) <= 0.5 })
  }

  @Test(arguments: [
    ["--editor", "javascript:alert('{path}')"], ["--editor", "JavaScript:{path}"],
    ["--editor", "data:text/html,{path}"],
    ["--editor", "emacs"], ["--editor", "x://\u{202E}{path}"], ["--serve", "-o", "x.html"], ["--json", "-o", "x.html"],
    ["--groups", "0"], ["--serve", "--address", "0.0.0.0:8080"], ["--serve", "--address", "example.org:80"],
  ])
  func whatCannotBeIsRefused(arguments: [String]) throws {
    let run = try Akin.run(["map", "-"] + arguments, input: Array("a\n".utf8))
    #expect(run.status == 64 && run.output.isEmpty, "\(run.errors)")
  }

  @Test func noTextIsNoPage() throws {
    let file = folder.file("none.html")
    #expect(try Akin.run("map", "-", "-o", file, input: "").status == 1)
    #expect(!FileManager.default.fileExists(atPath: file))
    #expect(try Akin.run("map", "-", "-o", file, input: "alone\n").status == 0)
    #expect(try Akin.run("map", "-", "-o", folder.file("no/folder.html"), input: "alone\n").status == 74)
  }
}
