/// The members of a JSON object in the order in which they were added.
///
/// Setting an existing key keeps its place, so that of duplicates the last value stands at the first one's position.
/// Names are the same when their bytes are: the composed and the decomposed form of a letter are two names, although
/// Swift's `String` calls them equal. Lookup compares names one by one in a small object and hashes in a large one.
/// Two objects are equal when they hold equal members in any order.
public struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral, Sequence {
  /// Up to this many members a scan beats hashing, and most protocol objects stay below it.
  private static let linearLookupLimit = 12

  private var storage: [(key: String, value: JSONValue)] = []
  /// Position of each key in `storage`; empty while `storage` is small enough to be scanned.
  private var positions: [ExactName: Int] = [:]

  /// No members.
  public init() {}

  /// The given members; of a repeated key the last value stands.
  public init(_ members: [(key: String, value: JSONValue)]) {
    storage.reserveCapacity(members.count)
    for member in members {
      self[member.key] = member.value
    }
  }

  /// The given members; of a repeated key the last value stands.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(elements.map { (key: $0.0, value: $0.1) })
  }

  /// The value of `key`; nil where there is none. Setting nil removes the member, in time linear in the count.
  public subscript(key: String) -> JSONValue? {
    get {
      position(of: key).map { storage[$0].value }
    }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?):
        storage[position].value = value
      case (nil, let value?):
        append(key, value)
      case (let position?, nil):
        storage.remove(at: position)
        indexAll()
      case (nil, nil):
        break
      }
    }
  }

  /// The keys in order.
  public var keys: [String] {
    storage.map(\.key)
  }

  /// How many members there are.
  public var count: Int {
    storage.count
  }

  /// Whether there are no members.
  public var isEmpty: Bool {
    storage.isEmpty
  }

  /// The members in order.
  public var members: [(key: String, value: JSONValue)] {
    storage
  }

  /// The members in order.
  public func makeIterator() -> IndexingIterator<[(key: String, value: JSONValue)]> {
    storage.makeIterator()
  }

  /// Equal members in any order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.storage.allSatisfy { right[$0.key] == $0.value }
  }

  /// Makes room for `count` members.
  package mutating func reserveCapacity(_ count: Int) {
    storage.reserveCapacity(count)
    if count > Self.linearLookupLimit { positions.reserveCapacity(count) }
  }

  /// Adds a member whose key the caller knows to be new.
  package mutating func append(_ key: String, _ value: JSONValue) {
    storage.append((key: key, value: value))
    if !positions.isEmpty {
      positions[ExactName(text: key)] = storage.count - 1
    } else if storage.count > Self.linearLookupLimit {
      indexAll()
    }
  }

  private func position(of key: String) -> Int? {
    let name = ExactName(text: key)
    return positions.isEmpty ? storage.firstIndex { ExactName(text: $0.key) == name } : positions[name]
  }

  private mutating func indexAll() {
    positions.removeAll(keepingCapacity: true)
    guard storage.count > Self.linearLookupLimit else { return }
    for (position, member) in storage.enumerated() {
      positions[ExactName(text: member.key)] = position
    }
  }
}

/// A name compared by its bytes. `String` compares by canonical equivalence, which would merge two entries of a
/// vocabulary that differ in composition only.
private struct ExactName: Hashable {
  let text: String

  static func == (left: ExactName, right: ExactName) -> Bool {
    left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 {
      hasher.combine(byte)
    }
  }
}
