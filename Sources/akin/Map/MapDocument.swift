import AkinCollections
import AkinProtocol
import Digests
import JSON
import Platform

/// A map as one page without any other file: `MapPageParts` with the points in it.
struct MapDocument {
  /// What a page needs of the server that it comes from.
  struct Served {
    /// What its requests must show.
    let token: String
    /// The prompt that the model has for queries, where it has one.
    var promptName: String?
  }

  let points: MapPoints
  let editor: EditorLink
  var served: Served?

  /// Characters of all texts together; of one text no more than some, and no fewer than others.
  private static let textBudget = 12_000_000
  private static let textLengths = 160...2000
  /// More groups than a page tells apart; the rest have no number.
  private static let mostGroups = 0xFFFF

  /// The page. What texts and names hold is data to it: JSON in which no `<` stands, in an element that is not run, under a policy that
  /// runs nothing but this page's own script.
  func page() -> [UInt8] {
    let data = TerminalText.escaped(json: data.serialized())
    var policy = "default-src 'none'; script-src '\(Self.hash(MapPageParts.script))'; "
    policy += "style-src '\(Self.hash(MapPageParts.style))'; base-uri 'none'; form-action 'none'"
    if served != nil { policy += "; connect-src 'self'" }
    var page: [UInt8] = []
    page +=
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="referrer" content="no-referrer">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>akin map</title>
      <style>\(MapPageParts.style)</style>
      </head>
      <body>
      \(MapPageParts.body)<script type="application/json" id="data">
      """.utf8
    for byte in data {
      // Whatever stands behind it, it ends no element and begins no comment.
      if byte == UInt8(ascii: "<") { page += "\\u003c".utf8 } else { page.append(byte) }
    }
    page += "</script>\n<script>\(MapPageParts.script)</script>\n</body>\n</html>\n".utf8
    return page
  }

  private static func hash(_ text: String) -> String {
    "sha256-" + Base64.encode(SHA256.hash(text.utf8))
  }

  // MARK: Data

  private var data: JSONValue {
    let table = FileTable(points.texts)
    let count = points.places.count
    let length = min(max(Self.textBudget / max(count, 1), Self.textLengths.lowerBound), Self.textLengths.upperBound)
    let codes = points.reduced.map { VectorQuantizer.int8($0) }
    var object: JSONObject = [
      "title": .string(title), "pending": JSONValue(points.texts.pending),
      "texts": .array(points.texts.places.map { .string(Self.shortened($0.text, to: length)) }),
      "names": .array(points.texts.places.map { $0.subject.map { .string(TerminalText.harmless($0)) } ?? .null }),
      "places": Self.words(points.places.flatMap { [$0.x, $0.y] }.map { UInt16(max(0, min(1, $0 + 0.5)) * 65_535) }),
      "clusterOf": Self.words(points.topicOf.map { UInt16(min($0 ?? Self.mostGroups, Self.mostGroups)) }),
      "fileOf": Self.words(table.fileOf.map { UInt32($0) }),
      "lineOf": Self.words(points.texts.places.map(\.lineNumber)),
      "copies": Self.words(points.copies.flatMap { [UInt32($0.0), UInt32($0.1)] }),
      "dimensions": JSONValue(points.directions.count),
      "codes": .string(Base64.encode(codes.flatMap { $0.values.map { UInt8(bitPattern: $0) } })),
      "scales": .string(Base64.encode(Float32Bytes.encode(codes.map(\.scale)))),
      "files": .array(table.files.map(\.json)), "folders": .array(table.folders.map { .string($0) }),
      "languages": .array(table.languages.map { .string($0) }),
      "clusters": .array(
        points.topics.topics.prefix(Self.mostGroups).map { topic in
          ["words": .array(topic.words.map { .string($0.word) }), "size": JSONValue(topic.size)]
        }),
      "order": .array(order.map { JSONValue($0) }),
    ]
    object["editor"] = editor.template.map { .string($0) } ?? .null
    object["root"] = points.texts.folder.map { .string(editor.needsRoot ? $0 : "") } ?? .null
    if let served {
      object["served"] = [
        "token": .string(served.token), "promptName": served.promptName.map { .string($0) } ?? .null,
        "basis": .string(Base64.encode(points.directions.flatMap { Float32Bytes.encode($0) })),
      ]
    }
    return .object(object)
  }

  /// The name of the folder alone: where it is is nobody's business who gets the page.
  private var title: String {
    points.texts.folder.map { FileName.shown(FilePath.name($0)) } ?? TerminalText.harmless(points.texts.name)
  }

  /// The points, the most typical of each group first, what is near no other at the end.
  private var order: [Int] {
    points.topics.topics.flatMap { $0.members.flatMap { [$0.index] + $0.copies } } + points.topics.outliers
  }

  private static func shortened(_ text: String, to length: Int) -> String {
    // Scalars, since a cluster may be of any length.
    let scalars = text.unicodeScalars
    guard text.utf8.count > length, scalars.count > length else { return TerminalText.harmless(text) }
    return TerminalText.harmless(String(String.UnicodeScalarView(scalars.prefix(length))) + "…")
  }

  private static func words(_ values: [some FixedWidthInteger]) -> JSONValue {
    var bytes: [UInt8] = []
    for value in values { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
    return .string(Base64.encode(bytes))
  }
}

extension PlacedTexts.Place {
  /// The line that a person counts.
  fileprivate var lineNumber: UInt32 {
    switch self {
    // A document whose bytes are not its text has no lines.
    case .hit(let hit): hit.location == nil ? UInt32(clamping: hit.span.start.line + 1) : 0
    case .line(let line): UInt32(clamping: line.line ?? 0)
    }
  }

  /// What it declares, or stands under.
  fileprivate var subject: String? {
    guard case .hit(let hit) = self else { return nil }
    return hit.symbol ?? hit.location ?? hit.heading
  }
}

/// The files of the points, with what they are coloured by.
private struct FileTable {
  struct File {
    /// As a person reads it.
    let shown: String
    /// From the folder; nil where it is no file of it.
    let path: String?
    let folder: Int
    let language: Int
    /// Seconds since 1970 of its content's last change; 0 where it is not known.
    let time: Int

    var json: JSONValue {
      [
        "path": .string(shown), "name": .string(path ?? ""), "link": .bool(path != nil), "folder": JSONValue(folder),
        "language": JSONValue(language), "time": JSONValue(time),
      ]
    }
  }

  private(set) var files: [File] = []
  private(set) var folders: [String] = []
  private(set) var languages: [String] = []
  /// Of each point; 0 where there are no files.
  private(set) var fileOf: [Int] = []

  init(_ texts: PlacedTexts) {
    var (fileNumbers, folderNumbers, languageNumbers): ([String: Int], [String: Int], [String: Int]) = ([:], [:], [:])
    func number(_ name: String, _ numbers: inout [String: Int], _ names: inout [String]) -> Int {
      if let known = numbers[name] { return known }
      numbers[name] = names.count
      names.append(name)
      return names.count - 1
    }
    let parts = Self.commonFolders(texts)
    for place in texts.places {
      guard case .hit(let hit) = place else {
        fileOf.append(0)
        continue
      }
      if let known = fileNumbers[hit.key.text] {
        fileOf.append(known)
        continue
      }
      let path = texts.folder == nil ? nil : hit.path
      let folder = hit.path.map { Self.folder(of: $0, below: parts) } ?? ""
      fileNumbers[hit.key.text] = files.count
      fileOf.append(files.count)
      files.append(
        File(
          shown: FileName.shown(hit.path ?? hit.key.text), path: path,
          folder: number(FileName.shown(folder), &folderNumbers, &folders),
          language: number(hit.language ?? "", &languageNumbers, &languages),
          time: path.map { Self.time(of: (texts.folder ?? "") + "/" + $0) } ?? 0))
    }
  }

  /// How many folders all paths have in common.
  private static func commonFolders(_ texts: PlacedTexts) -> Int {
    var common: [Substring]?
    for case .hit(let hit) in texts.places {
      let parts = (hit.path ?? "").split(separator: "/").dropLast()
      common = common.map { zip($0, parts).prefix { $0 == $1 }.map(\.0) } ?? Array(parts)
      if common?.isEmpty ?? false { break }
    }
    return common?.count ?? 0
  }

  /// The folder in which paths begin to differ.
  private static func folder(of path: String, below common: Int) -> String {
    let parts = path.split(separator: "/").dropLast()
    return parts.prefix(common + 1).joined(separator: "/")
  }

  private static func time(of path: String) -> Int {
    var status = stat()
    return lstat(path, &status) == 0 ? max(0, FileTime.modified(status) / 1_000_000_000) : 0
  }
}
