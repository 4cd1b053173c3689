import JSON

/// A place in a text: LSP 3.17, `Position`.
public struct TextPosition: ProtocolValue, Hashable, Comparable {
  /// The line, from 0.
  public var line: Int
  /// Units of the position encoding since the start of the line.
  public var character: Int

  /// This place.
  public init(line: Int, character: Int) {
    self.line = line
    self.character = character
  }

  /// Reads `line` and `character`, integers that are not negative.
  public init(_ field: JSONField) throws(JSONFieldError) {
    line = try field["line"].int(in: 0...Int.max)
    character = try field["character"].int(in: 0...Int.max)
  }

  /// The place as an object.
  public var json: JSONValue { ["line": .integer(Int64(line)), "character": .integer(Int64(character))] }

  /// By line, then by character.
  public static func < (left: TextPosition, right: TextPosition) -> Bool {
    (left.line, left.character) < (right.line, right.character)
  }
}

/// A part of a text: LSP 3.17, `Range`.
public struct TextRange: ProtocolValue, Hashable {
  /// The first place.
  public var start: TextPosition
  /// The place behind the last.
  public var end: TextPosition

  /// This part.
  public init(start: TextPosition, end: TextPosition) {
    self.start = start
    self.end = end
  }

  /// Reads `start` and `end`.
  /// - Throws: also where `end` comes before `start`.
  public init(_ field: JSONField) throws(JSONFieldError) {
    start = try TextPosition(field["start"])
    end = try TextPosition(field["end"])
    guard start <= end else { throw field["end"].mismatch("a position not before start") }
  }

  /// The part as an object.
  public var json: JSONValue { ["start": start.json, "end": end.json] }
}
