import AkinCollections
import JSON

/// The documents of `akin search`: a document a line, as text or as JSON.
enum DocumentFile {
  /// A document and the number of its line, from 1.
  struct Entry {
    let document: InlineDocument
    let line: Int
    /// The file that it is from.
    let file: String
    /// The line's "metadata" as it came.
    let metadata: JSONValue?
    let id: JSONValue?
  }

  /// Reads a file, or standard input for "-".
  ///
  /// Lines are JSON where `format` says so, where the name ends in .jsonl or .ndjson, or where the first line is a
  /// JSON object with a string in "text". Lines with nothing but blanks are no documents.
  /// - Throws: ``Failure``: 65, 66 or 74.
  static func read(_ path: String, format: InputFormat) throws(Failure) -> [Entry] {
    let isNamedJSON = path.hasSuffix(".jsonl") || path.hasSuffix(".ndjson")
    var source = TextSource(arguments: [], files: [path], format: isNamedJSON ? .jsonLines : format)
    var texts = try source.all()
    let name = TextSource.name(of: path)
    if !isNamedJSON, format == .lines, let first = texts.first, isJSONDocument(first.text) {
      texts = try parseAll(texts, name: name)
    }
    var entries: [Entry] = []
    for text in texts where !text.text.allSatisfy(\.isWhitespace) {
      entries.append(try entry(text, file: name, place: text.place))
    }
    return entries
  }

  private static func isJSONDocument(_ line: String) -> Bool {
    guard line.hasPrefix("{"), case .object(let object)? = try? JSONValue.parse(Array(line.utf8)) else { return false }
    guard case .string? = object["text"] else { return false }
    return true
  }

  private static func parseAll(_ lines: [InputText], name: String) throws(Failure) -> [InputText] {
    var texts: [InputText] = []
    for line in lines {
      let bytes = Array(line.text.utf8)
      let record = RecordReader.Record(bytes: bytes[...], number: line.line ?? 0)
      if let text = try InputFormat.jsonLines.text(of: record, in: name) { texts.append(text) }
    }
    return texts
  }

  private static func entry(_ text: InputText, file: String, place: String) throws(Failure) -> Entry {
    let id: String?
    switch text.id {
    case nil, .null?: id = nil
    case .string(let string)?: id = string
    case .integer(let number)?: id = String(number)
    default: throw Failure(.badData, "\(place): \"id\": expected a string or an integer")
    }
    let metadata = try metadata(text.metadata, place: place)
    let document = InlineDocument(text: text.text, id: id, metadata: metadata)
    return Entry(document: document, line: text.line ?? 0, file: file, metadata: text.metadata, id: text.id)
  }

  private static func metadata(_ value: JSONValue?, place: String) throws(Failure) -> [String: MetadataValue] {
    switch value {
    case nil, .null?: return [:]
    case .object(let object)?:
      var result: [String: MetadataValue] = [:]
      for (key, member) in object.members {
        switch member {
        case .string(let string): result[key] = .string(string)
        case .integer(let integer): result[key] = .number(Double(integer))
        case .number(let number): result[key] = .number(number)
        case .bool(let bool): result[key] = .bool(bool)
        default: throw Failure(.badData, "\(place): \"metadata.\(key)\": expected a string, a number, true or false")
        }
      }
      return result
    default: throw Failure(.badData, "\(place): \"metadata\": expected an object")
    }
  }
}
