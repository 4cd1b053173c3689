/// Where a chunk stands, as a text that is embedded beside its own: the file's path, the headings or declarations around it,
/// and the name that it declares, as in `net/retry.swift > RetryPolicy > delay`.
///
/// A place has a vector of its own instead of standing before the chunk's text. So a text keeps its vector where a file is
/// renamed, copies share one, many chunks share a place, and places, which are short, are embedded first.
package enum ChunkPlace {
  /// Folders of a path that is no folder's own, such as that of a document from elsewhere.
  private static let longestForeignPath = 3

  /// - Parameter path: the document's.
  /// - Returns: nil where nothing is known.
  package static func text(path: String?, heading: String?, symbol: String?) -> String? {
    let parts = [path.map(shown), heading, symbol].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ChunkPlan.trailSeparator)
  }

  /// A path within the collection's folder as it is, else its end: what is above says where a disk has it.
  static func shown(_ path: String) -> String {
    guard path.utf8.first == UInt8(ascii: "/") else { return path }
    return path.split(separator: "/").suffix(longestForeignPath).joined(separator: "/")
  }
}
