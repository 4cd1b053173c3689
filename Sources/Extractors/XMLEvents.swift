import CExpat

/// What is told of an XML text, element by element. Names are without their namespaces: one part of an office file has one
/// vocabulary.
protocol XMLHandler: AnyObject {
  func start(_ name: String, _ attributes: [String: String]) throws(ReadingError)
  func end(_ name: String) throws(ReadingError)
  func characters(_ text: String)
}

/// Reads XML with expat. A text that declares entities of its own is refused: no program that people write with does so, and what
/// grows without end, or asks for other files, begins so.
final class XMLEvents {
  /// Elements within each other at most.
  private static let deepest = 1000

  private let handler: any XMLHandler
  private var parser: XML_Parser?
  private var failure: ReadingError?
  private var depth = 0

  private init(_ handler: any XMLHandler) {
    self.handler = handler
  }

  /// - Parameter name: of the part, for errors.
  static func read(_ bytes: [UInt8], _ name: String, _ handler: any XMLHandler) throws(ReadingError) {
    try XMLEvents(handler).parse(bytes, name)
  }

  private func parse(_ bytes: [UInt8], _ name: String) throws(ReadingError) {
    // Names come as namespace, blank, name.
    guard let parser = XML_ParserCreateNS(nil, 0x20) else { throw ReadingError("there is no memory for its \(name)") }
    defer { XML_ParserFree(parser) }
    self.parser = parser
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser,
      { context, name, attributes in
        guard let events = XMLEvents.of(context), let name, let attributes else { return }
        var values: [String: String] = [:]
        var index = 0
        while let key = attributes[index], let value = attributes[index + 1] {
          values[XMLEvents.attribute(key)] = String(cString: value)
          index += 2
        }
        events.start(XMLEvents.local(name), values)
      },
      { context, name in
        guard let events = XMLEvents.of(context), let name else { return }
        events.end(XMLEvents.local(name))
      })
    XML_SetCharacterDataHandler(parser) { context, text, count in
      guard let events = XMLEvents.of(context), let text else { return }
      let letters = UnsafeRawBufferPointer(start: text, count: Int(count))
      events.handler.characters(String(decoding: letters, as: UTF8.self))
    }
    XML_SetEntityDeclHandler(parser) { context, _, _, _, _, _, _, _, _ in
      XMLEvents.of(context)?.stop(ReadingError("it declares entities of XML, which no office program does"))
    }
    let status = bytes.withUnsafeBytes { buffer in
      XML_Parse(parser, buffer.assumingMemoryBound(to: CChar.self).baseAddress, Int32(clamping: buffer.count), 1)
    }
    if let failure { throw failure }
    guard status == XML_STATUS_OK else {
      throw ReadingError("its \(name) is no XML in line \(XML_GetCurrentLineNumber(parser))")
    }
  }

  private func start(_ name: String, _ attributes: [String: String]) {
    depth += 1
    if depth > Self.deepest { return stop(ReadingError("its elements are nested too deep")) }
    guard failure == nil else { return }
    do throws(ReadingError) { try handler.start(name, attributes) } catch { stop(error) }
  }

  private func end(_ name: String) {
    depth -= 1
    guard failure == nil else { return }
    do throws(ReadingError) { try handler.end(name) } catch { stop(error) }
  }

  private func stop(_ error: ReadingError) {
    failure = failure ?? error
    if let parser { XML_StopParser(parser, 0) }
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> XMLEvents? {
    context.map { Unmanaged<XMLEvents>.fromOpaque($0).takeUnretainedValue() }
  }

  /// An attribute's name; of one that names a relation with `r:` before, since others are called the same.
  private static func attribute(_ name: UnsafePointer<CChar>) -> String {
    let text = String(cString: name)
    let isRelation = text.split(separator: " ").first?.hasSuffix("/relationships") ?? false
    return (isRelation ? "r:" : "") + local(name)
  }

  /// A name behind its namespace.
  private static func local(_ name: UnsafePointer<CChar>) -> String {
    let text = String(cString: name)
    guard let blank = text.utf8.lastIndex(of: 0x20) else { return text }
    return String(text[text.utf8.index(after: blank)...])
  }
}

/// The elements of a small part of an office file as a list, in order: relations, styles, the order of slides.
final class XMLList: XMLHandler {
  private(set) var elements: [(name: String, attributes: [String: String])] = []
  /// What stands in elements without others in them, by their names; of a name that comes again the first.
  private var texts: [String: String] = [:]
  private var text = ""
  private static let most = 1_000_000

  static func read(_ bytes: [UInt8], _ name: String) throws(ReadingError) -> XMLList {
    let list = XMLList()
    try XMLEvents.read(bytes, name, list)
    return list
  }

  func start(_ name: String, _ attributes: [String: String]) throws(ReadingError) {
    elements.append((name, attributes))
    text = ""
    if elements.count > Self.most { throw .tooLong }
  }

  func end(_ name: String) {
    if texts[name] == nil { texts[name] = text }
    text = ""
  }

  func characters(_ text: String) { self.text += text }

  /// The text of the first element of a name; empty where there is none.
  func text(_ name: String) -> String { texts[name] ?? "" }

  /// The attributes of all elements of a name.
  func all(_ name: String) -> [[String: String]] {
    elements.filter { $0.name == name }.map(\.attributes)
  }
}

/// Where the relations of a part of Office Open XML lead. Programs call parts as they like: what one is, its relation tells.
struct Relations {
  private var paths: [String: String] = [:]
  private var kinds: [String: String] = [:]

  /// - Parameter part: `ppt/presentation.xml`; empty for the whole archive.
  init(of part: String, in archive: ZipArchive) throws(ReadingError) {
    let slash = part.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(part[..<$0]) } ?? ""
    let name = slash.map { String(part[part.utf8.index(after: $0)...]) } ?? part
    let path = (folder.isEmpty ? "" : folder + "/") + "_rels/" + name + ".rels"
    guard let bytes = try archive.part(path) else { return }
    for relation in try XMLList.read(bytes, path).all("Relationship") where relation["TargetMode"] != "External" {
      guard let id = relation["Id"], let target = relation["Target"] else { continue }
      let place = Self.resolved(target, in: folder)
      paths[id] = place
      if let kind = relation["Type"]?.split(separator: "/").last, kinds[String(kind)] == nil {
        kinds[String(kind)] = place
      }
    }
  }

  /// The path of a relation by its id.
  subscript(id: String) -> String? { paths[id] }

  /// The path of the first relation of a kind: `styles`, `footnotes`.
  func first(_ kind: String) -> String? { kinds[kind] }

  /// The part that is the text, the presentation or the workbook.
  /// - Parameter usual: where it is, unless the archive tells.
  static func main(of archive: ZipArchive, usual: String) throws(ReadingError) -> String {
    guard let told = try Relations(of: "", in: archive).first("officeDocument"), try archive.part(told) != nil else {
      return usual
    }
    return told
  }

  /// A path in the archive.
  static func resolved(_ target: String, in folder: String) -> String {
    var parts = target.hasPrefix("/") ? [] : folder.split(separator: "/").map(String.init)
    for part in target.split(separator: "/") {
      switch part {
      case ".": break
      case "..": _ = parts.popLast()
      default: parts.append(String(part))
      }
    }
    return parts.joined(separator: "/")
  }
}
