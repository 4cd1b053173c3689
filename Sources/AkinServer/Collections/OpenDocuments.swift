import AkinProtocol
import Collections
import Documents
import Synchronization

/// The documents that clients have open, as they stand there; all sessions of a process share them.
final class OpenDocuments: Sendable {
  struct Document: Sendable {
    /// The session that has it open.
    let session: Int
    let language: String
    var text: TextBuffer
    /// Grows with every change.
    var generation = 0
  }

  private struct State {
    /// By the URI as files have it.
    var open: [String: Document] = [:]
    /// Those that were closed and whose collections do not know yet: the file counts again.
    var closed: Set<String> = []
    var nextSession = 0
  }

  private let state = Mutex(State())

  /// A number for a session.
  func addSession() -> Int {
    state.withLock { state in
      state.nextSession += 1
      return state.nextSession
    }
  }

  func open(_ parameters: DidOpenTextDocumentNotification.Parameters, session: Int) {
    let uri = FileURI.normalized(parameters.uri)
    state.withLock { state in
      state.open[uri] = Document(
        session: session, language: parameters.language, text: TextBuffer(parameters.text))
      state.closed.remove(uri)
    }
  }

  /// - Parameter encoding: the unit of the ranges.
  func change(_ parameters: DidChangeTextDocumentNotification.Parameters, encoding: PositionEncodingKind) {
    let uri = FileURI.normalized(parameters.uri)
    state.withLock { state in
      // A change of a document that was not opened has nothing to change.
      guard var document = state.open.removeValue(forKey: uri) else { return }
      for change in parameters.changes {
        document.text.replace(change.range, with: change.text, encoding: encoding)
      }
      document.generation += 1
      state.open[uri] = document
    }
  }

  func close(_ uri: String) {
    let uri = FileURI.normalized(uri)
    state.withLock { state in
      if state.open.removeValue(forKey: uri) != nil { state.closed.insert(uri) }
    }
  }

  /// Closes what a session has left open.
  func closeAll(session: Int) {
    state.withLock { state in
      for (uri, document) in state.open where document.session == session {
        state.open[uri] = nil
        state.closed.insert(uri)
      }
    }
  }

  /// The open documents whose files are in a folder, by URI.
  func documents(under folder: String) -> [String: Document] {
    let prefix = Self.prefix(folder)
    return state.withLock { $0.open.filter { $0.key.utf8.starts(with: prefix.utf8) } }
  }

  /// The closed documents whose files are in a folder and count again; asked for once.
  func takeClosed(under folder: String) -> [String] {
    let prefix = Self.prefix(folder)
    return state.withLock { state in
      let found = state.closed.filter { $0.utf8.starts(with: prefix.utf8) }
      state.closed.subtract(found)
      return Array(found)
    }
  }

  /// Gives back what ``takeClosed(under:)`` took, where the collection could not be told.
  func putBack(closed uris: [String]) {
    state.withLock { state in state.closed.formUnion(uris.filter { state.open[$0] == nil }) }
  }

  private static func prefix(_ folder: String) -> String {
    FileURI.uri(ofPath: folder == "/" ? folder : folder + "/")
  }
}
