import AkinProtocol
import Documents
import Synchronization

/// How a client names documents and folders where it does not name them as collections do: what it is told of, it is told
/// under its own names.
final class Spellings: Sendable {
  /// Single documents that are remembered; the folders' names are few.
  private static let most = 10_000

  private struct State {
    /// By the URI that collections have.
    var documents: [String: String] = [:]
    /// Prefixes of URIs with a slash at the end, that of collections first.
    var folders: [(stored: String, client: String)] = []
  }

  private let state = Mutex(State())

  /// Notes a folder that the client has named.
  func note(_ folder: CollectionName, stored: String) {
    guard folder.isFolder, stored.utf8.first == UInt8(ascii: "/") else { return }
    let prefixes = (Self.prefix(stored), Self.prefix(folder.text))
    state.withLock { state in
      state.folders.removeAll { $0.stored == prefixes.0 }
      if prefixes.0 != prefixes.1 { state.folders.append(prefixes) }
    }
  }

  /// Notes a document that the client has named.
  func note(_ uri: String, located: String) {
    state.withLock { state in
      if uri.utf8.elementsEqual(located.utf8) {
        state.documents[located] = nil
      } else if state.documents.count < Self.most || state.documents[located] != nil {
        state.documents[located] = uri
      }
    }
  }

  /// A document's URI as the client names it.
  func uri(_ located: String) -> String {
    state.withLock { state in
      if let own = state.documents[located] { return own }
      // The innermost of folders that lie in each other.
      let folder = state.folders.filter { located.utf8.starts(with: $0.stored.utf8) }
        .max { $0.stored.utf8.count < $1.stored.utf8.count }
      guard let folder else { return located }
      return folder.client + String(decoding: located.utf8.dropFirst(folder.stored.utf8.count), as: UTF8.self)
    }
  }

  /// A document's key as the client names it.
  func key(_ located: DocumentKey) -> DocumentKey {
    if case .uri(let uri) = located { .uri(self.uri(uri)) } else { located }
  }

  private static func prefix(_ folder: String) -> String {
    let uri = FileURI.uri(ofPath: folder)
    return uri.utf8.last == UInt8(ascii: "/") ? uri : uri + "/"
  }
}
