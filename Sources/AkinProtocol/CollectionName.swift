import Documents
import JSON

/// The name of a collection of stored documents: a folder's absolute path, or any other name, and maybe the store that it is in
/// (``QualifiedName``).
public struct CollectionName: ProtocolValue, Hashable {
  /// Characters of a name that is no folder.
  private static let longest = 200
  /// Bytes of a folder's path: Linux's `PATH_MAX`.
  private static let longestPath = 4096

  /// With its store, where it names one.
  public let text: String
  /// In its store: an absolute path, or 1 to 200 characters without control characters.
  private let name: String

  /// Whether the collection is that of a folder.
  public var isFolder: Bool { name.utf8.first == UInt8(ascii: "/") }
  /// The folder whose collection it is: an absolute path.
  public var folder: String? { isFolder ? name : nil }
  /// The store that it is in; nil for the usual one.
  public var store: String? { QualifiedName(text)?.store }

  /// The collection of this name or of the folder at this path or `file:` URI, maybe of another store; nil where the text is none of
  /// these.
  public init?(_ text: String) {
    guard let qualified = QualifiedName(text) else { return nil }
    guard let name = Self.folder(qualified.name) ?? Self.plain(qualified.name) else { return nil }
    self.init(store: qualified.store, name: name)
  }

  private init(store: String?, name: String) {
    self.name = name
    text = QualifiedName(store: store, name: name).text
  }

  private static func plain(_ text: String) -> String? {
    let isName =
      !text.isEmpty && text.count <= longest && text.utf8.first != UInt8(ascii: "/")
      && text.prefix(5).lowercased() != "file:"
      && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    return isName ? text : nil
  }

  /// The collection of a folder; nil where the text is neither an absolute path nor a `file:` URI.
  public init?(folder text: String) {
    guard let path = Self.folder(text) else { return nil }
    self.init(store: nil, name: path)
  }

  private static func folder(_ text: String) -> String? {
    guard let path = text.utf8.first == UInt8(ascii: "/") ? text : FileURI.path(ofURI: text),
      path.utf8.count <= longestPath, !path.utf8.contains(0)
    else { return nil }
    return path
  }

  /// Reads a name, an absolute path or a `file:` URI.
  public init(_ field: JSONField) throws(JSONFieldError) {
    guard let name = CollectionName(try field.string()) else {
      throw field.mismatch(
        "an absolute path, a file: URI, or a name of 1 to \(Self.longest) characters without control characters; of another store "
          + "store:STORE/ before that")
    }
    self = name
  }

  /// Reads a folder: an absolute path or a `file:` URI.
  static func folder(_ field: JSONField) throws(JSONFieldError) -> CollectionName {
    guard let name = CollectionName(folder: try field.string()) else {
      throw field.mismatch("an absolute path or a file: URI")
    }
    return name
  }

  /// The folder as LSP's `WorkspaceFolder`.
  var workspaceFolder: JSONValue {
    let last = text.split(separator: "/").last.map(String.init) ?? text
    return ["uri": .string(FileURI.uri(ofPath: text)), "name": .string(last)]
  }

  /// The name, or the path.
  public var json: JSONValue { .string(text) }
}
