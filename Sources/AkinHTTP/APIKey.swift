/// What a client must show to be answered. It is never printed.
public struct APIKey: Sendable {
  private let bytes: [UInt8]

  /// - Returns: nil for an empty text, which is no key.
  public init?(_ text: String) {
    guard !text.isEmpty else { return nil }
    bytes = Array(text.utf8)
  }

  /// Whether a client can send `text` in a header: without control characters, and no blank at either end, which HTTP takes away.
  public static func isSendable(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } && text.utf8.first != 0x20 && text.utf8.last != 0x20
  }

  /// Whether `text` is the key. The time that this takes depends on the length of `text` and on nothing else.
  package func matches(_ text: Substring) -> Bool {
    var difference = text.utf8.count ^ bytes.count
    for (index, byte) in text.utf8.enumerated() { difference |= Int(byte ^ bytes[index % bytes.count]) }
    return difference == 0
  }
}
