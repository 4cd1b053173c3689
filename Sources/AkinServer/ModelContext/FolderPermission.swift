import AkinCollections
import Documents
import JSON
import JSONRPC
import Synchronization

/// Which folders the tools may look into: what a person has said, by the command line, by the client's settings or by an
/// answer. What tools have left behind says nothing.
///
/// - `--allow DIR` and what is in it;
/// - a folder that a person has indexed (``PermittedFolders``), as long as it has documents;
/// - the folder that the server was started in, the client's roots, and what is in them; of a part of a git checkout the
///   whole. Vast ones (``IndexedFolder/isVast(_:of:)``) are no permission;
/// - what the person answers yes to, where the client can ask.
final class FolderPermission: Sendable {
  private let allowed: [String]
  private let start: String?
  private let store: any CollectionCatalog
  /// The client's, as it has told them last, under its own names; nil where it has to be asked.
  private let roots = Mutex<[String]?>(nil)

  /// - Parameter allowed: paths of folders.
  init(allowed: [String], store: any CollectionCatalog) {
    self.allowed = allowed.compactMap(FilePath.resolved)
    self.store = store
    start = FilePath.resolved(".")
  }

  private var people: PermittedFolders { PermittedFolders(of: store) }

  /// The client's roots have changed.
  func forgetRoots() {
    roots.withLock { $0 = nil }
  }

  /// What a call may do with a folder.
  struct Grant {
    /// Whether a person has said so of this very folder, however large it is.
    let isExplicit: Bool
    /// Whether that was in answer to a question, and has to be remembered once there is something to remember.
    var isNew = false
  }

  /// - Parameter folder: the root of a scope: an absolute path without links.
  /// - Throws: `ToolError` where nobody has allowed it; `CancellationError`.
  func check(_ folder: String, _ call: ToolCall) async throws -> Grant {
    if allowed.contains(where: { Self.isIn(folder, $0) }) { return Grant(isExplicit: true) }
    if await people.contains(folder), await isStored(folder) { return Grant(isExplicit: true) }
    let isVast = await IndexedFolder.isVast(folder, of: store)
    if !isVast {
      for base in await bases(call) where await covers(base, folder) { return Grant(isExplicit: false) }
    }
    let size = isVast ? " It is vast: that can take hours." : ""
    return try await ask("May Akin index \(folder) and search it for this assistant?\(size)", of: folder, call)
  }

  /// Asks the person, where the client can.
  /// - Throws: `ToolError` where they say no, or cannot be asked; `CancellationError`.
  func ask(_ question: String, of folder: String, _ call: ToolCall) async throws -> Grant {
    switch try await call.confirm(question) {
    case true?: return Grant(isExplicit: true, isNew: true)
    case false?: throw ToolError("the user does not want \(folder) to be searched")
    case nil:
      throw ToolError(
        "nobody has allowed to look into \(folder). Ask the user to run 'akin index \(folder)' once, to open it in the client, "
          + "or to start the server with --allow")
    }
  }

  /// Remembers an answer.
  func remember(_ folder: String) async throws(CollectionError) {
    try await people.insert(folder)
  }

  private func isStored(_ folder: String) async -> Bool {
    await IndexedFolder(folder, store: store).map { $0.isIndexed && $0.root == folder } ?? false
  }

  /// The folders that are meant where none is named: the client's roots, under its own names, else the one that the server was
  /// started in.
  func defaults(_ call: ToolCall) async -> [String] {
    let told = await told(call)
    return told.isEmpty ? [start ?? "/"] : told
  }

  private func told(_ call: ToolCall) async -> [String] {
    if let known = roots.withLock({ $0 }) { return known }
    return await ask(call)
  }

  private func bases(_ call: ToolCall) async -> [String] {
    let told = await told(call)
    var bases: [String] = []
    for base in ([start] + told.map(FilePath.resolved)).compactMap(\.self)
    where await !IndexedFolder.isVast(base, of: store) {
      bases.append(base)
    }
    return bases
  }

  /// The client's roots, remembered where it has answered.
  private func ask(_ call: ToolCall) async -> [String] {
    guard let uris = try? await call.roots() else { return [] }
    let folders = uris.compactMap { FileURI.path(ofURI: $0) }.filter { FilePath.resolved($0) != nil }
    roots.withLock { $0 = folders }
    return folders
  }

  /// Whether a folder is in `base`, or is the one whose collection answers for `base`.
  private func covers(_ base: String, _ folder: String) async -> Bool {
    if Self.isIn(folder, base) { return true }
    return await IndexedFolder(base, store: store).map { $0.root == folder && $0.isCheckout } ?? false
  }

  private static func isIn(_ folder: String, _ base: String) -> Bool {
    FilePath.path(folder, from: base) != nil
  }
}
