import Engine
import JSON

/// One text to work on, as it came.
struct InputText {
  let text: String
  /// The member "id" of a line of JSON, copied to the output.
  var id: JSONValue?
  /// The member "metadata" of a line of JSON.
  var metadata: JSONValue?
  /// Number of the line (or record) in its stream, from 1; nil for an argument.
  var line: Int?
  /// The bytes of a line that is not UTF-8, whose text has U+FFFD in their place.
  var bytes: [UInt8]?
  /// Where it stands, for messages: the stream and the line, or which of the arguments it is.
  var place: String
}

/// How the records of a stream are read.
enum InputFormat: Equatable {
  /// A text a line.
  case lines
  /// Texts with NUL between them, so that a text may hold line ends.
  case nulSeparated
  /// A JSON string a line, or an object with the member "text".
  case jsonLines

  var separator: UInt8 { self == .nulSeparated ? 0 : UInt8(ascii: "\n") }

  /// Reads one record.
  /// - Parameter takesAnyBytes: whether a line that is not UTF-8 is a text as well.
  /// - Returns: nil for a line of JSON with nothing in it.
  /// - Throws: ``Failure`` with status 65, naming stream and line.
  func text(
    of record: RecordReader.Record, in stream: String, takesAnyBytes: Bool = false
  ) throws(Failure) -> InputText? {
    let place = "\(stream):\(record.number)"
    guard self == .jsonLines else {
      guard let text = String(validating: record.bytes, as: UTF8.self) else {
        if takesAnyBytes {
          let text = String(decoding: record.bytes, as: UTF8.self)
          return InputText(text: text, line: record.number, bytes: Array(record.bytes), place: place)
        }
        throw Failure(
          .badData, "\(place): not UTF-8", hint: "Convert it first, for example with 'iconv -f latin1 -t utf-8'.")
      }
      return InputText(text: text, line: record.number, place: place)
    }
    guard record.bytes.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) else { return nil }
    return try jsonText(of: record, place: place)
  }

  private func jsonText(of record: RecordReader.Record, place: String) throws(Failure) -> InputText {
    let value: JSONValue
    do throws(JSONParseError) {
      value = try JSONValue.parse(Array(record.bytes))
    } catch {
      throw Failure(
        .badData, "\(place): not JSON: \(error)", hint: "With --json-lines every line is a JSON value of its own.")
    }
    switch value {
    case .string(let text):
      return InputText(text: text, line: record.number, place: place)
    case .object(let object):
      guard case .string(let text)? = object["text"] else { break }
      return InputText(
        text: text, id: object["id"], metadata: object["metadata"], line: record.number, place: place)
    default: break
    }
    throw Failure(.badData, "\(place): expected a JSON string, or an object with a string in \"text\"")
  }
}

extension [InputText] {
  /// Has the engine work on the texts; what it refuses is named by its place in the input.
  /// - Throws: ``Failure`` for a text that is too long, else what `work` throws.
  func naming<Answer>(_ work: ([String]) async throws -> Answer) async throws -> Answer {
    do {
      return try await work(map(\.text))
    } catch let error as EngineError {
      throw Failure(tooLong: error, places: map(\.place)) ?? error
    }
  }
}

extension Failure {
  /// A text that is too long, by its place in the input; nil for other errors.
  init?(tooLong error: EngineError, places: [String]) {
    guard case .tooLong(let index, let tokens, let limit) = error.kind, places.indices.contains(index) else {
      return nil
    }
    self.init(
      .badData, "\(places[index]): \(tokens) tokens, and the model takes \(limit)",
      hint: "Shorten it, or let --overflow truncate or window it.")
  }
}
