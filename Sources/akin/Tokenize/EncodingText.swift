import JSON
import Tokenizers

/// An encoding as JSON, tab-separated lines, or tokens above their ids.
enum EncodingText {
  /// The member names of the protocol's `tokenize`.
  /// - Parameter offsets: in the units of the position encoding asked for; nil: code points.
  static func json(_ encoding: Encoding, offsets: [Range<Int>]? = nil) -> JSONValue {
    .object([
      "ids": .array(encoding.ids.map { .integer(Int64($0)) }),
      "tokens": .array(encoding.tokens.map { .string($0) }),
      "typeIds": .array(encoding.typeIDs.map { .integer(Int64($0)) }),
      "attentionMask": .array(encoding.attentionMask.map { .integer(Int64($0)) }),
      "specialTokensMask": .array(encoding.specialTokensMask.map { .integer(Int64($0)) }),
      "offsets": .array(
        (offsets ?? encoding.offsets).map { .array([.integer(Int64($0.lowerBound)), .integer(Int64($0.upperBound))]) }),
      "wordIds": .array(encoding.wordIDs.map { $0.map { .integer(Int64($0)) } ?? .null }),
    ])
  }

  /// Number of the text, id, token, and the range of the text it stands for, a line a token.
  static func tabLines(_ encoding: Encoding, text: Int, offsets: [Range<Int>]) -> [String] {
    encoding.ids.indices.map { index in
      let range = offsets[index]
      return "\(text)\t\(encoding.ids[index])\t\(encoding.tokens[index])\t\(range.lowerBound)\t\(range.upperBound)"
    }
  }

  /// Each token above its id, in as many rows as the screen needs. Special tokens are dim, and the pieces of one word
  /// share a colour.
  static func screenLines(_ encoding: Encoding, terminal: Terminal) -> [String] {
    var lines: [String] = []
    var tokenLine = ""
    var idLine = ""
    var used = 0
    for index in encoding.ids.indices {
      let token = TextWidth.printable(encoding.tokens[index])
      let id = String(encoding.ids[index])
      let width = max(TextWidth.columns(token), id.count)
      if used > 0, used + 2 + width > terminal.columns {
        lines += [tokenLine, idLine]
        (tokenLine, idLine, used) = ("", "", 0)
      }
      if used > 0 {
        tokenLine += "  "
        idLine += "  "
        used += 2
      }
      tokenLine += paint(TextWidth.padded(token, to: width), encoding, index, terminal)
      idLine += terminal.paint(TextWidth.padded(id, to: width), .dim)
      used += width
    }
    return lines + [tokenLine, idLine]
  }

  private static func paint(_ text: String, _ encoding: Encoding, _ index: Int, _ terminal: Terminal) -> String {
    guard encoding.specialTokensMask[index] == 0, let word = encoding.wordIDs[index] else {
      return terminal.paint(text, .dim)
    }
    return word.isMultiple(of: 2) ? text : terminal.paint(text, .accent)
  }
}
