import AkinTestSupport
import Foundation
import JSON
import Testing

/// Documents whose bytes are not their text, from the command line and over the protocol.
@Suite(.timeLimit(.minutes(10))) struct DocumentTests {
  private let folder: TemporaryFolder
  private let data: TemporaryFolder
  private var environment: [String: String?] { ["AKIN_DATA": data.path] }

  private static let names = [
    "paper.pdf", "report.docx", "slides.pptx", "table.xlsx", "text.odt", "table.ods", "book.epub", "study.ipynb",
    "page.html", "message.eml", "list.mbox", "note.rtf", "talk.srt", "talk.vtt",
  ]

  init() throws {
    folder = try TemporaryFolder()
    data = try TemporaryFolder()
  }

  private func put(_ names: String...) throws {
    for name in names { try folder.write(try Fixtures.bytes("documents/" + name), to: name) }
  }

  @Test func extractPrintsTextAndPlaces() throws {
    let paper = Fixtures.path("documents/paper.pdf")
    let text = try Akin.run("extract", paper)
    #expect(text.status == 0 && text.output.contains("Dough rises because yeast eats sugar"))
    let json = try #require(try Akin.run("extract", "--json", paper).jsonLines().first)
    #expect(json.string("format") == "pdf" && json.string("text") == text.output)
    let places = try JSONField(json, path: "")["locations"].array().map { try $0["location"].string() }
    #expect(places == ["page=1", "page=2", "page=3", "page=4"])
    #expect(try Akin.runOnTerminal("extract", paper).output.contains("#page=2"))
  }

  @Test func extractTellsWhatItCannotRead() throws {
    let broken = try folder.write("%PDF-1.4 nothing".utf8, to: "broken.pdf")
    let run = try Akin.run("extract", broken)
    #expect(run.status == 65 && run.errors.contains("it is damaged"))
    #expect(try Akin.run("extract", folder.file("none.pdf")).status == 66)
    #expect(try Akin.run("extract", Fixtures.path("README.md")).status == 64)
    // The others are printed.
    let both = try Akin.run("extract", broken, Fixtures.path("documents/note.rtf"))
    #expect(both.status == 65 && both.output.contains("Second bold paragraph."))
  }

  @Test(arguments: [
    ("paper.pdf", "how do insects tell each other where flowers are", "page=4"),
    ("slides.pptx", "boiling point at low pressure", "slide=2"),
    ("study.ipynb", "kettle on a mountain", "cell=3"),
    ("book.epub", "why a kettle boils sooner on a mountain", "two.xhtml"),
    ("list.mbox", "kettle on a mountain", "mid:list-1@example.org"),
    // Of the line that answers, wherever in its chunk that is.
    ("table.xlsx", "which harbour expects a storm surge", "Harbours!A2"),
    ("table.ods", "which harbour expects a storm surge", "Harbours!A2"),
    ("talk.srt", "when does water in a kettle boil", "t=62"),
    ("talk.vtt", "when does water in a kettle boil", "t=3602"),
  ])
  func hitsSayWhereInTheirDocumentTheyAre(name: String, question: String, place: String) throws {
    try put(name)
    let run = try Akin.run(
      "search", "--json", "-k1", "--threshold", "-1", question, folder.path, environment: environment)
    let hit = try #require(try run.jsonLines().first, "\(run.errors)")
    #expect(hit.string("location") == place)
    let shown = try Akin.run("search", "-k1", "--threshold", "-1", question, folder.path, environment: environment)
    #expect(shown.output.contains("\(name)#\(place)\t"))
    #expect(
      try Akin.runOnTerminal(
        ["search", "-k1", "--threshold", "-1", question, folder.path], environment: environment
      ).output.contains("\(name)#\(place)"))
    // Editors get a line of the text.
    let places = try Akin.run(
      "search", "--vimgrep", "-k1", "--threshold", "-1", question, folder.path, environment: environment)
    #expect(places.lines.first?.firstMatch(of: #/^.*\.\w+:\d+:\d+:/#) != nil)
  }

  /// Wherever a place of a document is told, it is one that opens.
  @Test func placesOpenFromEveryList() throws {
    try put("paper.pdf")
    try folder.write(try Fixtures.bytes("documents/paper.pdf"), to: "copy.pdf")
    let place = /(paper|copy)\.pdf#page=[1-4]/
    for command in [["topics"], ["duplicates"], ["topics", "--json"], ["duplicates", "--json"], ["map", "--json"]] {
      let run = try Akin.run(command + [folder.path], environment: environment)
      #expect(run.status == 0, "\(command): \(run.errors)")
      if command.count == 1 {
        #expect(run.lines.allSatisfy { $0.contains(place) }, "\(run.output)")
      } else {
        #expect(run.output.contains("\"location\":\"page=1\""), "\(run.output)")
      }
    }
    let picture = folder.file("bars.svg")
    _ = try Akin.run("search", "tides", folder.path, "--plot", picture, environment: environment)
    #expect(try String(contentsOfFile: picture, encoding: .utf8).contains(place))
  }

  /// As Python writes JSON unless it is told otherwise.
  @Test func escapedLettersOfRecordsAreFound() throws {
    let records = [
      #"{"text": "Gr\u00fc\u00dfe aus K\u00f6ln"}"#, "broken {",
      #"{"text": "\u0431\u0430\u0440\u0436\u0430 \ud83d\ude80"}"#,
      #"{"path": "C:\\u00e9tat \u0041 \ud83d"}"#,
    ]
    try folder.write(records.joined(separator: "\n").utf8, to: "records.jsonl")
    for (word, text) in [
      ("köln", "Grüße aus Köln"), ("баржа", "баржа 🚀"), (#"u00e9tat"#, #"C:\\u00e9tat \u0041 \ud83d"#),
    ] {
      let run = try Akin.run(
        "search", "--mode", "keyword", "--json", word, folder.path, environment: environment)
      #expect(try run.jsonLines().first?.string("text")?.contains(text) ?? false, "\(word): \(run.output)")
    }
  }

  @Test func aFolderOfDocumentsIsIndexedOnce() throws {
    for name in Self.names { try put(name) }
    let first = try Akin.run("index", folder.path, "--json", environment: environment).jsonLines().first
    #expect(first?.integer("added") == Self.names.count && first?.integer("skipped") == 0)
    let again = try Akin.run("index", folder.path, "--force", "--json", environment: environment).jsonLines().first
    #expect(again?.integer("unchanged") == Self.names.count && again?.integer("embedded") == 0)
    // An update that reads nothing starts no reader: a broken one stays what it was.
    try folder.write("nothing".utf8, to: "broken.docx")
    let broken = try Akin.run("index", folder.path, environment: environment)
    #expect(broken.errors.contains("broken.docx could not be read as a document"))
    let named = try Akin.run("index", folder.path, "--verbose", environment: environment)
    #expect(named.output.contains("broken.docx\tit is no zip archive"))
  }

  @Test func theProtocolTellsPlacesAndWhatWasLeftOut() throws {
    try put("paper.pdf")
    try folder.write("nothing".utf8, to: "broken.pdf")
    func call(_ id: Int, _ method: String, _ parameters: JSONValue) -> [UInt8] {
      let message: JSONValue = ["jsonrpc": "2.0", "id": JSONValue(id), "method": .string(method), "params": parameters]
      return message.serialized() + [0x0A]
    }
    let search: JSONValue = [
      "query": "how do insects tell each other where flowers are", "collection": .string(folder.path), "topK": 1,
    ]
    let run = try Akin.run(
      ["serve"],
      input: call(1, "index/add", ["folder": .string(folder.path)]) + call(2, "search", search),
      environment: environment)
    let answers = try run.jsonLines()
    let added = JSONField(answers.first { $0.integer("id") == 1 }?["result"], path: "added")
    #expect(
      try added["notes"].strings() == ["broken.pdf could not be read as a document; 'akin index --verbose' says why"])
    let found = JSONField(answers.first { $0.integer("id") == 2 }?["result"], path: "found")
    #expect(try found["results"].array()[0].array()[0]["location"].string() == "page=4")
  }

  /// Its server looks for changes by itself, and takes no document for one that has gone.
  @Test func assistantsAreToldOfDocuments() throws {
    try put("paper.pdf")
    _ = try Akin.run("index", folder.path, environment: environment)
    let call = #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"search","arguments":{"folder":"#
    let run = try Akin.run(
      ["mcp"],
      input: Array(
        (#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"#
          + #""clientInfo":{"name":"test","version":"1"}}}"# + "\n" + call + "\"\(folder.path)\","
          + #""query":"how do insects tell each other where flowers are"}}}"# + "\n").utf8), environment: environment)
    #expect(run.output.contains("paper.pdf#page=4"), "\(run.output)")
    let after = try Akin.run(
      "search", "--no-update", "-k1", "how do insects tell each other where flowers are", folder.path,
      environment: environment)
    #expect(after.output.contains("paper.pdf#page=4"), "\(after.output) \(after.errors)")
  }

  @Test func anExportKeepsPlaces() throws {
    try put("paper.pdf")
    _ = try Akin.run("index", folder.path, environment: environment)
    let file = data.file("export.jsonl")
    try Data(try Akin.run("collections", "export", folder.path, environment: environment).outputBytes)
      .write(to: URL(fileURLWithPath: file))
    #expect(try String(contentsOfFile: file, encoding: .utf8).contains("\"location\":\"page=4\""))
  }

  /// Stored and with the request alike.
  @Test(arguments: [
    ("Das CAFÉ an der Straße", "cafe strasse"), ("학교에서 공부한다", "학교"), ("ฉันพูดภาษาไทย", "ภาษา"),
    ("ｆｕｌｌｗｉｄｔｈ", "fullwidth"),
  ])
  func wordsAreFoundHoweverTheyAreWritten(text: String, query: String) throws {
    try folder.write(text.utf8, to: "a.txt")
    try folder.write("nothing of it".utf8, to: "b.txt")
    let stored = try Akin.run(
      "search", "--json", "--mode", "keyword", query, folder.path, environment: environment)
    #expect(try stored.jsonLines().map { $0.string("text") } == [text], "\(stored.errors)")
    let own = try Akin.run(
      ["search", "--json", "--mode", "keyword", "--min-score", "0.01", query, "--documents", "-"],
      input: Array("nothing of it\n\(text)\n".utf8))
    #expect(try own.jsonLines().map { $0.string("text") } == [text])
  }

  /// A page that a program fills in is a program's text.
  @Test func templatesStayWhatTheyAre() throws {
    try folder.write(
      "<html><body>{% for user in users %}<p>{{ user.name }}</p>{% endfor %}</body></html>".utf8, to: "list.html")
    try put("page.html")
    let run = try Akin.run("search", "--json", "--mode", "keyword", "endfor", folder.path, environment: environment)
    let hit = try #require(try run.jsonLines().first, "\(run.errors)")
    #expect(hit.string("text")?.contains("{% for user") ?? false)
    #expect(hit["location"] == nil)
  }
}
