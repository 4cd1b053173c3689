import AkinCollections
import AkinHTTP
import AkinServer
import ArgumentParser
import Engine
import JSON
import Platform

/// `akin map`: texts as a picture.
struct MapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map",
    abstract: "Write a page that shows the texts of a folder by meaning.",
    discussion: """
      One page that needs no network: a point a text, near ones together, groups with their words, copies linked. Colours by \
      group, folder, language, age, or likeness to what is searched in the page; a click opens the place in the editor. What the \
      index leaves out is not in it. With --serve the page comes from a server on this machine, and a search in it asks the \
      model. The same texts have the same map. With --json a point a line, without a page.

        akin map -o map.html
        akin map ~/papers --by file -o papers.html
        akin map --serve
        akin map - --json < reviews.txt
      """)

  @OptionGroup var input: PlacedTextOptions
  @Option(
    name: [.customShort("o", allowingJoined: true), .long],
    help: ArgumentHelp("The page; '-' is standard output. (default: akin-map.html)", valueName: "path"),
    completion: .file())
  var output: String?
  @Flag(help: "Serve the page on this machine instead, so that a search in it asks the model.")
  var serve = false
  @Option(help: ArgumentHelp("With --serve: the address, which must be of loopback.", valueName: "host:port"))
  var address = "127.0.0.1:0"
  @Option(
    help: ArgumentHelp(
      "What a click opens: \(EditorLink.known.map(\.key).joined(separator: ", ")), none, or a URL with {path} or {file}, {line} and {column}.",
      valueName: "editor"))
  var editor = "vscode"
  @Option(
    name: [.customShort("n", allowingJoined: true), .long],
    parsing: .unconditional,
    help: ArgumentHelp("Exactly so many groups. (default: as many as the texts have)", valueName: "n"))
  var groups: Int?
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    if let groups, groups < 1 { throw ValidationError("--groups takes 1 or more") }
    if EditorLink(editor) == nil {
      throw ValidationError("--editor takes the name of an editor, none, or a URL with {path} or {file}")
    }
    let ways = [output != nil, serve, display.json].count { $0 }
    if ways > 1 { throw ValidationError("--output, --serve and --json exclude each other") }
    guard let address = HTTPAddress(address), address.isPrivate, case .network = address else {
      throw ValidationError("--address takes HOST:PORT of loopback")
    }
  }

  func run() async throws {
    let engine = try modelOptions.loadEngine()
    let texts = try await Interruption.cancelling { [input] in try await input.texts(engine: engine) }
    texts.tellOfPending()
    guard !texts.texts.isEmpty else {
      Notice.write("no text to show")
      throw EarlyExit(status: .negative)
    }
    let points = try await points(texts)
    if display.json { return try write(points) }
    guard let editor = EditorLink(editor) else { return }
    var document = MapDocument(points: points, editor: editor)
    guard serve else { return try write(document.page(), of: points) }
    var served = MapDocument.Served(token: MapToken.new(), promptName: nil)
    if engine.description.prompts["query"] != nil { served.promptName = "query" }
    document.served = served
    try await MapServer(page: document.page(), token: served.token, address: address, model: modelOptions).run()
  }

  private func points(_ texts: PlacedTexts) async throws -> MapPoints {
    var options = TextTopics.Options()
    options.count = groups
    let bar = WorkBar("laying out", "text", of: texts.texts.count)
    defer { bar.end() }
    return try await Interruption.cancelling { [options] in
      try await BlockingExecutor.reading.host {
        try await MapPoints(texts, options: options) { step, share in
          // Comparing takes about a third of all.
          let done = step == .comparing ? share / 3 : 1 / 3 + share * 2 / 3
          bar.add(Int(done * Double(texts.texts.count)))
        }
      }
    }
  }

  /// A page in place of the one that was there, or on standard output.
  private func write(_ page: [UInt8], of points: MapPoints) throws {
    let path = output ?? "akin-map.html"
    if path == TextSource.standardInputPath {
      let stream = OutputStream(descriptor: .standardOutput)
      try stream.write(page)
      return try stream.flush()
    }
    try WholeFile.write(page, to: path)
    let counts =
      "\(NumberText.count(points.places.count, "text")), \(NumberText.count(points.topics.topics.count, "group"))"
    Notice.write("\(path): \(counts), \(NumberText.bytes(page.count)); it holds these texts")
  }

  /// `--json`: a point a line.
  private func write(_ points: MapPoints) throws {
    let stream = OutputStream(descriptor: .standardOutput)
    let names = HitNames(places: points.texts.given)
    for (index, place) in points.places.enumerated() {
      var object = JSONObject()
      switch points.texts.places[index] {
      case .hit(let hit):
        object["path"] = .string(names.path(of: hit))
        object["line"] = JSONValue(hit.span.start.line + 1)
        if let location = hit.location { object["location"] = .string(location) }
      case .line(let line):
        if let number = line.line { object["line"] = JSONValue(number) }
        if let id = line.id { object["id"] = id }
      }
      object["x"] = .serialized(Array("\(place.x)".utf8))
      object["y"] = .serialized(Array("\(place.y)".utf8))
      if let topic = points.topicOf[index] { object["group"] = JSONValue(topic + 1) }
      try stream.write(json: .object(object))
    }
    try stream.flush()
  }
}
