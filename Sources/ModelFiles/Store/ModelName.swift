/// A model's name as on the hub: `org/name`, or one word for the oldest models and for what people type.
struct ModelName: Equatable {
  let text: String

  /// nil where the text is no name: the hub allows letters, digits, `-`, `_` and `.`, and no part that is dots only or
  /// begins with a dash, so that a name can never leave a folder or be taken for an option.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), text.utf8.count <= 200 else { return nil }
    for part in parts {
      let bytes = part.utf8
      guard let first = bytes.first, first != UInt8(ascii: "-"), bytes.contains(where: { $0 != UInt8(ascii: ".") }),
        bytes.allSatisfy(Self.isAllowed)
      else { return nil }
    }
    self.text = text
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// The full names that the text may stand for, likeliest first.
  var candidates: [String] {
    guard !text.utf8.contains(UInt8(ascii: "/")) else { return [text] }
    return text.hasPrefix("bert-") ? ["google-bert/" + text, text] : ["sentence-transformers/" + text, text]
  }

  /// `org--name`: one file name, as the hub's own clients spell it.
  static func flattened(_ name: String) -> String {
    name.split(separator: "/").joined(separator: "--")
  }
}
