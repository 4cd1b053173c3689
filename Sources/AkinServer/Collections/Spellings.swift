import AkinCollections
import AkinProtocol
import Documents
import Synchronization

/// How a client names documents and folders where it does not name them as collections do: what it is told of, it is told
/// under its own names.
final class Spellings: Sendable {
  /// Single documents that are remembered; the folders' names are few.
  private static let most = 10_000
  /// Folders above a path that are asked whether they have the client's names too.
  private static let mostOuter = 64

  private struct State {
    /// By the URI that collections have.
    var documents: [String: String] = [:]
    /// Prefixes of URIs with a slash at the end, that of collections first.
    var folders: [(stored: String, client: String)] = []
  }

  private let state = Mutex(State())

  /// Notes a folder that the client has named.
  func note(_ folder: CollectionName, stored: String) {
    guard let named = folder.folder, let stored = QualifiedName(stored)?.name, stored.utf8.first == UInt8(ascii: "/")
    else { return }
    let prefixes = (Self.prefix(stored), Self.prefix(named))
    state.withLock { state in
      state.folders.removeAll { $0.stored == prefixes.0 }
      if prefixes.0 != prefixes.1 { state.folders.append(prefixes) }
    }
  }

  /// Notes a path that the client has named: what lies there, or in a folder that it goes through, is told under these names
  /// from now on. Blocks.
  /// - Parameters:
  ///   - named: of a relative one nothing is noted: answers have absolute paths.
  ///   - located: where it leads: an absolute path without links.
  func note(path named: String, located: String) {
    guard named.utf8.first == UInt8(ascii: "/") else { return }
    var client = Self.parts(named)
    var stored = Self.parts(located)
    // The folders that it goes through have the client's names too, as far as they lead to those that it is in.
    for _ in 0..<Self.mostOuter {
      guard !named.utf8.elementsEqual(located.utf8), let last = client.last, let own = stored.last,
        last.elementsEqual(own)
      else { break }
      let outer = FilePath.resolved(Self.path(client.dropLast()))
      guard let outer, outer.utf8.elementsEqual(Self.path(stored.dropLast()).utf8) else { break }
      client.removeLast()
      stored.removeLast()
    }
    let isSame = named.utf8.elementsEqual(located.utf8)
    let prefixes = (
      Self.prefix(Self.path(stored[...])), isSame ? Self.prefix(located) : Self.prefix(Self.path(client[...]))
    )
    let whole = Self.prefix(located)
    state.withLock { state in
      state.folders.removeAll { whole.utf8.starts(with: $0.stored.utf8) }
      if !prefixes.0.utf8.elementsEqual(prefixes.1.utf8) { state.folders.append(prefixes) }
    }
  }

  private static func parts(_ path: String) -> [Substring.UTF8View] {
    path.split(separator: "/").filter { $0 != "." }.map(\.utf8)
  }

  private static func path(_ parts: ArraySlice<Substring.UTF8View>) -> String {
    "/" + parts.map { String(Substring($0)) }.joined(separator: "/")
  }

  /// An absolute path as the client names it.
  func path(_ located: String) -> String {
    let uri = uri(FileURI.uri(ofPath: located))
    return FileURI.path(ofURI: uri) ?? located
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
