/// Which files of a folder are indexed, as a person has said at one time: it holds for every later update, by whatever program.
/// A store keeps them beside the collection, as one line of `name=value` pairs.
public struct FolderSettings: Sendable, Equatable {
  /// Hidden files, also where git does not track them.
  public var takesHidden = false
  /// What ignore files leave out.
  public var takesIgnored = false
  /// Larger files, in bytes, are left out.
  public var largestFile = FilePolicy.usualLargestFile

  /// What holds where nobody has said anything.
  public init() {}

  /// Reads what ``text`` has written; what cannot be read is as by itself.
  init(text bytes: [UInt8]) {
    for pair in bytes.split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }) {
      let parts = pair.split(separator: UInt8(ascii: "=")).map { String(decoding: $0, as: UTF8.self) }
      guard parts.count == 2, let value = Int(parts[1]) else { continue }
      switch parts[0] {
      case "hidden": takesHidden = value != 0
      case "ignored": takesIgnored = value != 0
      case "largest": largestFile = max(1, value)
      default: break
      }
    }
  }

  /// A line that ``init(text:)`` reads.
  var text: String { "hidden=\(takesHidden ? 1 : 0) ignored=\(takesIgnored ? 1 : 0) largest=\(largestFile)\n" }

  /// The walk's options.
  public var walk: WalkOptions {
    var options = WalkOptions()
    options.takesHidden = takesHidden
    options.takesIgnored = takesIgnored
    options.largestFile = largestFile
    return options
  }
}
