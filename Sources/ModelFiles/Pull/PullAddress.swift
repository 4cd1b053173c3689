/// Addresses as they may be shown and kept.
enum PullAddress {
  /// The text without the user and password of the addresses in it: `https://ann:secret@mirror/x` becomes `https://mirror/x`.
  static func shown(_ text: String) -> String {
    text.replacing(#/(?<scheme>[A-Za-z][A-Za-z0-9+.\-]*:\/\/)[^\/?#\s"'<>]*@/#) { String($0.output.scheme) }
  }
}
