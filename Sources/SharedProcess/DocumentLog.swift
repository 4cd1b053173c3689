import AkinProtocol
import JSON

/// What a client has told of its folders and of the documents that it has open, message by message, so that another process
/// can be told the same: which ranges the changes replace depends on all the changes before.
package struct DocumentLog {
  /// What is kept at most, of all documents together.
  static let limit = 64 << 20

  /// Those of folders have no URI, and are kept.
  private var messages: [(uri: String?, text: [UInt8])] = []
  private var bytes = 0
  /// More was told than is kept: no other process can follow.
  package private(set) var isIncomplete = false

  package init() {}

  /// The messages, in order.
  package var texts: [[UInt8]] { messages.map(\.text) }

  /// Keeps a notification of these methods, and forgets what a document's closing settles.
  package mutating func note(_ method: String, _ text: [UInt8]) {
    guard [Self.open, Self.change, Self.close].contains(method),
      case .object(let message)? = try? JSONValue.parse(text, limits: .none),
      let uri = try? JSONField(message["params"], path: "params")["textDocument"]["uri"].string()
    else { return }
    if method != Self.change {
      messages.removeAll { $0.uri == uri }
      bytes = messages.reduce(0) { $0 + $1.text.count }
    }
    if method != Self.close { keep(text, of: uri) }
  }

  /// Keeps a notification of a change of folders.
  package mutating func note(folders text: [UInt8]) {
    keep(text, of: nil)
  }

  private mutating func keep(_ text: [UInt8], of uri: String?) {
    isIncomplete = isIncomplete || bytes + text.count > Self.limit
    guard !isIncomplete else { return }
    messages.append((uri, text))
    bytes += text.count
  }

  private static let open = DidOpenTextDocumentNotification.name
  private static let change = DidChangeTextDocumentNotification.name
  private static let close = DidCloseTextDocumentNotification.name
}
