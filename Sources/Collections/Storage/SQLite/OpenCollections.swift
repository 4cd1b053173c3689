import Platform

/// The collections of a store that are open, so that all who open one share it. Those that were used last stay open, and others for as
/// long as somebody works with them: each takes up to a dozen descriptors, and half a megabyte.
struct OpenCollections {
  private struct Entry {
    weak var collection: SQLiteCollection?
    /// Keeps it open.
    var kept: SQLiteCollection?
    var lastUse: Int
  }

  /// Collections that stay open.
  private static let mostKept = max(4, min(64, HostProcess.descriptorLimit / 16))

  private var entries: [String: Entry] = [:]
  private var uses = 0

  /// The one whose file has this path, where it is open and the file still the same. Blocks for a look at the file.
  func at(_ path: String) -> SQLiteCollection? {
    guard let collection = entries[path]?.collection, collection.isCurrent else { return nil }
    return collection
  }

  /// Notes that a collection is used.
  /// - Returns: those that are kept no longer: their end closes files, which is not for a lock's time.
  mutating func keep(_ collection: SQLiteCollection) -> [SQLiteCollection] {
    uses += 1
    var ended = [entries[collection.path]?.kept].compactMap(\.self)
    entries[collection.path] = Entry(collection: collection, kept: collection, lastUse: uses)
    guard entries.count > Self.mostKept else { return ended }
    let kept = entries.filter { $0.value.kept != nil }
    if kept.count > Self.mostKept, let oldest = kept.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      ended += [oldest.value.kept].compactMap(\.self)
      entries[oldest.key]?.kept = nil
    }
    entries = entries.filter { $0.value.collection != nil }
    return ended
  }

  /// Takes out the one whose file has this path.
  mutating func remove(_ path: String) -> SQLiteCollection? {
    entries.removeValue(forKey: path)?.collection
  }
}
