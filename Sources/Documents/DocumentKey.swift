/// What tells a document of a collection from the others. One collection may hold both kinds; an id and a URI of the same
/// letters are two documents.
public enum DocumentKey: Sendable, Hashable {
  /// A name of the client's.
  case id(String)
  /// Where the document lives; in the collection of a folder a `file:` URI.
  case uri(String)

  /// Bytes count: Swift's strings are equal where only their composition differs, and these are two files.
  public static func == (left: DocumentKey, right: DocumentKey) -> Bool {
    switch (left, right) {
    case (.id(let left), .id(let right)), (.uri(let left), .uri(let right)): left.utf8.elementsEqual(right.utf8)
    default: false
    }
  }

  /// Of the bytes.
  public func hash(into hasher: inout Hasher) {
    if case .uri = self { hasher.combine(1) }
    for byte in text.utf8 { hasher.combine(byte) }
  }

  /// The letters of either.
  public var text: String {
    switch self {
    case .id(let text), .uri(let text): text
    }
  }

}
