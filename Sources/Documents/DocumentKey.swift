/// What tells a document of a collection from the others. One collection may hold both kinds; an id and a URI of the same
/// letters are two documents.
public enum DocumentKey: Sendable, Hashable {
  /// A name of the client's.
  case id(String)
  /// Where the document lives; in the collection of a folder a `file:` URI.
  case uri(String)

  /// The letters of either.
  public var text: String {
    switch self {
    case .id(let text), .uri(let text): text
    }
  }

  /// The same document, a file's URI in the one spelling of ``FileURI/normalized(_:)``.
  public var normalized: DocumentKey {
    switch self {
    case .id: self
    case .uri(let uri): .uri(FileURI.normalized(uri))
    }
  }
}
