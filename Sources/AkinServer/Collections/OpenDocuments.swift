import AkinCollections
import AkinProtocol
import Documents
import Synchronization

/// The documents that clients have open, as they stand there; all sessions of a process share them. Where several have one
/// open, it stands as it was changed last.
package final class OpenDocuments: Sendable {
  struct Document: Sendable {
    let language: String
    var text: TextBuffer
    /// Of all changes of the process, that of the last one here.
    var change = 0
  }

  /// Files to be looked at again; beyond these, the folders are brought up to date in the background only.
  package static let mostClosed = 10_000

  private struct State {
    /// By the URI that collections have, and by session.
    var open: [String: [Int: Document]] = [:]
    /// What sessions have named those that they have open: a change costs no look at the file system.
    var names: [Int: [String: String]] = [:]
    /// Those that were closed and whose collections do not know yet, with the change that each was closed by: the file counts again.
    var closed: [String: Int] = [:]
    var nextSession = 0
    var changes = 0

    mutating func close(_ uri: String, session: Int) {
      guard open[uri]?.removeValue(forKey: session) != nil, open[uri]?.isEmpty == true else { return }
      open[uri] = nil
      add(closed: [uri])
    }

    /// Of what lies in no folder that is searched nobody asks: the oldest are forgotten.
    mutating func add(closed uris: [String]) {
      changes += 1
      for uri in uris where open[uri] == nil { closed[uri] = changes }
      guard closed.count > 2 * OpenDocuments.mostClosed else { return }
      let newest = closed.sorted { $0.value > $1.value }.prefix(OpenDocuments.mostClosed)
      closed = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
    }
  }

  private let state = Mutex(State())

  /// None is open.
  package init() {}

  /// A number for a session.
  package func addSession() -> Int {
    state.withLock { state in
      state.nextSession += 1
      return state.nextSession
    }
  }

  /// Blocks for a look at the file system.
  /// - Returns: the URI that collections have of it.
  @discardableResult
  package func open(_ parameters: DidOpenTextDocumentNotification.Parameters, session: Int) -> String {
    let uri = DocumentKey.uri(parameters.uri).located.text
    state.withLock { state in
      state.changes += 1
      state.names[session, default: [:]][parameters.uri] = uri
      state.open[uri, default: [:]][session] = Document(
        language: parameters.language, text: TextBuffer(parameters.text), change: state.changes)
      state.closed[uri] = nil
    }
    return uri
  }

  /// - Parameter encoding: the unit of the ranges.
  func change(
    _ parameters: DidChangeTextDocumentNotification.Parameters, session: Int, encoding: PositionEncodingKind
  ) {
    state.withLock { state in
      // A change of a document that was not opened has nothing to change.
      guard let uri = state.names[session]?[parameters.uri],
        var document = state.open[uri]?.removeValue(forKey: session)
      else { return }
      for change in parameters.changes {
        document.text.replace(change.range, with: change.text, encoding: encoding)
      }
      state.changes += 1
      document.change = state.changes
      state.open[uri, default: [:]][session] = document
    }
  }

  package func close(_ uri: String, session: Int) {
    state.withLock { state in
      guard let uri = state.names[session]?.removeValue(forKey: uri) else { return }
      state.close(uri, session: session)
    }
  }

  /// Files count again that some program has changed, as if documents of them had been closed. Blocks for a look at the file
  /// system.
  func reread(_ uris: [String]) {
    let located = uris.filter { !$0.hasSuffix("/") }.map { DocumentKey.uri($0).located.text }
    state.withLock { state in
      // Where so many change at once, the folders are looked at whole.
      guard state.closed.count < Self.mostClosed else { return }
      state.add(closed: located)
    }
  }

  /// Closes what a session has left open.
  func closeAll(session: Int) {
    state.withLock { state in
      for uri in state.names.removeValue(forKey: session)?.values.map({ $0 }) ?? [] {
        state.close(uri, session: session)
      }
    }
  }

  /// The open documents whose files are in a folder, by URI.
  func documents(under folder: String) -> [String: Document] {
    let prefix = Self.prefix(folder)
    return state.withLock { state in
      state.open.filter { $0.key.utf8.starts(with: prefix.utf8) }
        .compactMapValues { copies in copies.values.max { $0.change < $1.change } }
    }
  }

  /// The closed documents whose files are in a folder and count again; asked for once.
  package func takeClosed(under folder: String) -> [String] {
    let prefix = Self.prefix(folder)
    return state.withLock { state in
      let found = state.closed.keys.filter { $0.utf8.starts(with: prefix.utf8) }
      for uri in found { state.closed[uri] = nil }
      return found
    }
  }

  /// Whether a folder's collection has something to learn.
  func hasNews(under folder: String) -> Bool {
    let prefix = Self.prefix(folder)
    return state.withLock { state in
      state.open.keys.contains { $0.utf8.starts(with: prefix.utf8) }
        || state.closed.keys.contains { $0.utf8.starts(with: prefix.utf8) }
    }
  }

  /// Gives back what ``takeClosed(under:)`` took, where the collection could not be told.
  func putBack(closed uris: [String]) {
    state.withLock { $0.add(closed: uris) }
  }

  private static func prefix(_ folder: String) -> String {
    FileURI.uri(ofFolder: folder)
  }
}
