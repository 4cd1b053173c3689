/// A collection's name with the store that keeps it: `store:team/notes` is `notes` of the store `team`, `store:team//home/me/code` the
/// collection of that folder there, and any other text the name of a collection of the usual store, which is meant where none is
/// named. `store:/notes` is that too, for names that begin like these.
public struct QualifiedName: Sendable, Hashable {
  private static let scheme = "store:"

  /// The store; nil for the usual one.
  public let store: String?
  /// What the collection is called in its store.
  public let name: String

  /// A collection of a store; nil for the usual one.
  public init(store: String?, name: String) {
    self.store = store
    self.name = name
  }

  /// Nil where the text begins like a name with a store, and is none.
  public init?(_ text: String) {
    guard text.utf8.starts(with: Self.scheme.utf8) else {
      self.init(store: nil, name: text)
      return
    }
    let rest = text.utf8.dropFirst(Self.scheme.utf8.count)
    guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return nil }
    let store = String(text[rest.startIndex..<slash]), name = String(text[rest.index(after: slash)...])
    guard !name.isEmpty, store.isEmpty || Self.isStore(store) else { return nil }
    self.init(store: store.isEmpty ? nil : store, name: name)
  }

  /// The name as ``init(_:)`` reads it.
  public var text: String {
    guard store != nil || name.utf8.starts(with: Self.scheme.utf8) else { return name }
    return "\(Self.scheme)\(store ?? "")/\(name)"
  }

  /// Whether a store can be called so: 1 to 64 of ASCII's letters and digits, `-`, `_` and `.`, with a letter or a digit first.
  public static func isStore(_ text: String) -> Bool {
    guard (1...64).contains(text.utf8.count), let first = text.utf8.first, isLetterOrDigit(first) else { return false }
    return text.utf8.allSatisfy { isLetterOrDigit($0) || "-_.".utf8.contains($0) }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
  }
}
