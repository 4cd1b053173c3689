import AkinTestSupport
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Pictures of scores.
@Suite(.timeLimit(.minutes(10))) struct PlotTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func picture(_ name: String) throws -> (text: String, elements: [String: Int]) {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
    let counter = ElementCounter()
    let parser = XMLParser(data: data)
    parser.delegate = counter
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    return (String(decoding: data, as: UTF8.self), counter.counts)
  }

  @Test func similarityAsAHeatMap() throws {
    let file = folder.file("map.svg")
    let texts = ["a <king> & \"queen\"", "a monarch\u{0}\u{202E}", "stone " + String(repeating: "long ", count: 40)]
    let input = Array(texts.joined(separator: "\n").utf8)
    let run = try Akin.run(["similarity", "--plot", file], input: input)
    #expect(run.status == 0 && run.lines.count == 3, "\(run.errors)")
    let (text, elements) = try picture("map.svg")
    // Nine squares and the legend.
    #expect(elements["rect"] == 9 + 20)
    #expect(text.contains("a &lt;king&gt; &amp; &quot;queen&quot;") && text.contains(">1.00</text>"))
    #expect(!text.contains("\u{0}") && !text.contains("\u{202E}"))
    // Larger ones have no numbers.
    let many = Array((0..<60).map { "text \($0)\n" }.joined().utf8)
    #expect(try Akin.run(["similarity", "--plot", file], input: many).status == 0)
    #expect(try picture("map.svg").elements["rect"] == 3600 + 20)
  }

  @Test func searchAsBars() throws {
    let file = folder.file("bars.svg")
    let documents = try folder.write(
      "plants need light\ntrains run late\n<b>cats</b> sleep\n".utf8, to: "documents.txt")
    let run = try Akin.run("search", "-d", documents, "--plot", file, "photosynthesis", "cats")
    #expect(run.status == 0 && run.lines.count == 6)
    let (text, elements) = try picture("bars.svg")
    #expect(elements["rect"] == 6 && text.contains("&lt;b&gt;cats"))
    let environment: [String: String?] = ["AKIN_DATA": folder.path + "/data"]
    try folder.write("Plants need light and water.\n".utf8, to: "notes/plants.md")
    let search = try Akin.run(
      ["search", "what do plants need", folder.path + "/notes", "--plot", file], environment: environment)
    #expect(search.status == 0)
    #expect(try picture("bars.svg").text.contains("plants.md:1"))
  }

  /// The legend of a single row, and a title that is longer than the bars.
  @Test func nothingIsCutOff() throws {
    let file = folder.file("small.svg")
    #expect(try Akin.run("similarity", "one text alone", "another", "--plot", file).status == 0)
    let map = try picture("small.svg").text
    let height = try #require(map.firstMatch(of: /viewBox="0 0 [0-9.]+ ([0-9.]+)"/).flatMap { Double($0.1) })
    let bottoms = map.matches(of: /<rect x="[0-9.]+" y="([0-9.]+)" width="[0-9.]+" height="([0-9.]+)"/).compactMap {
      found in
      Double(found.1).flatMap { y in Double(found.2).map { y + $0 } }
    }
    #expect(bottoms.count == 24 && bottoms.allSatisfy { $0 <= height })
    let query = String(repeating: "long query ", count: 8)
    #expect(try Akin.run(["search", "-d", "-", "--plot", file, query], input: Array("a\n".utf8)).status == 0)
    let bars = try picture("small.svg").text
    let width = try #require(bars.firstMatch(of: /viewBox="0 0 ([0-9.]+)/).flatMap { Double($0.1) })
    #expect(width > 7 * Double(query.count))
  }

  @Test func whatCannotBeDrawnIsRefused() throws {
    #expect(try Akin.run("similarity", "a", "b", "--plot", folder.file("x.png")).status == 64)
    let many = Array((0..<501).map { "text \($0)\n" }.joined().utf8)
    let run = try Akin.run(["similarity", "--plot", folder.file("x.svg")], input: many)
    #expect(run.status == 64 && run.errors.contains("500"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("x.svg")))
    #expect(try Akin.run("similarity", "a", "b", "--plot", folder.file("no/x.svg")).status == 74)
  }
}

private final class ElementCounter: NSObject, XMLParserDelegate {
  var counts: [String: Int] = [:]

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    counts[name, default: 0] += 1
  }
}
